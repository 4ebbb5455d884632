"""Mails by SMTP, to servers that take them, refuse them, or do not answer."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from dev.ports import free_port
from service.accounts.adapters import smtp_mailer
from service.accounts.adapters.smtp_mailer import SmtpMailer
from service.accounts.ports.mailer import MailDelayed, MailRefused, Message
from service.settings import Settings
from tests.helpers.certificates import server_context, write_certificate
from tests.helpers.mail_server import MailServer, dripping_server, running_mail_server, silent_server

MAIL = Message("01MAIL", "ada@example.com", "Dein Code für Moodrop", "Grüße\n", "<p>Grüße</p>")
SECRET_KEY = "k" + "0f1e2d3c4b5a6978" * 4
ENCODED = "moodrop:a%20pass%2Fword"
# An address of this machine that does not look like one.
ON_NETWORK = "0.0.0.0"


def mailer_of(url: str) -> SmtpMailer:
    """A mailer to the server of this address."""
    return SmtpMailer(
        Settings(
            auth_mode="accounts", smtp_url=url, mail_from="moodrop@mail.example", secret_key=SECRET_KEY, mail_page=False
        )
    )


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A server that takes everything, without encryption and users."""
    with running_mail_server() as running:
        yield running


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate that nobody trusts."""
    return write_certificate(tmp_path / "mail.pem", ON_NETWORK)


@pytest.fixture
def secure_server(certificate: Path) -> Iterator[MailServer]:
    """A server that wants STARTTLS and a user."""
    with running_mail_server(context=server_context(certificate), needs_user=True) as running:
        yield running


@pytest.mark.parametrize(
    "url",
    [
        "http://mail.example",
        "smtp://",
        "smtp://mail.example:0",
        "smtp://mail.example:65536",
        "smtp://mail.example:x",
        "smtp://mail.example/path",
        "smtp://moodrop:p@ss@mail.example",
        "smtp://two words@mail.example",
    ],
)
def test_what_is_no_mail_server_stops_the_start(url: str) -> None:
    """With all other bad settings; the password is not shown."""
    with pytest.raises(ValidationError, match="must look like smtp://user:password@host:587") as raised:
        mailer_of(url)

    assert "p@ss" not in "".join(error["msg"] for error in raised.value.errors())


@pytest.mark.parametrize("url", ["smtp://[::1]:25", "smtps://moodrop@mail.example", "smtp://moodrop:@mail.example:587"])
def test_what_is_a_mail_server_starts(url: str) -> None:
    """Without a port, without a password, by its IPv6 address."""
    assert mailer_of(url)


@pytest.mark.parametrize(
    "sender", ["Ada <a@mail.example>", "a@mail.example\nBcc: b@c.example", "ä@mail.example", "a,b@c.example", "a"]
)
def test_a_sender_that_would_need_quotes_stops_the_start(sender: str) -> None:
    """MAIL_FROM is an address and nothing else."""
    with pytest.raises(ValidationError, match="must be an address such as"):
        Settings(auth_mode="open", mail_from=sender)


def test_a_mail_arrives_whole(server: MailServer) -> None:
    """As text and as HTML, in seven bits; its id stays the same when it is sent again."""
    for _ in range(2):
        mailer_of(f"smtp://127.0.0.1:{server.port}").send(MAIL)

    mail, again = server.mails
    assert (mail["From"], mail["To"], mail["Subject"]) == ("moodrop@mail.example", MAIL.to, MAIL.subject)
    assert mail["Message-ID"] == again["Message-ID"] == "<01MAIL@mail.example>"
    assert mail["Date"]
    text, html = mail.iter_parts()
    assert (text.get_content().splitlines(), html.get_content().splitlines()) == (["Grüße"], [MAIL.html])
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert mail.as_bytes().isascii()


def test_starttls_and_a_user(secure_server: MailServer) -> None:
    """The password of the address is percent-encoded. On this machine no certificate is needed."""
    mailer_of(f"smtp://{ENCODED}@127.0.0.1:{secure_server.port}").send(MAIL)

    assert (len(secure_server.mails), secure_server.encrypted) == (1, [True])


def test_a_server_on_the_network_must_prove_its_name(
    secure_server: MailServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before it gets the password."""
    url = f"smtp://{ENCODED}@{ON_NETWORK}:{secure_server.port}"
    with pytest.raises(MailDelayed, match="its certificate is not valid: self-signed certificate"):
        mailer_of(url).send(MAIL)
    assert secure_server.users == []

    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    mailer_of(url).send(MAIL)
    assert len(secure_server.mails) == 1


def test_no_password_goes_out_in_plain_text(server: MailServer) -> None:
    """Where the server offers no STARTTLS."""
    with pytest.raises(MailDelayed, match="offers no STARTTLS"):
        mailer_of(f"smtp://{ENCODED}@{ON_NETWORK}:{server.port}").send(MAIL)

    assert (server.users, server.mails) == ([], [])
    mailer_of(f"smtp://{ON_NETWORK}:{server.port}").send(MAIL)
    assert len(server.mails) == 1


