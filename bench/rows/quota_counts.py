"""How long a quota's slow steps take: counting the files of an owner with many, and closing many entries."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from time import perf_counter
from typing import Any

from pymongo import MongoClient

from bench.chromium import fill
from bench.row import Reach, Row, Samples
from bench.rows.quotas import LIMITED
from bench.running import Stores, stores
from service.app import build_ports
from service.bounded import unbounded
from service.ports import Ports
from service.shared.model import Caller
from service.shared.scopes import UPLOADS_WRITE
from service.uploads.metadata import FileMetadata
from service.uploads.model import UploadStatus
from service.uploads.usecases.quota_entries import close_entries, count_anew, read_quota
from service.uploads.usecases.starting.declare import NewUpload
from service.uploads.usecases.starting.start_many import start_uploads

OWNER = "local"  # whose files `fill` writes
FILES, ENTRIES, BATCH = 100_000, 1000, 100
ROUNDS = 5
COUNT_S, CLOSE_S = 0.5, 0.06
CALLER = Caller(OWNER, frozenset({UPLOADS_WRITE}))
NEW = NewUpload("song.mp3", "audio/mpeg", 7, FileMetadata(mood="happy"))


@contextmanager
def limited_ports(files: int) -> Iterator[tuple[Stores, Ports]]:
    with stores() as given:
        limited = replace(given, environment={**given.environment, **LIMITED, "QUOTA_PENDING": str(ENTRIES)})
        ports = unbounded(build_ports(limited.settings))
        ports.records.prepare()
        ports.objects.prepare(ports.policy.buckets)
        ports.quotas.prepare()
        fill(limited, files)
        read_quota(ports, OWNER)
        yield limited, ports


def end_all(given: Stores) -> None:
    """Let all uploads be aborted, as far as a quota sees."""
    with MongoClient[dict[str, Any]](given.settings.mongodb_uri) as mongo:
        files = mongo[given.settings.mongodb_database]["files"]
        files.update_many({"status": UploadStatus.PENDING.value}, {"$set": {"status": UploadStatus.ABORTED.value}})


def seconds_of(act: Callable[[], object]) -> float:
    started = perf_counter()
    act()
    return perf_counter() - started


def measure_count() -> Samples:
    with limited_ports(FILES) as (_, ports):
        times = [seconds_of(partial(count_anew, ports, OWNER)) for _ in range(ROUNDS)]
    return Samples("s", [COUNT_S] * ROUNDS, times)


def measure_close() -> Samples:
    """The time to read the states of all uploads and to close all their entries by one update."""
    times = []
    with limited_ports(0) as (given, ports):
        for _ in range(ROUNDS):
            for _ in range(ENTRIES // BATCH):
                start_uploads(ports, CALLER, [NEW] * BATCH)
            end_all(given)
            times.append(seconds_of(partial(close_entries, ports, OWNER)))
            if read_quota(ports, OWNER).reserved:
                raise RuntimeError("an entry is still open")
    return Samples("s", [CLOSE_S] * ROUNDS, times)


ROWS = (
    Row(f"count of an owner's {FILES:,} files", "0.5 s", Reach.at_most(1), measure_count),
    Row(f"closing {ENTRIES:,} entries of a quota", "60 ms", Reach.at_most(1), measure_close),
)
