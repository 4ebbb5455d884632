"""Sending what is in the outbox: each mail once, twice at most after a crash, and never lost."""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from service.accounts.model import Code, Mail
from service.accounts.ports.mailer import MailDelayed, MailRefused, Message
from service.accounts.secrets import code_of
from service.accounts.usecases.audit import list_events
from service.accounts.usecases.codes import Carried, issue_code, use_up
from service.accounts.usecases.mails import NO_TEMPLATE, queue_code_mail, queue_notice
from service.accounts.usecases.send_mails import send_due_mails
from service.ports import Ports
from service.shared.checks import StoreCheck
from service.shared.errors import DatabaseUnavailable
from tests.conftest import Clock
from tests.helpers.accounts import EMAIL, accounts_ports, accounts_settings, add_user

ANOTHER = "bob@example.com"


@dataclass
class FakeMailer:
    """The Mailer port: notes what it sends, or raises what the test says."""

    sent: list[Message] = field(default_factory=list)
    error: BaseException | None = None

    def send(self, message: Message) -> None:
        if self.error:
            raise self.error
        self.sent.append(message)

    def check(self) -> list[StoreCheck]:
        return []


class Killed(BaseException):
    """As if the worker ended there."""


@pytest.fixture
def mailer() -> FakeMailer:
    return FakeMailer()


@pytest.fixture
def sending(ports: Ports, mailer: FakeMailer) -> Ports:
    """Ports of a service that sends its mails."""
    settings = accounts_settings(mail_page=False, smtp_url="smtp://127.0.0.1", mail_from="moodrop@example.com")
    ports = accounts_ports(ports, settings)
    return replace(ports, accounts=replace(ports.accounts, mailer=mailer))


def a_queued_code(ports: Ports, email: str = EMAIL, template: str = "sign_in_code", **carried: Any) -> Code:
    """A code whose mail waits."""
    code = issue_code(ports, "login", email, Carried(**carried))
    queue_code_mail(ports, code, template)
    return code


def outbox(ports: Ports) -> list[Mail]:
    """What is there, newest first."""
    return ports.accounts.outbox.find()


def code_in(ports: Ports, code: Code) -> str:
    """The six digits of a code."""
    return code_of(ports.keyring.derive("codes")[0], code.code_id, code.issue)


def test_a_queued_mail_is_sent_once(sending: Ports, mailer: FakeMailer) -> None:
    """With its code and its link, in the language of the person; then the outbox is empty."""
    code = a_queued_code(sending, language="de")

    assert (send_due_mails(sending), send_due_mails(sending)) == (1, 0)

    [message] = mailer.sent
    assert (message.to, message.subject) == (EMAIL, "Ihr Code zum Anmelden")
    assert code_in(sending, code) in message.text
    assert f"/sign-in#token={code.code_id}." in message.text
    assert outbox(sending) == []


def test_queueing_wakes_the_loop_of_this_process(sending: Ports) -> None:
    """So a mail goes out at once."""
    assert not sending.accounts.mail_queued.is_set()
    a_queued_code(sending)
    assert sending.accounts.mail_queued.is_set()


def test_a_mail_for_nobody_is_dropped(sending: Ports, mailer: FakeMailer) -> None:
    """An unknown address makes the same work, and gets no mail."""
    a_queued_code(sending, template=NO_TEMPLATE)

    assert send_due_mails(sending) == 0
    assert (mailer.sent, outbox(sending)) == ([], [])


