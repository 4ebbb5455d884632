"""What a scrape shows of the database: what waits there, asked seldom; and little while it does not answer."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from service.operations.adapters import exposition
from service.operations.adapters.exposition import FRESH_S, BacklogCollector
from service.operations.usecases.backlog import read_backlog
from service.ports import Ports
from service.shared.errors import DatabaseUnavailable
from service.shared.version import VERSION
from tests.builders import a_record
from tests.contracts.record_store_contract import an_id

COUNTED = ("moodrop_pending_uploads", "moodrop_sweep_lag_seconds", "moodrop_jobs")


class Frail:
    """Records of a database that a test takes away."""

    def __init__(self, records: Any) -> None:
        self._records = records
        self.is_down = False
        self.asked = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._records, name)

    def count_pending(self) -> int:
        self.asked += 1
        if self.is_down:
            raise DatabaseUnavailable("planted")
        count: int = self._records.count_pending()
        return count


class Monotonic:
    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Monotonic:
    time = Monotonic()
    monkeypatch.setattr(exposition.time, "monotonic", time)
    return time


@pytest.fixture
def frail(ports: Ports) -> Frail:
    return Frail(ports.records)


@pytest.fixture
def collect(ports: Ports, frail: Frail) -> Callable[[], dict[str, float]]:
    """Scrape; return the values of metrics with one series, or the number of series."""
    collector = BacklogCollector(replace(ports, records=frail))  # type: ignore[arg-type]  # it passes the others on

    def scrape() -> dict[str, float]:
        families = list(collector.collect())
        return {one.name: one.samples[0].value if len(one.samples) == 1 else len(one.samples) for one in families}

    return scrape


def test_a_database_that_does_not_answer_is_shown_as_down(
    collect: Callable[[], dict[str, float]], frail: Frail, time: Monotonic
) -> None:
    """As 0, which an alert can see; what waits there is unknown, and so is missing."""
    frail.is_down = True
    assert collect() == {"moodrop_info": 1, "moodrop_database_up": 0}

    frail.is_down = False
    time.seconds += FRESH_S + 1
    after = collect()
    assert after["moodrop_database_up"] == 1
    assert set(COUNTED) <= set(after)


def test_many_scrapes_ask_the_database_seldom(
    collect: Callable[[], dict[str, float]], frail: Frail, time: Monotonic
) -> None:
    """Every worker may be scraped, by several servers; an outage is asked after no more often."""
    for _ in range(3):
        collect()
    assert frail.asked == 1

    frail.is_down = True
    time.seconds += FRESH_S + 1
    assert [collect()["moodrop_database_up"] for _ in range(3)] == [0, 0, 0]
    assert frail.asked == 2


def test_the_version_is_a_label(ports: Ports) -> None:
    """So a dashboard shows which one runs."""
    info = next(family for family in BacklogCollector(ports).collect() if family.name == "moodrop_info")

    assert [sample.labels for sample in info.samples] == [{"version": VERSION}]


def test_the_lag_is_that_of_the_oldest_upload_that_is_due(ports: Ports) -> None:
    """Whether it is due to be removed or to be looked for; one that nobody waits for yet is none."""
    assert read_backlog(ports).lag_s == 0
    now = ports.now()
    later = replace(a_record(an_id(1)), expires_at=now + timedelta(hours=1), next_check_at=now + timedelta(hours=1))
    ports.records.add(later)
    assert (read_backlog(ports).pending, read_backlog(ports).lag_s) == (1, 0)

    ports.records.add(
        replace(later, upload_id=an_id(2), object_key="uploads/u1/2", next_check_at=now - timedelta(seconds=30))
    )
    assert read_backlog(ports).lag_s == 30

    ports.records.add(
        replace(later, upload_id=an_id(3), object_key="uploads/u1/3", expires_at=now - timedelta(seconds=90))
    )
    assert (read_backlog(ports).pending, read_backlog(ports).lag_s) == (3, 90)
