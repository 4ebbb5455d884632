"""The threads of a worker that send mails and look after accounts."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from service.accounts.usecases.keeper import KeeperReport, keep_accounts
from service.accounts.usecases.mails import queue_notice
from service.app import create_app
from service.operations.usecases.mail_loop import INTERVAL_S, LONGEST_PAUSE_S, MailLoop
from service.operations.usecases.preparation import Preparation
from service.operations.usecases.sweeper import Job, Sweeper
from service.ports import Ports
from service.settings import Settings
from service.shared.errors import DatabaseUnavailable
from tests.conftest import Clock
from tests.helpers.accounts import EMAIL, accounts_ports, accounts_settings
from tests.helpers.mail_server import MailServer, running_mail_server


@pytest.fixture
def server() -> Iterator[MailServer]:
    with running_mail_server() as running:
        yield running


@pytest.fixture
def sending(ports: Ports, server: MailServer) -> Ports:
    """Ports of a service that sends its mails to the server."""
    url = f"smtp://127.0.0.1:{server.port}"
    return accounts_ports(ports, accounts_settings(mail_page=False, smtp_url=url, mail_from="moodrop@example.com"))


def a_loop(ports: Ports) -> MailLoop:
    return MailLoop(ports, Preparation(ports, (), retry_after_s=0))


def test_a_mail_of_this_process_goes_out_at_once(
    sending: Ports, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without waiting for the next turn; and the loop ends when it is stopped."""
    monkeypatch.setattr("service.operations.usecases.mail_loop.INTERVAL_S", 600)
    monkeypatch.setattr("service.operations.usecases.mail_loop.LONGEST_PAUSE_S", 600)
    loop = a_loop(sending)
    loop.start()
    queue_notice(sending, EMAIL, "left", None, {})

    assert server.wait_for(1, seconds=20)
    loop.stop()
    assert "mail" not in {thread.name for thread in threading.enumerate()}


def test_a_mail_of_another_process_goes_out_soon(sending: Ports, server: MailServer) -> None:
    """Nothing wakes this one, but it asks every two seconds."""
    queue_notice(sending, EMAIL, "left", None, {})
    sending.accounts.mail_queued.clear()
    loop = a_loop(sending)
    loop.start()

    assert server.wait_for(1, seconds=20)
    loop.stop()


def test_an_outage_makes_it_wait_longer_and_ends_nothing(sending: Ports, server: MailServer) -> None:
    """Up to a minute; then as before."""

    class Frail:
        is_down = True

        def __getattr__(self, name: str) -> Any:
            if self.is_down:
                raise DatabaseUnavailable("down")
            return getattr(sending.accounts.outbox, name)

    queue_notice(sending, EMAIL, "left", None, {})
    frail: Any = Frail()
    # The outage comes after the start.
    frail_ports = replace(sending, accounts=replace(sending.accounts, outbox=frail))
    loop, pauses = MailLoop(frail_ports, Preparation(sending, (), retry_after_s=0)), []
    for _ in range(7):
        loop.turn()
        pauses.append(loop.pause_s)
    assert pauses == [4, 8, 16, 32, LONGEST_PAUSE_S, LONGEST_PAUSE_S, LONGEST_PAUSE_S]

    frail.is_down = False
    loop.turn()

    assert (loop.pause_s, len(server.mails)) == (INTERVAL_S, 1)


def test_each_kind_of_upkeep_is_done_in_order_until_it_must_stop(sending: Ports) -> None:
    """The report counts what was done."""
    going = iter([True, True, False])
    asked = []

    def work_off(count: int) -> Callable[..., int]:
        def work(ports: Ports, may_go_on: Callable[[], bool]) -> int:
            asked.append(count)
            return count

        return work

    report = keep_accounts(
        sending, lambda: next(going), {"adoptions": work_off(2), "leavers": work_off(0), "guests": work_off(5)}
    )

    assert asked == [2, 0]
    assert (report.total, str(report)) == (2, "adoptions 2")


def test_two_jobs_have_leases_of_their_own(ports: Ports, clock: Clock) -> None:
    """The sweep of one worker does not hold up the upkeep of another; of one job there is one leader."""
    done: list[str] = []

    def job(name: str) -> Job:
        def run(_ports: Any, _may_go_on: Callable[[], bool]) -> KeeperReport:
            done.append(name)
            return KeeperReport({})

        return Job(name, run, name)

    preparation = Preparation(ports, (), retry_after_s=0)
    for name in ("one", "two", "one", "two"):
        Sweeper(ports, preparation, 60, job(name)).turn()

    assert done == ["one", "two"]


@pytest.mark.parametrize(("mode", "calls"), [("accounts", 1), ("open", 0)])
def test_the_sweep_by_hand_looks_after_accounts_too(
    ports: Ports, monkeypatch: pytest.MonkeyPatch, mode: str, calls: int
) -> None:
    """So cron does all that the service would do with a SWEEP_INTERVAL; without accounts there is nothing to do."""
    called: list[Ports] = []
    monkeypatch.setattr("service.cli.keep_accounts", called.append)
    settings = accounts_settings() if mode == "accounts" else Settings(auth_mode="open")
    app = create_app(settings, accounts_ports(ports, settings))

    with app.app_context():
        done = app.test_cli_runner().invoke(args=["sweep"])

    assert (done.exit_code, len(called)) == (0, calls), done.output
