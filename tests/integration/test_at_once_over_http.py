"""Very many concurrent confirms of one upload over HTTP with four workers: one file, and one answer."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import ceil
from time import monotonic, sleep
from typing import Any

import pytest
import urllib3
from pymongo import MongoClient

from service.settings import Settings
from service.store.s3.store import s3_client
from tests.builders import SONG
from tests.conftest import Service

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]

WORKERS = 4
TIMEOUT_S = 120
NEW = {"filename": "a.mp3", "content_type": "audio/mpeg", "size_bytes": len(SONG)}


@dataclass(frozen=True)
class Confirmed:
    """What one client finally got."""

    body: bytes
    seconds: float
    refusals: tuple[str, ...]  # the codes of what it had to repeat


def send(service: Service, settings: Settings) -> dict[str, Any]:
    """Return an upload whose bytes are stored."""
    started: dict[str, Any] = urllib3.request("POST", f"{service.url}/v1/uploads", json=NEW, retries=False).json()
    request = started["transfer"]["parts"][0] if settings.put_max_bytes == 0 else started["transfer"]
    headers = {name: value for name, value in request["headers"].items() if name != "content-length"}
    assert urllib3.request("PUT", request["url"], body=SONG, headers=headers, retries=False).status == 200
    return started


def confirm(address: str, gate: threading.Barrier) -> Confirmed:
    """Confirm as a client does: if told to retry, retry at the given time."""
    refusals: list[str] = []
    gate.wait(60)
    began = monotonic()
    while monotonic() - began < TIMEOUT_S:
        answer = urllib3.request("POST", address, retries=False, timeout=30)
        if answer.status == 200:
            return Confirmed(answer.data, monotonic() - began, tuple(refusals))
        assert answer.json()["retryable"], answer.data
        assert (answer.status, answer.json()["code"]) in ((503, "too_busy"), (409, "upload_busy")), answer.data
        refusals.append(answer.json()["code"])
        sleep(float(answer.headers.get("Retry-After", "0.2")))
    pytest.fail(f"no confirm in {TIMEOUT_S} s, refused {Counter(refusals)}")


def assert_they_agree(
    settings: Settings, serve: Callable[..., Service], kind: int, clients: int, report: Callable[[str, object], None]
) -> None:
    settings = settings.model_copy(update={"put_max_bytes": kind})
    service = serve(settings, workers=WORKERS)
    started = send(service, settings)
    gate = threading.Barrier(clients)
    address = f"{service.url}/v1/uploads/{started['upload_id']}/confirm"
    with ThreadPoolExecutor(clients) as pool:
        outcomes = list(pool.map(confirm, [address] * clients, [gate] * clients))

    seconds = sorted(one.seconds for one in outcomes)
    report("p50 and p99 in seconds", (seconds[len(seconds) // 2], seconds[ceil(len(seconds) * 0.99) - 1]))
    report("repeated", Counter(code for one in outcomes for code in one.refusals))
    assert len({one.body for one in outcomes}) == 1
    assert len(outcomes) == clients
    # Beside the objects of workers that still probe the store.
    mine = started["object_key"].rpartition("/")[0]
    versions = s3_client(settings).list_object_versions(Bucket=settings.minio_bucket, Prefix=mine)["Versions"]
    assert [row["Key"] for row in versions] == [started["object_key"]]
    with MongoClient[dict[str, Any]](settings.mongodb_uri) as client:
        records = list(client[settings.mongodb_database]["files"].find())
    assert [(record["_id"], record["status"], record["revision"]) for record in records] == [
        (started["upload_id"], "ready", 1)
    ]


KINDS = pytest.mark.parametrize("kind", [1024, 0], ids=["put", "parts"])


@KINDS
def test_100_confirms_of_one_upload_agree(
    settings: Settings, serve: Callable[..., Service], kind: int, record_property: Callable[[str, object], None]
) -> None:
    """One record, one version in the store, and the same bytes for all, some after a retry."""
    assert_they_agree(settings, serve, kind, 100, record_property)


@pytest.mark.torture("1,000 at once")
@pytest.mark.timeout(1800)
@KINDS
def test_1000_confirms_of_one_upload_agree(
    settings: Settings, serve: Callable[..., Service], kind: int, record_property: Callable[[str, object], None]
) -> None:
    """The same with ten times as many."""
    assert_they_agree(settings, serve, kind, 1000, record_property)