def test_what_fails_waits_longer_each_time_while_it_lives(sending: Ports, mailer: FakeMailer, clock: Clock) -> None:
    """1, 5, 15 minutes, then an hour each, until the notice is a day old."""
    queue_notice(sending, EMAIL, "left", None, {})
    mailer.error = MailDelayed("no answer")
    began, pauses = clock.time, []
    while outbox(sending):
        send_due_mails(sending)
        for mail in outbox(sending):
            pauses.append((mail.not_before - clock.time) // timedelta(minutes=1))
            clock.time = mail.not_before - timedelta(milliseconds=1)
            mailer.error = None
            assert send_due_mails(sending) == 0
            mailer.error = MailDelayed("no answer")
            clock.time = mail.not_before

    assert pauses == [1, 5, 15, *[60] * 24]
    assert clock.time - began > timedelta(days=1)


@pytest.mark.parametrize("what", ["over", "used", "replaced"])
def test_a_code_that_is_worth_nothing_is_not_sent(sending: Ports, mailer: FakeMailer, clock: Clock, what: str) -> None:
    """It would only confuse: of two codes in a mailbox the newer one has to be the good one."""
    mailer.error = MailDelayed("no answer")
    code = a_queued_code(sending)
    send_due_mails(sending)
    mailer.error = None
    clock.pass_(600 if what == "over" else 61)
    if what == "used":
        use_up(sending, code)
    newer = [code_in(sending, a_queued_code(sending))] if what == "replaced" else []

    send_due_mails(sending)

    assert [mail.text.count(digits) for mail, digits in zip(mailer.sent, newer, strict=True)] == [1] * len(newer)
    assert outbox(sending) == []


def test_what_is_refused_is_given_up_and_its_user_can_see_it(sending: Ports, mailer: FakeMailer, clock: Clock) -> None:
    """Others go on; without a user there is nobody to see it."""
    user = add_user(sending)
    a_queued_code(sending, user_id=user.user_id)
    a_queued_code(sending, ANOTHER)
    mailer.error = MailRefused("it answered 550")

    assert send_due_mails(sending) == 0

    assert outbox(sending) == []
    assert [(event.event, event.detail) for event in list_events(sending, user.user_id)] == [
        ("mail_refused", "sign_in_code")
    ]


def test_a_worker_killed_before_sending_loses_nothing(sending: Ports, mailer: FakeMailer, clock: Clock) -> None:
    """The lease runs out after a minute, and another worker sends it."""
    a_queued_code(sending)
    mailer.error = Killed()
    with pytest.raises(Killed):
        send_due_mails(sending)
    mailer.error = None

    clock.pass_(59)
    assert send_due_mails(sending) == 0
    clock.pass_(1)
    assert send_due_mails(sending) == 1
    assert (len(mailer.sent), outbox(sending)) == (1, [])


def test_a_worker_killed_after_sending_sends_twice(sending: Ports, mailer: FakeMailer, clock: Clock) -> None:
    """And not a third time; both have one id, by which a mailbox may show one."""
    a_queued_code(sending)

    class Fatal:
        def __getattr__(self, name: str) -> Any:
            if name == "remove":
                raise Killed
            return getattr(sending.accounts.outbox, name)

    with pytest.raises(Killed):
        send_due_mails(replace(sending, accounts=replace(sending.accounts, outbox=Fatal())))
    for _ in range(3):
        clock.pass_(60)
        send_due_mails(sending)

    assert len(mailer.sent) == 2
    assert len({message.mail_id for message in mailer.sent}) == 1


def test_of_many_workers_one_sends_each_mail(sending: Ports, mailer: FakeMailer) -> None:
    """Whoever leases it first."""
    for at in range(20):
        queue_notice(sending, f"ada{at}@example.com", "left", None, {})
    with ThreadPoolExecutor(8) as pool:
        sent = sum(pool.map(lambda _: send_due_mails(sending), range(8)))

    assert sent == 20
    assert len({message.to for message in mailer.sent}) == len(mailer.sent) == 20


def test_a_mail_that_another_worker_is_sending_is_left_alone(sending: Ports, mailer: FakeMailer) -> None:
    """Even by one that read it before it was leased."""
    a_queued_code(sending)
    pages = [outbox(sending)]

    class Stale:
        def __getattr__(self, name: str) -> Any:
            return (lambda **_: pages.pop()) if name == "find" and pages else getattr(sending.accounts.outbox, name)

    others = []

    class Slow(FakeMailer):
        def send(self, message: Message) -> None:
            if not others:
                others.append(send_due_mails(replace(sending, accounts=replace(sending.accounts, outbox=Stale()))))
            mailer.send(message)

    slow = replace(sending, accounts=replace(sending.accounts, mailer=Slow()))
    assert send_due_mails(slow) == 1
    assert (others, len(mailer.sent)) == ([0], 1)


def test_a_defect_in_one_mail_holds_up_no_other(
    sending: Ports, mailer: FakeMailer, caplog: pytest.LogCaptureFixture
) -> None:
    """It stays in the outbox, and the log names its template."""
    queue_notice(sending, EMAIL, "no such template", None, {})
    a_queued_code(sending, ANOTHER)

    assert send_due_mails(sending) == 1
    assert [mail.template for mail in outbox(sending)] == ["no such template"]
    assert "defect in sending a mail (no such template)" in caplog.text


def test_more_than_a_page_is_sent(sending: Ports, mailer: FakeMailer) -> None:
    """In one turn, though none is found twice."""
    for at in range(120):
        queue_notice(sending, f"ada{at}@example.com", "left", None, {})

    assert send_due_mails(sending) == 120


def test_a_stop_is_heeded_between_two_mails(sending: Ports, mailer: FakeMailer) -> None:
    """The rest waits for another worker."""
    for at in range(3):
        queue_notice(sending, f"ada{at}@example.com", "left", None, {})
    going = iter([True, True, False])

    assert send_due_mails(sending, lambda: next(going)) == 2
    assert len(outbox(sending)) == 1


def test_a_database_that_is_down_ends_the_turn(sending: Ports) -> None:
    """The loop waits longer."""

    class Down:
        def __getattr__(self, name: str) -> Any:
            raise DatabaseUnavailable("down")

    with pytest.raises(DatabaseUnavailable):
        send_due_mails(replace(sending, accounts=replace(sending.accounts, outbox=Down())))


def test_neither_log_nor_outbox_shows_a_code_or_the_log_an_address(
    sending: Ports, mailer: FakeMailer, caplog: pytest.LogCaptureFixture, clock: Clock
) -> None:
    """Whatever happens to the mail."""
    caplog.set_level(logging.DEBUG)
    code = a_queued_code(sending)
    for error in (MailDelayed("it answered 451"), ZeroDivisionError(EMAIL), MailRefused("it answered 550")):
        stored = repr((outbox(sending), sending.accounts.codes.find()))
        assert code_in(sending, code) not in stored.replace(code.code_id, "")
        mailer.error = error
        send_due_mails(sending)
        clock.pass_(70)

    assert outbox(sending) == []
    assert code_in(sending, code) not in caplog.text
    assert EMAIL not in caplog.text
