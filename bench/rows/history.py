"""Whether a page of a long history is quick, and costs no more far down than at the top."""

import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from time import perf_counter

from bench.databases import insert, own_database
from bench.rounds import time_alternately
from bench.row import Reach, Row, Samples
from bench.rows.pages import documents
from service.app import build_ports
from service.listening.model import HistoryQuery, Listen
from service.listening.usecases.history import HistoryRow, list_history
from service.ports import Ports
from service.settings import Settings
from service.shared.documents import Documents
from service.shared.model import Caller
from service.shared.ports.collection import Place
from service.shared.scopes import ALL_SCOPES

LISTENS = 1_000_000
FILES = 2_000
PAGE = 50
FAR = 1000
ROUNDS = 9
PAGES_OF_ROUND = 200
P95_S = 0.020
CALLER = Caller("u1", frozenset(ALL_SCOPES))
START = datetime(2026, 1, 1, tzinfo=UTC)


def listens(file_ids: list[str]) -> Iterator[Listen]:
    """Yield the listens of one person, a film among three songs."""
    for number in range(LISTENS):
        yield Listen(
            f"{number:032x}",
            CALLER.owner,
            file_ids[number % FILES],
            "audio" if number % 4 else "video",
            heard_at=START + timedelta(seconds=number // 2),  # some pages end between listens of one moment
            listened_seconds=180.0,
            duration_seconds=200.0,
            counted_at=START + timedelta(seconds=number),
        )


def fill(settings: Settings) -> None:
    files = list(documents(FILES))
    insert(settings, "files", files)
    played = listens([file["_id"] for file in files])
    insert(settings, "listens", map(Documents(Listen, "listen_id").dump, played))


@contextmanager
def prepared() -> Iterator[Ports]:
    with own_database() as settings:
        ports = build_ports(settings)
        ports.records.prepare()
        ports.listens.prepare()
        fill(settings)
        yield ports


def page(ports: Ports, after: Place | None) -> list[HistoryRow]:
    return list_history(ports, CALLER, HistoryQuery(CALLER.owner, PAGE, after=after))


def before_page(ports: Ports, number: int) -> Place:
    """Read page by page, as a client does, and return the place before a page. Raises if a listen comes twice."""
    after, seen = None, set[str]()
    for _ in range(number - 1):
        rows = page(ports, after)
        seen.update(row.listen.listen_id for row in rows)
        after = rows[-1].listen.place
    if after is None or len(seen) != (number - 1) * PAGE:
        raise RuntimeError(f"{len(seen)} listens on {number - 1} pages of {PAGE}")
    return after


def compare_pages() -> Samples:
    with prepared() as ports:
        far = before_page(ports, FAR)
        return time_alternately(partial(page, ports, None), partial(page, ports, far))


def measure_p95() -> Samples:
    samples = Samples("s", [], [])
    with prepared() as ports:
        for _ in range(ROUNDS):
            after, seconds = None, []
            for _ in range(PAGES_OF_ROUND):
                began = perf_counter()
                rows = page(ports, after)
                seconds.append(perf_counter() - began)
                after = rows[-1].listen.place
            samples.baseline.append(P95_S)
            samples.ours.append(statistics.quantiles(seconds, n=20)[-1])
    return samples


ROWS = (
    Row(f"page {FAR} of a history of {LISTENS:,} listens", "page 1", Reach.at_most(1.3), compare_pages),
    Row(
        f"p95 of a page of {PAGE} of a history of {LISTENS:,} listens",
        f"{P95_S * 1000:.0f} ms",
        Reach.at_most(1),
        measure_p95,
    ),
)
