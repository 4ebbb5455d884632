"""The doctor on fake stores and databases: its verdict on each answer."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace

import pytest

from service.operations.usecases.doctor import (
    FAILED,
    NOTE,
    OK,
    WAIVED,
    examine,
    table,
)
from service.ports import Ports
from service.shared.checks import StoreCheck
from service.shared.errors import DatabaseUnavailable
from service.shared.settings import GIB, MIB, TIB
from service.store.errors import StoreDenied


@dataclass
class FakeStore:
    """A store whose answers a test sets."""

    checks: list[StoreCheck] = field(default_factory=list)
    refused: list[StoreCheck] = field(default_factory=list)
    skew: float = 0.0
    denied: bool = False
    bodies: list[StoreCheck] = field(default_factory=list)
    sizes: set[int] = field(default_factory=set)

    def prepare(self, buckets: tuple[str, ...]) -> list[StoreCheck]:
        if self.denied:
            raise StoreDenied("it knows no such key")
        return self.refused

    def ping(self, bucket: str) -> float:
        return self.skew

    def check(self, bucket: str) -> list[StoreCheck]:
        return self.checks

    def check_bodies(self, bucket: str, *, sizes: Collection[int]) -> list[StoreCheck]:
        self.sizes = set(sizes)
        return self.bodies


def a_check(name: str, *, ok: bool = False, must: bool = True) -> StoreCheck:
    return StoreCheck(name, ok=ok, must=must, finding="answered 200", fix="Do this.")


def results(ports: Ports, store: FakeStore, *waived: str) -> dict[str, str]:
    """Return the result of each check."""
    return {examined.check.name: examined.result for examined in examine(replace(ports, objects=store), waived)}


def test_it_tells_all_that_it_finds(ports: Ports) -> None:
    """In the order of checking, including what the store refused to create and optional checks that fail."""
    store = FakeStore([a_check("put", ok=True), a_check("cors", must=False)], [a_check("upload_account", must=False)])

    outcomes = results(ports, store)

    assert list(outcomes.items()) == [
        ("database", OK),
        ("store", OK),
        ("upload_account", FAILED),
        ("clock", OK),
        ("put", OK),
        ("cors", FAILED),
    ]


@pytest.mark.parametrize(
    ("put_max", "largest", "sizes"),
    [
        (16 * MIB, 5 * GIB, {16 * MIB}),
        (64 * MIB, 5 * GIB, {16 * MIB, 64 * MIB}),
        (0, 5 * GIB, {16 * MIB}),
        (16 * MIB, 5 * TIB, {16 * MIB, 525 * MIB}),
        (16 * MIB, MIB, {MIB}),
        (16 * MIB, 0, set()),
    ],
)
def test_the_largest_bodies_that_clients_send_are_tried(
    ports: Ports, put_max: int, largest: int, sizes: set[int]
) -> None:
    """A PUT and a part, but never larger than a file may be."""
    store = FakeStore([a_check("public_endpoint", ok=True)], bodies=[a_check("body_size", must=False)])
    policy = replace(ports.policy, put_max_bytes=put_max, max_upload_bytes=largest)

    outcomes = results(replace(ports, policy=policy), store)

    assert store.sizes == sizes
    assert outcomes["body_size"] == FAILED


def test_no_large_body_goes_where_a_small_one_did_not_arrive(ports: Ports) -> None:
    """It would fail too, and blame the wrong cause."""
    store = FakeStore([a_check("public_endpoint")], bodies=[a_check("body_size")])

    assert "body_size" not in results(ports, store)


def test_a_store_that_waits_for_the_database_names_the_database(ports: Ports) -> None:
    """The database stores the names of its accounts, so the store's credential is not to blame."""

    class Waiting(FakeStore):
        def prepare(self, buckets: tuple[str, ...]) -> list[StoreCheck]:
            raise DatabaseUnavailable("no answer")

    checks = {one.check.name: one.check for one in examine(replace(ports, objects=Waiting()), ())}

    assert "MONGODB_URI" in checks["store"].fix
    assert "MINIO_ENDPOINT" not in checks["store"].fix


@pytest.mark.parametrize("waived", ["length", "all"])
def test_what_is_waived_is_told_and_counts_no_more(ports: Ports, waived: str) -> None:
    """By name, or all at once."""
    assert results(ports, FakeStore([a_check("length")]), waived)["length"] == WAIVED


def test_a_note_is_no_failure(ports: Ports) -> None:
    """It informs the operator and needs no waiver."""
    store = FakeStore([replace(a_check("foreign_headers", must=False), note=True)])

    assert results(ports, store, "foreign_headers")["foreign_headers"] == NOTE
    assert table(examine(replace(ports, objects=store), ())).endswith("Note: Do this.")


def test_what_nothing_works_without_is_never_waived(ports: Ports) -> None:
    """The database, the store, the clock."""

    class BrokenDatabase:
        def prepare(self) -> None:
            raise DatabaseUnavailable("no answer")

    assert results(ports, FakeStore(skew=61), "all", "clock")["clock"] == FAILED
    assert results(ports, FakeStore(denied=True), "all", "store")["store"] == FAILED
    assert results(replace(ports, records=BrokenDatabase()), FakeStore(), "all", "database")["database"] == FAILED


def test_the_table_has_a_mend_under_each_failure_and_nowhere_else(ports: Ports) -> None:
    """Columns line up; a waived failure keeps its fix."""
    store = FakeStore([a_check("put", ok=True), a_check("length"), a_check("expiry")])

    lines = table(examine(replace(ports, objects=store), ("expiry",))).splitlines()

    at = {line.split()[0]: index for index, line in enumerate(lines)}
    assert [line.split()[:2] for line in lines if line[0] != " "] == [
        ["check", "result"],
        ["database", "ok"],
        ["store", "ok"],
        ["clock", "ok"],
        ["put", "ok"],
        ["length", "failed"],
        ["expiry", "waived"],
    ]
    for name in ("length", "expiry"):
        assert lines[at[name] + 1].strip() == "Fix: Do this."
    assert sum("Fix" in line for line in lines) == 2
