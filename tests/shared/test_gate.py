"""The gate before a server: how many calls pass, who waits, who is refused, and how an outage starts and ends."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from time import monotonic, sleep
from typing import Any

import pytest

from service.bounded import bounded
from service.ports import Ports
from service.shared.adapters.gate import (
    LONGEST_WAIT_S,
    STALL_TIMEOUT_S,
    SUSPECT_AFTER_S,
    Gate,
    Gated,
)
from service.shared.errors import DatabaseUnavailable
from service.store.errors import StoreDenied, StoreUnavailable
from service.uploads.errors import ObjectMissing

# Far longer than any wait of the gate; a test that gets there has failed.
FOR_EVER_S = 30


@dataclass
class Server:
    """The server behind the gate: its calls hang until the test releases them."""

    is_up: bool = True
    pings: int = 0
    go: threading.Event = field(default_factory=threading.Event)
    inside: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def ping(self) -> None:
        self.pings += 1
        if not self.is_up:
            raise StoreUnavailable("out")

    def stand(self) -> None:
        self.inside.release()
        assert self.go.wait(FOR_EVER_S)


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def gate(server: Server) -> Gate:
    return Gate(StoreUnavailable, server.ping, places=4, places_of_one=2, long_places=1)


@pytest.fixture
def pool(server: Server) -> Iterator[ThreadPoolExecutor]:
    """Threads; after the test the server releases them all."""
    with ThreadPoolExecutor(16) as made:
        yield made
        server.go.set()


def stand(gate: Gate, server: Server, owner: str, *, is_long: bool = False) -> Callable[[], None]:
    def call() -> None:
        with gate.entered(owner, is_long=is_long):
            server.stand()

    return call


def begin(pool: ThreadPoolExecutor, server: Server, *calls: Callable[[], None]) -> list[Future[None]]:
    """Start calls in their own threads, and wait until they are inside."""
    begun = [pool.submit(call) for call in calls]
    for _ in calls:
        assert server.inside.acquire(timeout=FOR_EVER_S)
    return begun


def is_let_in(gate: Gate, owner: str, *, is_long: bool = False) -> bool:
    try:
        with gate.entered(owner, is_long=is_long):
            return True
    except StoreUnavailable:
        return False


def test_calls_that_stand_leave_room_for_other_owners(gate: Gate, server: Server, pool: ThreadPoolExecutor) -> None:
    """Two per owner and four in all; the owner's next call is refused soon, before the others' time-outs."""
    begun = begin(pool, server, *[stand(gate, server, "alice")] * 2)

    asked = monotonic()
    assert not is_let_in(gate, "alice")
    assert monotonic() - asked < LONGEST_WAIT_S
    assert is_let_in(gate, "bob")

    begun += begin(pool, server, *[stand(gate, server, "bob")] * 2)
    assert not is_let_in(gate, "carol")
    server.go.set()
    for call in begun:
        call.result()
    assert is_let_in(gate, "alice")


def test_a_long_call_leaves_room_for_short_ones(gate: Gate, server: Server, pool: ThreadPoolExecutor) -> None:
    """A copy inside the store may take a minute: only one runs at a time, and checks go on."""
    begin(pool, server, stand(gate, server, "alice", is_long=True))

    assert not is_let_in(gate, "bob", is_long=True)
    assert is_let_in(gate, "bob")


def test_a_caller_waits_while_calls_end(gate: Gate, pool: ThreadPoolExecutor) -> None:
    """A server that answers refuses nobody, however many calls come at once."""

    def short() -> None:
        with gate.entered("alice"):
            sleep(0.02)

    for call in [pool.submit(short) for _ in range(100)]:
        call.result()


@pytest.mark.parametrize("is_up", [True, False])
def test_a_patient_gate_waits_for_a_server_that_pauses_and_not_for_one_that_is_gone(
    server: Server, pool: ThreadPoolExecutor, is_up: bool
) -> None:
    """A disk flush of a second refuses nobody; an unanswered ping refuses everybody."""
    gate = Gate(StoreUnavailable, server.ping, places=4, places_of_one=4, long_places=1, stall_timeout_s=FOR_EVER_S)
    server.is_up = is_up
    begin(pool, server, *[stand(gate, server, "alice")] * 4)
    waits = [pool.submit(is_let_in, gate, owner) for owner in ("alice", "bob")]

    if is_up:
        sleep(1)
        assert [wait.done() for wait in waits] == [False] * 2
    else:
        _until(lambda: all(wait.done() for wait in waits))
    server.go.set()
    assert [wait.result() for wait in waits] == [is_up] * 2


def test_calls_that_wait_are_let_in_by_turns(gate: Gate, pool: ThreadPoolExecutor) -> None:
    """Threads that call again at once do not overtake a waiting one."""
    counts, until = [0] * 8, monotonic() + 2

    def again_and_again(number: int) -> None:
        while monotonic() < until:
            with gate.entered("alice"):
                counts[number] += 1
                sleep(0.001)

    for call in [pool.submit(again_and_again, number) for number in range(len(counts))]:
        call.result()
    assert min(counts) > max(counts) / 2


def test_calls_that_end_without_an_answer_are_no_progress(gate: Gate, server: Server, pool: ThreadPoolExecutor) -> None:
    """If one owner's calls time out one by one, callers behind them give up soon, although places free up."""

    def times_out(after: float) -> None:
        with suppress(StoreUnavailable), gate.entered("alice"):
            sleep(after)
            raise StoreUnavailable

    for after in (0.2, 0.4, 0.6, 0.8, 1.0, 1.2):
        pool.submit(times_out, after)
    sleep(0.7)
    waits = [pool.submit(stand(gate, server, "alice")) for _ in range(4)]
    sleep(1)

    refused = [wait for wait in waits if wait.done() and isinstance(wait.exception(), StoreUnavailable)]
    assert len(refused) >= 2


