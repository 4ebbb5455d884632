"""Looks users up."""

from service.accounts.errors import AccountNeeded
from service.accounts.model import User
from service.accounts.ports import Ports


def user_of_email(ports: Ports, email: str) -> User | None:
    """Return the user with this address, which must be in its clean form."""
    return next(iter(ports.accounts.users.find(email=email, limit=1)), None)


def user_of(ports: Ports, user_id: str) -> User:
    """Return the user of a session. Raises AccountNeeded if there is none any more."""
    user = ports.accounts.users.get(user_id)
    if user is None:
        raise AccountNeeded
    return user
