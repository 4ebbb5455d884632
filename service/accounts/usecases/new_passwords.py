"""Checks new passwords. Scoring one takes up to half a second, so a network has so many checked in an hour."""

from collections.abc import Sequence

from service.accounts.model import Origin
from service.accounts.password_rules import check_password
from service.accounts.ports import Ports


def require_strong(ports: Ports, password: str, known: Sequence[str | None], origin: Origin) -> str:
    """Return the password as it is hashed. Raises RateLimited, PasswordWeak.

    `known` are words that others know about the person.
    """
    ports.accounts.attempts.count("new_password", origin.counted_as)
    return check_password(password, known)
