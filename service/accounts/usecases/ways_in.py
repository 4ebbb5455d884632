"""Removes a way to sign in, but never the last one."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from service.accounts.errors import LastWayIn, SessionEnded
from service.accounts.model import Session, User
from service.accounts.ports import Ports
from service.accounts.roles import has_way_in, is_live
from service.accounts.usecases.users import user_of
from service.shared.errors import TooBusy

# Each sign-in by a passkey changes the document too; more than a few changes in a row point to another fault.
MOST_TRIES = 8
# Another request may remove the other ways in meanwhile.
_COMPARED = ("passkeys", "identities", "password_hash", "epoch")


def require_live(user: User, session: Session) -> None:
    """Raise SessionEnded if something, such as a new password, ended the session meanwhile."""
    if not is_live(user, session.epoch):
        raise SessionEnded


def remove_way_in(
    ports: Ports, user: User, session: Session, changes_of: Callable[[User], dict[str, Any]]
) -> tuple[User, User]:
    """Apply the changes that remove a way in; return the user before and after.

    `changes_of` is called again if another request changed the account. Raises LastWayIn, SessionEnded, TooBusy.
    """
    for _ in range(MOST_TRIES):
        require_live(user, session)
        changes = changes_of(user)
        if not has_way_in(replace(user, **changes), with_passkeys=ports.accounts.passkeys is not None):
            raise LastWayIn
        as_read = {name: getattr(user, name) for name in _COMPARED}
        if changed := ports.accounts.users.change(user.user_id, as_read, changes):
            return user, changed
        user = user_of(ports, user.user_id)
    raise TooBusy("the account keeps changing")
