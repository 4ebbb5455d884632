"""Sends mails by SMTP."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from functools import cached_property
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from service.accounts.ports.mailer import MailDelayed, MailRefused, Message
from service.accounts.settings import AccountsSettings
from service.shared.addresses import is_loopback
from service.shared.checks import StoreCheck
from service.shared.connection_deadline import ConnectionDeadline

TIMEOUT_S = 10  # of one answer
LONGEST_S = 30  # of a whole mail, also with a server that answers slowly, but always in time
FROM_THIS_CODE = 500  # the server will never take the mail
PORTS = {"smtp": 587, "smtps": 465}
_SEVEN_BITS = SMTP.clone(cte_type="7bit")  # what every server takes
FIX = "Check that the mail server runs, and that SMTP_URL leads to it with a user that may send from MAIL_FROM."


class _Bounded:
    """Ends a connection that takes too long. A mixin for both clients of smtplib, which connect when they are made."""

    sock: Any

    def __init__(self, *args: Any, **keywords: Any) -> None:
        self.deadline = ConnectionDeadline(LONGEST_S, lambda: self.sock)
        try:
            super().__init__(*args, **keywords)
        except BaseException:
            self.deadline.end()
            raise

    def close(self) -> None:
        self.deadline.end()
        super().close()  # type: ignore[misc]  # smtplib's, which this is mixed with


class _Plain(_Bounded, smtplib.SMTP):
    """An SMTP connection that is plain at first."""


class _Encrypted(_Bounded, smtplib.SMTP_SSL):
    """An SMTP connection that is encrypted from the start."""


class SmtpMailer:
    """The Mailer port. Opens a connection for each mail."""

    def __init__(self, settings: AccountsSettings) -> None:
        self._settings = settings

    def send(self, message: Message) -> None:
        built = self._built(message)
        with self._connected() as client:
            try:
                client.send_message(built)
            except OSError as error:  # smtplib's errors are of its kind
                raise _refused(error) or MailDelayed(_reason(error)) from error

    def check(self) -> list[StoreCheck]:
        try:
            with self._connected():
                return [StoreCheck("mail", True, True, f"{self._server.hostname} answers", FIX)]
        except MailDelayed as error:
            return [StoreCheck("mail", False, True, f"{self._server.hostname}: {error}", FIX)]

    @cached_property
    def _server(self) -> SplitResult:
        return urlsplit(self._settings.smtp_url.get_secret_value())

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if not self._verifies:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    @property
    def _is_on_network(self) -> bool:
        return not is_loopback(self._server.hostname or "")

    @property
    def _verifies(self) -> bool:
        """Return whether the server must prove its name. Without a password, any certificate will do."""
        return self._is_on_network and (self._server.username is not None or self._server.scheme == "smtps")

    def _built(self, message: Message) -> EmailMessage:
        built = EmailMessage(_SEVEN_BITS)
        try:
            built["From"] = self._settings.mail_from
            built["To"] = message.to
            built["Subject"] = message.subject
            built["Date"] = formatdate(usegmt=True)
            built["Message-ID"] = f"<{message.mail_id}@{self._domain}>"
            built["Auto-Submitted"] = "auto-generated"
            built.set_content(message.text)
            built.add_alternative(message.html, subtype="html")
        except ValueError as error:  # a line break in a header
            raise MailRefused("it cannot be written") from error
        return built

    @property
    def _domain(self) -> str:
        return self._settings.mail_from.rpartition("@")[2]

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        """Connect and sign in. Raises MailDelayed for every failure: the mails are not at fault."""
        client = None
        try:
            try:
                client = self._client()
                self._open(client)
            except (OSError, UnicodeError) as error:
                raise MailDelayed(_reason(error)) from error
            yield client
            if client.deadline.has_passed:
                raise MailDelayed("no answer")
        finally:
            if client:
                # The mail is sent, whatever the server answers to the farewell.
                with suppress(OSError):
                    client.quit()
                client.close()

    def _client(self) -> _Plain | _Encrypted:
        host, port = self._server.hostname or "", self._server.port or PORTS[self._server.scheme]
        # The name is given, for smtplib would ask the DNS for ours without a time-out.
        if self._server.scheme == "smtps":
            return _Encrypted(host, port, local_hostname=self._domain, timeout=TIMEOUT_S, context=self._tls)
        return _Plain(host, port, local_hostname=self._domain, timeout=TIMEOUT_S)

    def _open(self, client: smtplib.SMTP) -> None:
        user, password = self._server.username, self._server.password
        client.ehlo_or_helo_if_needed()
        if self._server.scheme == "smtp":
            if client.has_extn("starttls"):
                client.starttls(context=self._tls)
            elif user is not None and self._is_on_network:
                raise MailDelayed("it offers no STARTTLS, and the password is not sent in plain text")
        if user is not None:
            client.login(unquote(user), unquote(password or ""))


def _refused(error: OSError) -> MailRefused | None:
    """Return the refusal of this mail for good, or None if the server may take it later."""
    codes = [error.smtp_code] if isinstance(error, smtplib.SMTPResponseException) else []
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
    if any(code >= FROM_THIS_CODE for code in codes) or isinstance(error, smtplib.SMTPNotSupportedError):
        return MailRefused(_reason(error))
    return None


def _reason(error: Exception) -> str:
    """Return why, without the server's own text, which may name addresses."""
    match error:
        case smtplib.SMTPAuthenticationError():
            return f"it answered {error.smtp_code} to the user and the password"
        case smtplib.SMTPResponseException():
            return f"it answered {error.smtp_code}"
        case smtplib.SMTPRecipientsRefused():
            return f"it answered {', '.join(sorted({str(code) for code, _ in error.recipients.values()}))}"
        case smtplib.SMTPNotSupportedError():
            return "it does not support what this mail needs"
        case ssl.SSLCertVerificationError():
            return f"its certificate is not valid: {error.verify_message}"
        case smtplib.SMTPServerDisconnected() | TimeoutError():
            return "no answer"
        case UnicodeError():
            return "the user or the password has letters that SMTP does not take"
        case OSError(strerror=str() as why):
            return f"no connection: {why}"
    return type(error).__name__
