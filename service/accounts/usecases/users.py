"""Looks users up, and turns a guest into one."""

from service.accounts.errors import AccountNeeded
from service.accounts.model import User
from service.accounts.ports import Ports
from service.accounts.usecases.audit import note
from service.shared.ports.collection import Add, Changes, Place


def user_of_email(ports: Ports, email: str) -> User | None:
    """Return the user with this address, which must be in its clean form."""
    return next(iter(ports.accounts.users.find(email=email, limit=1)), None)


def user_of(ports: Ports, user_id: str) -> User:
    """Return the user of a session. Raises AccountNeeded if the user is gone."""
    user = ports.accounts.users.get(user_id)
    if user is None:
        raise AccountNeeded
    return user


def place_of(user: User) -> Place:
    """Return the user's place in a list of users."""
    return Place(user.created_at, user.user_id)


def claim_guest(ports: Ports, guest_id: str | None, changes: Changes) -> User | None:
    """Turn the guest into a user with these fields. Its id stays, so its files stay where they are.

    Returns None if there is no guest, or if it has registered. Raises Taken if another account has the address or the
    identity.
    """
    if guest_id is None:
        return None
    claimed = {**changes, "kind": "user", "epoch": Add(1)}
    user = ports.accounts.users.change(guest_id, {"kind": "guest", "adopted_by": None}, claimed)
    if user:
        note(ports, user.user_id, "guest_claimed")
    return user