def test_a_wrong_password_delays_the_mail(secure_server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mail is not at fault: it is sent once the setting is right."""
    monkeypatch.setattr(smtp_mailer, "TIMEOUT_S", 1)
    with pytest.raises(MailDelayed):
        mailer_of(f"smtp://moodrop:wrong@127.0.0.1:{secure_server.port}").send(MAIL)

    assert (set(secure_server.users), secure_server.mails) == ({"moodrop"}, [])


@pytest.mark.parametrize(("answer", "error"), [("550 no such user", MailRefused), ("451 later", MailDelayed)])
@pytest.mark.parametrize("stage", ["recipient_answer", "mail_answer"])
def test_a_server_may_refuse_for_good_or_for_now(
    server: MailServer, stage: str, answer: str, error: type[Exception]
) -> None:
    """The code alone is passed on: the text may name the address."""
    setattr(server, stage, f"{answer} {MAIL.to}")
    with pytest.raises(error) as raised:
        mailer_of(f"smtp://127.0.0.1:{server.port}").send(MAIL)

    assert str(raised.value) == f"it answered {answer[:3]}"


def test_a_refused_port_delays_the_mail() -> None:
    """At once."""
    with pytest.raises(MailDelayed, match="no connection: Connection refused"):
        mailer_of(f"smtp://127.0.0.1:{free_port()}").send(MAIL)


@pytest.mark.parametrize("greeting", [b"", b"220 mail.example\r\n"])
def test_a_silent_server_is_left(greeting: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the time for one answer, wherever it falls silent."""
    monkeypatch.setattr(smtp_mailer, "TIMEOUT_S", 0.3)
    started = time.monotonic()
    with silent_server(greeting) as port, pytest.raises(MailDelayed, match="no answer"):
        mailer_of(f"smtp://127.0.0.1:{port}").send(MAIL)

    # Once more for EHLO's older sibling, and for the farewell.
    assert time.monotonic() - started < 3


def test_a_server_that_never_ends_its_answer_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte comes in time, but the mail has a time of its own."""
    monkeypatch.setattr(smtp_mailer, "LONGEST_S", 0.5)
    started = time.monotonic()
    with dripping_server() as port, pytest.raises(MailDelayed):
        mailer_of(f"smtp://127.0.0.1:{port}").send(MAIL)

    assert time.monotonic() - started < 5


def test_a_server_that_is_found_late_is_left_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection has no socket when its time is over; later it has one, on which bytes drip for ever."""
    connect = socket.create_connection

    def connect_late(*args: Any, **keywords: Any) -> socket.socket:
        time.sleep(1)
        return connect(*args, **keywords)

    monkeypatch.setattr(socket, "create_connection", connect_late)
    monkeypatch.setattr(smtp_mailer, "LONGEST_S", 0.5)
    started = time.monotonic()
    with dripping_server() as port, pytest.raises(MailDelayed):
        mailer_of(f"smtp://127.0.0.1:{port}").send(MAIL)

    assert time.monotonic() - started < 5


def test_half_an_answer_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server takes the mail, but its last line has no end when the time is over."""
    monkeypatch.setattr(smtp_mailer, "LONGEST_S", 0.5)
    answers = b"220 a\r\n" + 3 * b"250 a\r\n" + b"354 a\r\n250"
    with silent_server(answers) as port, pytest.raises(MailDelayed, match="no answer"):
        mailer_of(f"smtp://127.0.0.1:{port}").send(MAIL)


@pytest.mark.parametrize("field", ["to", "subject"])
def test_a_line_break_makes_no_header(server: MailServer, field: str) -> None:
    """Such a mail is never sent."""
    values = {"to": MAIL.to, "subject": MAIL.subject, field: "a@example.com\r\nBcc: b@example.com"}
    with pytest.raises(MailRefused):
        mailer_of(f"smtp://127.0.0.1:{server.port}").send(Message("01MAIL", text="", html="", **values))

    assert server.mails == []


def test_the_check_sends_nothing(secure_server: MailServer) -> None:
    """It connects, encrypts and signs in."""
    [check] = mailer_of(f"smtp://{ENCODED}@127.0.0.1:{secure_server.port}").check()

    assert (check.name, check.ok, check.finding) == ("mail", True, "127.0.0.1 answers")
    assert (secure_server.users, secure_server.mails) == (["moodrop"], [])


def test_the_check_says_what_is_wrong() -> None:
    """And how to fix it; without the password."""
    [check] = mailer_of(f"smtp://{ENCODED}@127.0.0.1:{free_port()}").check()

    assert (check.ok, check.finding) == (False, "127.0.0.1: no connection: Connection refused")
    assert "SMTP_URL" in check.fix
