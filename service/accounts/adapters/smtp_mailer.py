"""Sends mails by SMTP."""

from service.accounts.ports.mailer import MailDelayed, Message
from service.accounts.settings import AccountsSettings


class SmtpMailer:
    """The Mailer port."""

    def __init__(self, settings: AccountsSettings) -> None:
        self._settings = settings

    def send(self, message: Message) -> None:
        """Not built yet."""
        raise MailDelayed
