"""kill -9 of the store or the database under a stream of uploads loses nothing acknowledged and leaves no orphan."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import shake_128
from pathlib import Path
from threading import Event, Lock
from time import monotonic, sleep
from typing import Any

import pytest
import urllib3
from pymongo.monitoring import CommandListener, CommandStartedEvent

from service.app import build_ports
from service.settings import Settings
from service.shared.mongo.client import open_database
from service.shared.mongo.collection import MongoCollection
from tests.conftest import Service, services
from tests.contracts.collection_contract import ANN, PERSONS
from tests.integration.frail import Frail, frail_pair
from tests.integration.leftovers import left_behind, sweep_in_two_days

CLIENTS = 4
SIZE = 1000
TIMEOUT_S = 30
# A kill comes a random moment after so many more confirms were acknowledged.
BETWEEN_KILLS = 8
LONGEST_WAIT_S = 0.1
# So many kills certainly interrupt a confirm; two may not.
MANY_KILLS = 50

pytestmark = pytest.mark.real


@pytest.fixture
def frail(tmp_path: Path) -> Iterator[Frail]:
    """A pair of servers for these tests alone."""
    with frail_pair(tmp_path / "servers") as servers:
        yield servers


@pytest.fixture
def settings(frail: Frail) -> Settings:
    return frail.settings(sweep_interval=0)


@pytest.fixture
def service(tmp_path: Path, settings: Settings) -> Iterator[Service]:
    with services(tmp_path) as start:
        yield start(settings, workers=2)


@dataclass
class Stream:
    """Clients that start, send and confirm without pause, and remember the answers."""

    url: str
    stop: Event = field(default_factory=Event)
    lock: Lock = field(default_factory=Lock)
    http: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(maxsize=CLIENTS, retries=False))
    stored: dict[str, bytes] = field(default_factory=dict)  # upload id -> bytes that the store has acknowledged
    acknowledged: dict[str, dict[str, Any]] = field(default_factory=dict)  # upload id -> the file as first confirmed
    unheard: set[str] = field(default_factory=set)  # uploads whose confirm got 503 or no answer

    def call(self, method: str, path: str, **options: Any) -> Any:
        """Return the answer; None without one, or if it asks for a retry."""
        try:
            answer = self.http.request(method, self.url + path, timeout=15, **options)
        except urllib3.exceptions.HTTPError:
            return None
        if answer.status == 503:
            assert answer.json()["retryable"]
            return None
        return answer

    def work(self) -> None:
        while not self.stop.is_set():
            upload_id = self.send()
            if upload_id and not self.confirm(upload_id):
                self.unheard.add(upload_id)

    def send(self) -> str | None:
        new = {"filename": "a.mp3", "content_type": "audio/mpeg", "size_bytes": SIZE}
        started = self.call("POST", "/v1/uploads", json=new)
        if started is None:
            sleep(0.05)
            return None
        assert started.status == 201, started.data
        upload_id, transfer = started.json()["upload_id"], started.json()["transfer"]
        body = shake_128(upload_id.encode()).digest(SIZE)
        headers = {name: value for name, value in transfer["headers"].items() if name != "content-length"}
        with suppress(urllib3.exceptions.HTTPError):
            if self.http.request("PUT", transfer["url"], body=body, headers=headers, timeout=15).status == 200:
                self.stored[upload_id] = body
                return str(upload_id)
        return None

    def confirm(self, upload_id: str) -> bool:
        answer = self.call("POST", f"/v1/uploads/{upload_id}/confirm")
        if answer is None:
            return False
        assert answer.status == 200, answer.data
        with self.lock:
            assert self.acknowledged.setdefault(upload_id, answer.json()) == answer.json()
        return True

    def more(self, count: int) -> None:
        """Return once so many more are confirmed."""
        enough, until = len(self.acknowledged) + count, monotonic() + 2 * TIMEOUT_S
        while len(self.acknowledged) < enough:
            assert monotonic() < until, "it did not recover by itself"
            sleep(0.01)

    def repeat(self, upload_id: str) -> None:
        until = monotonic() + TIMEOUT_S
        while not self.confirm(upload_id):
            assert monotonic() < until, "it did not recover by itself"
            sleep(0.2)

    def body(self, upload_id: str) -> bytes:
        answer = self.http.request("GET", f"{self.url}/v1/files/{upload_id}/download").json()
        return self.http.request("GET", answer["url"]).data


def the_store(frail: Frail) -> None:
    frail.kill(frail.store)
    frail.start_store()


def the_database(frail: Frail) -> None:
    frail.kill(frail.database)
    frail.start_database()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kill", [the_store, the_database])
def test_a_kill_in_a_stream_of_uploads_loses_nothing(
    frail: Frail, settings: Settings, service: Service, kill: Callable[[Frail], None]
) -> None:
    """The short form: two kills."""
    lose(frail, settings, service, kill, 2)


@pytest.mark.torture(f"{MANY_KILLS} kills")
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kill", [the_store, the_database])
def test_fifty_kills_in_a_stream_of_uploads_lose_nothing(
    frail: Frail, settings: Settings, service: Service, kill: Callable[[Frail], None]
) -> None:
    """Each at another moment of starts, PUTs and confirms."""
    lose(frail, settings, service, kill, MANY_KILLS)


def lose(frail: Frail, settings: Settings, service: Service, kill: Callable[[Frail], None], kills: int) -> None:
    """Check: no acknowledged confirm is lost, every other can be repeated, and no orphan remains after the sweep."""
    stream, chance = Stream(service.url), random.Random(kills)
    with ThreadPoolExecutor(CLIENTS) as pool:
        working = [pool.submit(stream.work) for _ in range(CLIENTS)]
        try:
            for _ in range(kills):
                stream.more(BETWEEN_KILLS)
                sleep(chance.uniform(0, LONGEST_WAIT_S))
                kill(frail)
            stream.more(BETWEEN_KILLS)
        finally:
            stream.stop.set()
        for done in working:
            done.result()

    assert stream.unheard or kills < MANY_KILLS, "no kill came in the middle of a confirm"
    for upload_id in stream.stored.keys() - stream.acknowledged.keys():
        stream.repeat(upload_id)
    assert stream.acknowledged.keys() == stream.stored.keys()
    assert {upload_id: file(stream, upload_id) for upload_id in stream.acknowledged} == stream.acknowledged
    assert all(stream.body(upload_id) == body for upload_id, body in stream.stored.items())

    sweep_in_two_days(settings)
    objects, documents = left_behind(settings)
    ports = build_ports(settings)
    ready = {row.object_key: row.upload_id for row in ports.records.iter_recorded(settings.minio_bucket)}
    ports.records.close()
    # A PUT without an answer may have stored its bytes, and the sweeper has made a file of them.
    assert sorted(objects) == sorted(ready)
    assert len(documents) == len(ready)
    assert stream.acknowledged.keys() <= set(ready.values())


def file(stream: Stream, upload_id: str) -> Any:
    return stream.http.request("GET", f"{stream.url}/v1/files/{upload_id}").json()


class KillsAtFirstFind(CommandListener):
    """Kills and restarts the database between a worker's decision to read a document and the request for it."""

    def __init__(self, frail: Frail) -> None:
        self._frail = frail
        self.is_armed = False

    def started(self, event: CommandStartedEvent) -> None:
        if self.is_armed and event.command_name == "find":
            self.is_armed = False
            self._frail.kill(self._frail.database)
            self._frail.start_database()

    def succeeded(self, event: object) -> None:
        """Nothing to do."""

    def failed(self, event: object) -> None:
        """Nothing to do."""


def test_a_read_whose_connection_is_lost_is_repeated(frail: Frail, settings: Settings) -> None:
    """Whoever has a session or a key notices nothing of a database that restarts."""
    kills = KillsAtFirstFind(frail)
    database = open_database(settings, listeners=[kills])
    with database.client:
        persons = MongoCollection(database, PERSONS)
        persons.add(ANN)
        assert persons.get(ANN.person_id) == ANN

        kills.is_armed = True
        assert persons.get(ANN.person_id) == ANN
    assert not kills.is_armed
