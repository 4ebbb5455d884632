"""The port that hands a mail to a server."""

from dataclasses import dataclass
from typing import Protocol

from service.shared.checks import StoreCheck


@dataclass(frozen=True, slots=True)
class Message:
    """A mail as it is sent."""

    mail_id: str  # stays the same when it is sent again, so that a mailbox may show it once
    to: str
    subject: str
    text: str
    html: str


class MailRefused(Exception):
    """The server will never take this mail. The text names no address."""


class MailDelayed(Exception):
    """The server does not take it now, or does not answer. The text names no address."""


class Mailer(Protocol):
    """Sends mails, each within a bounded time."""

    def send(self, message: Message) -> None:
        """Send it. Raises MailRefused or MailDelayed."""

    def check(self) -> list[StoreCheck]:
        """Connect as for a mail, and send none."""
