"""What a user may do, from what the user is."""

from service.accounts.model import ADMIN_ROLE, GUEST_ID, User
from service.shared.scopes import ALL_SCOPES, FILES_READ, FILES_WRITE, UPLOADS_WRITE, USERS_ADMIN

# A guest of one's own may not share: nobody knows who answers for the link.
GUEST_SCOPES = (UPLOADS_WRITE, FILES_READ, FILES_WRITE)


def scopes_of(user: User) -> frozenset[str]:
    """Return the scopes of the user's own session."""
    if user.kind == "guest" and user.user_id != GUEST_ID:
        return frozenset(GUEST_SCOPES)
    admin = (USERS_ADMIN,) if ADMIN_ROLE in user.roles else ()
    return frozenset((*ALL_SCOPES, *admin))


def has_way_in(user: User, *, with_passkeys: bool) -> bool:
    """Return whether the user can sign in by something of one's own. A mailed code is none: the mailbox may be lost."""
    return bool(user.password_hash or user.identities or (with_passkeys and user.passkeys))


def is_live(user: User, epoch: int | None) -> bool:
    """Return whether what was signed in at that epoch still counts. Nothing does once the account is closed."""
    return user.epoch == epoch and is_open(user)


def is_open(user: User) -> bool:
    """Return whether the account may be used at all."""
    return user.disabled_at is None and user.leaving_at is None and user.adopted_by is None


def is_administrator(user: User) -> bool:
    """Return whether the user can act as an administrator now."""
    return ADMIN_ROLE in user.roles and is_open(user)
