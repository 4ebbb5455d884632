"""The port that counts tries, so that nobody can keep guessing."""

from typing import Literal, Protocol

What = Literal[
    "register",
    "new_password",
    "login",
    "login_account",
    "callback",
    "passkey",
    "send_code",
    "verify_code",
    "refresh",
    "device",
    "device_token",
    "guest",
]


class Attempts(Protocol):
    """Counts the tries of a network or an account over all workers. Both methods may raise DatabaseUnavailable."""

    def count(self, what: What, who: str) -> None:
        """Count one try before it is made. Raises RateLimited, with the seconds to wait, if it is one too many."""

    def clear(self, what: What, who: str) -> None:
        """Forget the tries: somebody proved who they are."""

    def close(self) -> None:
        """Close the connection to where tries are counted."""
