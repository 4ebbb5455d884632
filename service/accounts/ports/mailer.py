"""The port that hands a mail to a server."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """A mail as it is sent."""

    to: str
    subject: str
    text: str
    html: str


class MailRefused(Exception):
    """The server will never take this mail."""


class MailDelayed(Exception):
    """The server does not take it now, or does not answer."""


class Mailer(Protocol):
    """Sends mails, each within a bounded time."""

    def send(self, message: Message) -> None:
        """Send it. Raises MailRefused or MailDelayed."""
