"""Preparation: tried when it is due, by one thread at a time, until store and database are up and safe."""

import logging
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import pytest

from service.operations.usecases.health import readiness
from service.operations.usecases.preparation import Preparation
from service.ports import Ports
from service.shared.checks import StoreCheck
from service.shared.errors import DatabaseUnavailable, NotReady
from service.store.errors import StoreUnavailable, StoreUnsafe


@dataclass
class FakeStore:
    """A store whose state a test sets."""

    checks: list[StoreCheck] = field(default_factory=list)
    checks_of: dict[str, list[StoreCheck]] = field(default_factory=dict)
    skew: float = 0.0
    down: bool = False
    prepared: int = 0
    knows: bool = True
    gate: threading.Event | None = None
    asked: threading.Event = field(default_factory=threading.Event)

    def prepare(self, buckets: tuple[str, ...]) -> list[StoreCheck]:
        self.prepared += 1
        self.asked.set()
        if self.gate:
            self.gate.wait(5)
        if self.down:
            raise StoreUnavailable("it is down")
        return [StoreCheck("upload_account", ok=False, must=False, finding="the store refused", fix="Make one.")]

    def ping(self, bucket: str) -> float:
        if self.down:
            raise StoreUnavailable("it is down")
        return self.skew

    def knows_signers(self, bucket: str) -> bool:
        return self.knows

    def check(self, bucket: str) -> list[StoreCheck]:
        return [*self.checks, *self.checks_of.get(bucket, [])]


def a_check(name: str, *, ok: bool = False, must: bool = True) -> StoreCheck:
    return StoreCheck(name, ok=ok, must=must, finding="answered 200", fix="Do this.")


@pytest.fixture
def store() -> FakeStore:
    return FakeStore([a_check("put", ok=True)])


@pytest.fixture
def with_store(ports: Ports, store: FakeStore) -> Ports:
    return replace(ports, objects=store)


def a_preparation(ports: Ports, *waived: str, retry_after_s: float = 0) -> Preparation:
    """Return one that tries again at each call."""
    return Preparation(ports, waived, retry_after_s=retry_after_s)


def test_it_prepares_once(with_store: Ports, store: FakeStore, caplog: pytest.LogCaptureFixture) -> None:
    """What the store refused is logged, and stops nothing."""
    preparation = a_preparation(with_store)

    for _ in range(3):
        preparation.ensure()

    assert store.prepared == 1
    assert "upload_account failed: the store refused. Fix: Make one." in caplog.text


def test_a_failed_check_that_is_a_must_stands_in_the_way(with_store: Ports, store: FakeStore) -> None:
    """Named in the error; an optional check does not."""
    store.checks += [a_check("length"), a_check("cors", must=False), a_check("expiry")]

    with pytest.raises(StoreUnsafe, match="failed store checks: length, expiry\\."):
        a_preparation(with_store).ensure()


def test_each_bucket_is_checked(with_store: Ports, store: FakeStore, caplog: pytest.LogCaptureFixture) -> None:
    """A policy might deny unsigned writes only in the first, but all contain files."""
    policy = replace(with_store.policy, bucket_by_type=(("video/*", "videos"),))
    store.checks_of["videos"] = [a_check("unsigned_write")]

    with pytest.raises(StoreUnsafe, match="failed store checks: unsigned_write\\."):
        a_preparation(replace(with_store, policy=policy)).ensure()

    assert "unsigned_write failed: videos: answered 200." in caplog.text


@pytest.mark.parametrize("waived", [("length", "expiry"), ("all",)])
def test_waived_checks_do_not(
    with_store: Ports, store: FakeStore, waived: tuple[str, ...], caplog: pytest.LogCaptureFixture
) -> None:
    """But the log keeps warning, with the fix."""
    store.checks += [a_check("length"), a_check("expiry")]

    a_preparation(with_store, *waived).ensure()

    assert "length failed (waived): answered 200. Fix: Do this." in caplog.text


@pytest.mark.parametrize("skew", [61, -61])
def test_a_clock_that_is_a_minute_off_stands_in_the_way(with_store: Ports, store: FakeStore, skew: float) -> None:
    """Every URL would live a minute less, or be refused at once."""
    store.skew = skew

    with pytest.raises(StoreUnsafe, match=re.escape(f"{skew:+} s from ours")):
        a_preparation(with_store, "all").ensure()


def test_it_tries_again_until_the_store_is_there(
    with_store: Ports, store: FakeStore, caplog: pytest.LogCaptureFixture
) -> None:
    """No restart is needed."""
    caplog.set_level(logging.INFO)
    store.down = True
    preparation = a_preparation(with_store)
    for _ in range(2):
        with pytest.raises(StoreUnavailable):
            preparation.ensure()

    store.down = False
    preparation.ensure()

    assert store.prepared == 3
    assert "ready: buckets mybucket" in caplog.text


def test_between_two_tries_the_answer_is_at_hand(with_store: Ports, store: FakeStore) -> None:
    """Not every request asks a store that is down."""
    store.down = True
    preparation = a_preparation(with_store, retry_after_s=60)

    for _ in range(5):
        with pytest.raises(StoreUnavailable):
            preparation.ensure()

    assert store.prepared == 1


def test_while_one_request_tries_the_others_are_answered_at_once(with_store: Ports, store: FakeStore) -> None:
    """A silent store takes seconds, but only one request waits for it."""
    store.gate = threading.Event()
    preparation = a_preparation(with_store)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(preparation.ensure)
        store.asked.wait(5)

        with pytest.raises(NotReady):
            preparation.ensure()

        store.gate.set()
        first.result()
    preparation.ensure()
    assert store.prepared == 1


def test_readiness_names_what_does_not_answer(with_store: Ports, store: FakeStore) -> None:
    """Each dependency by itself, so that an operator sees which."""
    store.down = True

    checks = {check.name: (check.ok, check.detail) for check in readiness(with_store, a_preparation(with_store))}

    assert checks == {
        "startup": (False, "it is down"),
        "database": (True, "answers"),
        "bucket mybucket": (False, "it is down"),
    }


def test_readiness_goes_when_another_start_took_the_accounts(with_store: Ports, store: FakeStore) -> None:
    """A start with other settings: the load balancer must avoid workers whose URLs the store refuses."""
    preparation = a_preparation(with_store)
    preparation.ensure()

    store.knows = False
    first = readiness(with_store, preparation)[0]

    assert (first.name, first.ok) == ("startup", False)
    assert "start this one again" in first.detail


def test_readiness_goes_when_a_dependency_goes(with_store: Ports, store: FakeStore) -> None:
    """Being prepared once is not enough; a drifted clock counts too."""

    class NoDatabase:
        def ping(self) -> None:
            raise DatabaseUnavailable("no answer")

    preparation = a_preparation(with_store)
    preparation.ensure()
    assert all(check.ok for check in readiness(with_store, preparation))

    store.skew = 90
    checks = readiness(replace(with_store, records=NoDatabase()), preparation)

    assert [check.ok for check in checks] == [True, False, False]
    assert "+90.0 s" in checks[2].detail
