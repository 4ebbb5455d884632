"""What it costs to announce each file, and to claim and finish a job."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from time import perf_counter
from typing import Any

import urllib3
from pymongo import MongoClient

from bench.load import measure_rates
from bench.row import Reach, Row, Samples
from bench.rows.confirm import CALLER, Stored, store_one
from bench.rows.quotas import on_its_own_database, target_of
from bench.running import OWNER, stores
from service.app import create_app
from service.jobs.model import Lane, NewJob
from service.ports import Ports
from service.shared.api.context import EXTENSION
from service.shared.mongo.client import open_database
from service.shared.mongo.durability import DURABLE
from service.uploads.metadata import FileMetadata
from service.uploads.usecases.confirming.confirm import confirm_upload

ROUNDS = 9
CONFIRMS = 60  # in one round
JOBS = 60
WAITING = 470
EMPTY_JOB_S = 0.005


@contextmanager
def prepared() -> Iterator[Ports]:
    with stores() as given:
        shared = create_app(given.settings).extensions[EXTENSION]
        shared.preparation.ensure()
        yield shared.ports
        shared.ports.records.close()


def compare_confirms() -> Samples:
    samples, http = Samples("s", [], []), urllib3.PoolManager()
    with prepared() as ports:
        silent = replace(ports, policy=replace(ports.policy, announces=False), planners=(), settlers=())
        announcing = replace(silent, policy=replace(ports.policy, announces=True))
        for _ in range(ROUNDS):
            samples.baseline.append(confirm_some(silent, http))
            samples.ours.append(confirm_some(announcing, http))
    return samples


def confirm_some(ports: Ports, http: urllib3.PoolManager) -> float:
    """Return the seconds of one confirm."""
    stored: list[Stored] = [store_one(ports, http) for _ in range(CONFIRMS)]
    began = perf_counter()
    for upload in stored:
        confirm_upload(ports, CALLER, upload.upload_id, FileMetadata())
    return (perf_counter() - began) / CONFIRMS


def compare_jobs() -> Samples:
    """Compare a claim and a finish, while many jobs wait, with the two bare updates that they cannot do without."""
    with queue_and_client() as (ports, client):
        bare = client["bench"].get_collection("bare", write_concern=DURABLE)
        bare.insert_one({"_id": 1, "n": 0})
        samples, numbers = Samples("s", [], []), count(WAITING)
        for _ in range(ROUNDS):
            samples.baseline.append(2 * seconds_of(lambda: bare.update_one({"_id": 1}, {"$inc": {"n": 1}}), 2 * JOBS))
            samples.ours.append(claim_and_finish(ports, numbers))
    return samples


def measure_jobs() -> Samples:
    """Measure the same against a time. Both writes wait for the journal, so it depends on the disk."""
    with queue_and_client() as (ports, _):
        numbers = count(WAITING)
        ours = [claim_and_finish(ports, numbers) for _ in range(ROUNDS)]
    return Samples("s", [EMPTY_JOB_S] * ROUNDS, ours)


@contextmanager
def queue_and_client() -> Iterator[tuple[Ports, MongoClient[dict[str, Any]]]]:
    """Yield a queue in which many jobs wait, and another client of its database."""
    with stores() as given, open_database(given.settings).client as client:
        ports = create_app(given.settings).extensions[EXTENSION].ports
        ports.jobs.prepare()
        for number in range(WAITING):
            queue_one(ports, number)
        yield ports, client
        ports.records.close()


def claim_and_finish(ports: Ports, numbers: Iterator[int]) -> float:
    """Queue some jobs more; return the seconds of one claim and its finish."""
    for _ in range(JOBS):
        queue_one(ports, next(numbers))
    began = perf_counter()
    for _ in range(JOBS):
        lease = ports.jobs.claim(["image"], (Lane.HEAVY, Lane.LIGHT), "bench", ports.now())
        if lease is None or ports.jobs.finish(lease, {"width": 1}, ports.now()) is None:
            raise RuntimeError("a job was lost")
    return (perf_counter() - began) / JOBS


def seconds_of(call: Callable[[], object], times: int) -> float:
    began = perf_counter()
    for _ in range(times):
        call()
    return (perf_counter() - began) / times


def queue_one(ports: Ports, number: int) -> None:
    file_id = f"01JD8ZK3V0X5W9QH2M4N{number:06d}"
    job = NewJob(f"{file_id}.image", file_id, f"u{number % 7}", "image", "v1", Lane.LIGHT, priority=7)
    ports.jobs.create(job, ports.now())


def compare_upload_urls() -> Samples:
    """Compare the requests per second of a service with media and of one without."""
    with (
        stores() as given,
        on_its_own_database(given, "without", {"MEDIA": "off"}) as without,
        on_its_own_database(given, "with", {"MEDIA": "on"}) as with_media,
    ):
        return measure_rates(target_of(given, without, OWNER), target_of(given, with_media, OWNER))


ROWS = (
    Row("confirm that announces its file", "the same, silent", Reach.at_most(1.5), compare_confirms),
    Row("empty job: claim and finish, 470 wait", "two bare durable updates", Reach.at_most(4), compare_jobs),
    Row("empty job: claim and finish, 470 wait", "the five milliseconds promised", Reach.at_most(1), measure_jobs),
    Row("upload-url with media, one worker", "the same, MEDIA=off", Reach.at_least(0.95), compare_upload_urls),
)
