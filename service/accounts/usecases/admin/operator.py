"""What an operator does to accounts. Nothing here reaches anybody's files."""

from datetime import datetime

from service.accounts.emails import clean_email
from service.accounts.errors import EmailTaken, UserNotFound
from service.accounts.model import ADMIN_ROLE, EventName, User
from service.accounts.ports import Ports
from service.accounts.usecases.audit import note
from service.accounts.usecases.codes import Carried, issue_code
from service.accounts.usecases.leaving import close_account
from service.accounts.usecases.mails import queue_code_mail
from service.accounts.usecases.users import user_of_email
from service.shared.ports.collection import Add, Taken

SHOWN = 1000
ADDRESS_TAKEN = "this address has an account"


def create_user(ports: Ports, email: str, *, owner: str | None = None, is_admin: bool = False) -> User:
    """Add an account and mail its owner a link to set a password.

    `owner` is the owner of files that are there already, from another AUTH_MODE. Raises EmailInvalid, EmailTaken, and
    RateLimited, without adding the account, if somebody asked for a code to this address a moment ago.
    """
    now, email = ports.now(), clean_email(email)
    user = User(
        owner or ports.new_id(),
        "user",
        created_at=now,
        email=email,
        verified_at=now,
        roles=(ADMIN_ROLE,) if is_admin else (),
    )
    if user_of_email(ports, email):
        raise EmailTaken(ADDRESS_TAKEN)
    code = issue_code(ports, "reset", email, Carried(user_id=user.user_id))
    try:
        ports.accounts.users.add(user)
    except Taken as error:
        what = "this owner has an account" if error.index == "_id" else ADDRESS_TAKEN
        raise EmailTaken(what) from error
    note(ports, user.user_id, "created_by_operator")
    queue_code_mail(ports, code, "reset")
    return user


def list_users(ports: Ports) -> list[User]:
    """Return the newest accounts; guests are not among them."""
    return ports.accounts.users.find(kind="user", limit=SHOWN)


def disable_user(ports: Ports, email: str) -> User:
    """Refuse the user from the next request on, with any session, token or key. Files stay. Raises UserNotFound."""
    return _changed(ports, email, {"disabled_at": ports.now(), "epoch": Add(1)}, "disabled_by_operator")


def enable_user(ports: Ports, email: str) -> User:
    """Let the user in again; they have to sign in anew. Raises UserNotFound."""
    return _changed(ports, email, {"disabled_at": None}, "enabled_by_operator")


def set_admin(ports: Ports, email: str, *, is_admin: bool) -> User:
    """Make the user an administrator, or one no longer. Raises UserNotFound."""
    roles: tuple[str, ...] = (ADMIN_ROLE,) if is_admin else ()
    return _changed(ports, email, {"roles": roles}, "admin_made" if is_admin else "admin_ended")


def find_user(ports: Ports, who: str) -> User:
    """Return the user with this address, or the user or guest with this id. Raises UserNotFound, EmailInvalid."""
    user = user_of_email(ports, clean_email(who)) if "@" in who else ports.accounts.users.get(who)
    if user is None:
        raise UserNotFound(f"no account has the address or the id {who!r}")
    return user


def delete_user(ports: Ports, user: User) -> None:
    """Close the account for good, as if its owner left. Safe to repeat. Raises LastAdministrator."""
    if close_account(ports, user):
        note(ports, user.user_id, "deleted_by_operator")


def _changed(ports: Ports, email: str, changes: dict[str, object | datetime], event: EventName) -> User:
    user = user_of_email(ports, clean_email(email))
    changed = ports.accounts.users.change(user.user_id, {"email": user.email}, changes) if user else None
    if changed is None:
        raise UserNotFound(f"no account has the address {email!r}")
    note(ports, changed.user_id, event)
    return changed
