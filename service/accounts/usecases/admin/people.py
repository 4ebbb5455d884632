"""What administrators do to users: find, disable, promote and delete them. Nothing here reaches anybody's files."""

from dataclasses import dataclass

from service.accounts.errors import UserLeaving, UserNotFound
from service.accounts.model import ADMIN_ROLE, AuditEvent, EventName, Origin, Removal, User
from service.accounts.ports import Ports
from service.accounts.usecases.administrators import MOST_TRIES, remove_administrator
from service.accounts.usecases.audit import note
from service.accounts.usecases.leaving import close_account
from service.shared.errors import DatabaseUnavailable, FieldError, ValidationFailed
from service.shared.ports.collection import Add, Place


@dataclass(frozen=True, slots=True)
class Actor:
    """The administrator who acts, and where from, as the audit records it."""

    user_id: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class UserEdits:
    """What to change of a user; None leaves it as it is."""

    is_disabled: bool | None = None
    is_admin: bool | None = None


def list_accounts(ports: Ports, limit: int, beyond: Place | None) -> list[User]:
    """Return accounts, newest first; guests are not among them."""
    return ports.accounts.users.find(kind="user", limit=limit, beyond=beyond)


def search_accounts(ports: Ports, prefix: str, limit: int, beyond: str | None) -> list[User]:
    """Return the users whose address starts with the prefix, by address, after the address `beyond`."""
    return ports.accounts.users.starting_with("email", prefix.lower(), limit=limit, beyond=beyond)


def managed_user(ports: Ports, user_id: str) -> User:
    """Return a user or a guest. Raises UserNotFound, also for a guest whose files are being moved to an account."""
    user = ports.accounts.users.get(user_id)
    if user is None or user.adopted_by is not None:
        raise UserNotFound
    return user


def list_audit(ports: Ports, user_id: str | None, limit: int, beyond: Place | None) -> list[AuditEvent]:
    """Return the events of everybody, or of one account, newest first."""
    if user_id is None:
        return ports.accounts.audit.find(limit=limit, beyond=beyond)
    return ports.accounts.audit.find(user_id=user_id, limit=limit, beyond=beyond)


def edit_user(ports: Ports, actor: Actor, user_id: str, edits: UserEdits) -> User:
    """Disable or enable a user, grant or take away the role of administrator; return the user as it is then.

    Edits that already hold change nothing. Raises UserNotFound, UserLeaving, LastAdministrator, and ValidationFailed
    for a guest who is to be an administrator.
    """
    for _ in range(MOST_TRIES):
        user = managed_user(ports, user_id)
        _check_edits(user, edits)
        events = _events_of(user, edits)
        changed = _removed(ports, user, edits) or _changed(ports, user, edits)
        if changed is not None:
            for event in events:
                note(ports, user_id, event, actor.origin, actor_id=actor.user_id)
            return changed
    raise DatabaseUnavailable("the user keeps changing")


def delete_user(ports: Ports, actor: Actor, user_id: str) -> User:
    """Close the account for good, as if its owner left; return the user as it is then. Safe to repeat.

    Raises UserNotFound, LastAdministrator.
    """
    user = managed_user(ports, user_id)
    if close_account(ports, user):
        note(ports, user_id, "deleted_by_admin", actor.origin, actor_id=actor.user_id)
    return ports.accounts.users.get(user_id) or user


def _check_edits(user: User, edits: UserEdits) -> None:
    if user.leaving_at is not None:
        raise UserLeaving
    if edits.is_admin and user.kind == "guest":
        raise ValidationFailed.of([FieldError("roles", "a guest cannot be an administrator")])


def _events_of(user: User, edits: UserEdits) -> list[EventName]:
    events: list[EventName] = []
    if edits.is_disabled not in (None, user.disabled_at is not None):
        events.append("disabled_by_admin" if edits.is_disabled else "enabled_by_admin")
    if edits.is_admin not in (None, ADMIN_ROLE in user.roles):
        events.append("admin_made" if edits.is_admin else "admin_ended")
    return events


def _removed(ports: Ports, user: User, edits: UserEdits) -> User | None:
    """Make the edits that remove an administrator; return None if there are none."""
    removals: list[Removal] = []
    if edits.is_admin is False:
        removals.append("role")
    if edits.is_disabled:
        removals.append("disabled")
    return remove_administrator(ports, user.user_id, removals) if removals else None


def _changed(ports: Ports, user: User, edits: UserEdits) -> User | None:
    """Make all other edits; return None if the user has changed since it was read."""
    changes: dict[str, object] = {}
    if edits.is_disabled is False:
        changes["disabled_at"] = None
    elif edits.is_disabled and user.disabled_at is None:
        changes |= {"disabled_at": ports.now(), "epoch": Add(1)}
    if edits.is_admin is not None and edits.is_admin is not (ADMIN_ROLE in user.roles):
        changes["roles"] = (ADMIN_ROLE,) if edits.is_admin else ()
    # A role granted since the read is not taken away here: only the ledger may do that.
    as_read = {"roles": user.roles, "disabled_at": user.disabled_at, "leaving_at": None, "adopted_by": None}
    return ports.accounts.users.change(user.user_id, as_read, changes or {"roles": user.roles})