def test_many_calls_of_one_request_have_one_place(gate: Gate, server: Server, pool: ThreadPoolExecutor) -> None:
    """A batch checks a thousand objects, eight at a time, and counts as one call."""
    gated = Gated(server, gate, free=frozenset(), long=frozenset(), owner_of=lambda: "alice")
    with gated.many("alice"):
        begun = [pool.submit(copy_context().run, gated.stand) for _ in range(8)]
        for _ in begun:
            assert server.inside.acquire(timeout=FOR_EVER_S)
        assert is_let_in(gate, "alice")
        server.go.set()
        for call in begun:
            call.result()


def test_whoever_waits_goes_on_as_soon_as_there_is_room(gate: Gate) -> None:
    """And not when it next looks whether the server still answers."""
    longest = [0.0] * 12

    def come_and_go(number: int) -> None:
        for _ in range(20):
            asked = monotonic()
            with gate.entered(f"owner {number}"):
                longest[number] = max(longest[number], monotonic() - asked)
                sleep(0.002)

    with ThreadPoolExecutor(len(longest)) as callers:
        list(callers.map(come_and_go, range(len(longest))))
    assert sorted(longest)[len(longest) // 2] < SUSPECT_AFTER_S


def test_nobody_asks_a_server_that_does_not_answer(gate: Gate, server: Server, pool: ThreadPoolExecutor) -> None:
    """A hanging call triggers a ping; then all calls are refused at once until a ping is answered."""
    server.is_up = False
    begin(pool, server, stand(gate, server, "alice"))
    sleep(0.4)

    _until(lambda: not is_let_in(gate, "bob"))
    asked = monotonic()
    assert not any(is_let_in(gate, "bob") for _ in range(100))
    assert monotonic() - asked < 100 * STALL_TIMEOUT_S, "each was refused at once"

    server.is_up = True
    _until(lambda: is_let_in(gate, "bob"))


def test_one_object_that_stands_is_no_outage(gate: Gate, server: Server, pool: ThreadPoolExecutor) -> None:
    """MinIO locks a key during its PUT, but the store still answers."""
    begin(pool, server, stand(gate, server, "alice"))
    sleep(0.4)

    _until(lambda: is_let_in(gate, "bob") and server.pings > 0)
    assert all(is_let_in(gate, "bob") for _ in range(100))


@pytest.mark.parametrize("error", [StoreDenied, ObjectMissing])
def test_a_refusal_is_an_answer(gate: Gate, server: Server, error: type[Exception]) -> None:
    """A store that refuses a call is up."""

    def ping() -> None:
        raise StoreDenied

    gate = Gate(StoreUnavailable, ping, places=4, places_of_one=2, long_places=1)
    for _ in range(3):
        with pytest.raises(error), gate.entered("alice"):
            raise error
    with pytest.raises(StoreUnavailable), gate.entered("alice"):
        raise StoreUnavailable

    sleep(0.1)
    assert is_let_in(gate, "alice")


def test_an_outage_nobody_asks_about_is_forgotten(gate: Gate, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """No thread pings for ever: the next caller finds out."""
    monkeypatch.setattr("service.shared.adapters.gate.FORGET_AFTER_S", 0.1)
    server.is_up = False
    with pytest.raises(StoreUnavailable), gate.entered("alice"):
        raise StoreUnavailable
    _until(lambda: server.pings > 0)

    _until(lambda: not any(thread.name == "ping" for thread in threading.enumerate()))
    assert is_let_in(gate, "alice")


def _until(holds: Callable[[], bool]) -> None:
    until = monotonic() + FOR_EVER_S
    while not holds():
        assert monotonic() < until
        sleep(0.02)


class SilentDatabase:
    """Stands for the records and for the counts of tries."""

    def ping(self) -> None:
        raise DatabaseUnavailable("no answer")

    def count(self, what: str, who: str) -> None:
        raise DatabaseUnavailable("no answer")


def test_tries_are_counted_behind_the_gate_of_the_database(ports: Ports) -> None:
    """Otherwise each sign-in during an outage would hold a thread until its time-out."""
    silent: Any = SilentDatabase()
    gated = bounded(replace(ports, records=silent, accounts=replace(ports.accounts, attempts=silent)), 8)
    until, detail = monotonic() + FOR_EVER_S, ""
    while "a moment ago" not in detail:
        assert monotonic() < until, detail
        with pytest.raises(DatabaseUnavailable) as refused:
            gated.accounts.attempts.count("login", "203.0.113.9")
        detail = refused.value.detail
        sleep(0.02)
