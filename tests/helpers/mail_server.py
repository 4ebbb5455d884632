"""Mail servers on this machine: one that takes mails, or refuses them as a test says, and a silent one."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from dev.ports import free_port

USER, PASSWORD = "moodrop", "a pass/word"


class MailServer:
    """What a server took; what it answers to a recipient and to a mail."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.mails: list[EmailMessage] = []
        self.recipient_answer = "250 OK"
        self.mail_answer = "250 OK"
        self.before_answer: Callable[[], None] = lambda: None
        self.encrypted: list[bool] = []
        self.users: list[str] = []
        self.arrived = threading.Condition()

    def wait_for(self, count: int, seconds: float) -> bool:
        """Whether so many mails arrive within the time."""
        with self.arrived:
            return self.arrived.wait_for(lambda: len(self.mails) >= count, seconds)

    # What aiosmtpd calls.
    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.recipient_answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient_answer

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        with self.arrived:
            if self.mail_answer.startswith("250"):
                self.mails.append(message_from_bytes(envelope.content, _class=EmailMessage, policy=policy.default))
            self.encrypted.append(session.ssl is not None)
            self.arrived.notify_all()
        self.before_answer()
        return self.mail_answer

    def authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.users.append(data.login.decode())
        return AuthResult(success=(data.login.decode(), data.password.decode()) == (USER, PASSWORD))


@contextmanager
def running_mail_server(*, context: ssl.SSLContext | None = None, needs_user: bool = False) -> Iterator[MailServer]:
    """Run a server; with a context it offers STARTTLS."""
    server = MailServer(free_port())
    controller = Controller(
        server,
        hostname="127.0.0.1",
        port=server.port,
        tls_context=context,
        auth_required=needs_user,
        auth_require_tls=context is not None,
        authenticator=server.authenticate,
    )
    controller.start()
    yield server
    controller.stop()


@contextmanager
def silent_server(greeting: bytes = b"") -> Iterator[int]:
    """Run a server that accepts connections, perhaps greets, and says no more; yields its port."""
    accepted: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def accept() -> None:
            while True:
                try:
                    connection = listening.accept()[0]
                    connection.sendall(greeting)
                except OSError:
                    return
                accepted.append(connection)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
    thread.join()
    for connection in accepted:
        connection.close()


@contextmanager
def dripping_server() -> Iterator[int]:
    """Run a server whose greeting never ends, a byte at a time; yields its port."""
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drip() -> None:
            with listening.accept()[0] as connection:
                while not ended.wait(0.02):
                    try:
                        connection.sendall(b"2")
                    except OSError:
                        return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        ended.set()
        thread.join()
