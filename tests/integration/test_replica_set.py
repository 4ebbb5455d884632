"""A replica set of three members that loses its primary under a running service: nothing acknowledged is lost."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event
from time import monotonic, sleep
from typing import Any

import pytest
import urllib3
from pymongo import MongoClient

from dev.replica_set import ReplicaSet, start_replica_set
from service.settings import Settings
from tests.builders import SONG
from tests.conftest import Service, Store, services, settings_for

pytestmark = pytest.mark.real

CLIENTS = 4
SONG_TO_COME = {"filename": "song.mp3", "content_type": "audio/mpeg", "size_bytes": len(SONG)}
TIMEOUT_S = 30


@pytest.fixture(scope="module")
def replicas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReplicaSet]:
    """Three members for these tests; each test leaves them all running."""
    started = start_replica_set(tmp_path_factory.mktemp("replicas"))
    yield started
    started.stop()


@pytest.fixture(scope="module")
def settings(minio: Store, replicas: ReplicaSet) -> Settings:
    return settings_for(minio, replicas)


@pytest.fixture(scope="module")
def service(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for all tests, since it must survive each of them."""
    with services(tmp_path_factory.mktemp("service")) as start:
        yield start(settings, workers=2)


@dataclass
class Client:
    """A client that follows the answers, and remembers them."""

    url: str
    acknowledged: dict[str, Any] = field(default_factory=dict)
    started_over: int = 0

    def ask(self, method: str, path: str, **options: Any) -> Any:
        """Try once. A 503 must say when to retry."""
        answer = urllib3.request(method, self.url + path, retries=False, timeout=10, **options)
        if answer.status == 503:
            assert (answer.json()["code"], answer.json()["retryable"]) == ("database_unavailable", True)
            assert int(answer.headers["Retry-After"]) > 0
        return answer

    def call(self, method: str, path: str, **options: Any) -> Any:
        """Return the first answer that is not 503."""
        until = monotonic() + TIMEOUT_S
        while (answer := self.ask(method, path, **options)).status == 503:
            assert monotonic() < until, "it did not recover by itself"
            sleep(0.1)
        return answer

    def send(self) -> str:
        """Return an upload whose bytes are stored."""
        started = self.call("POST", "/v1/uploads", json=SONG_TO_COME)
        assert started.status == 201, started.data
        transfer = started.json()["transfer"]
        headers = {name: value for name, value in transfer["headers"].items() if name != "content-length"}
        assert urllib3.request("PUT", transfer["url"], body=SONG, headers=headers, retries=False).status == 200
        return str(started.json()["upload_id"])

    def confirm(self, upload_id: str) -> None:
        confirmed = self.call("POST", f"/v1/uploads/{upload_id}/confirm")
        if confirmed.status == 404:
            # A pending document is written with w=1: the lost primary may have been the only one that had it.
            self.started_over += 1
            return
        assert confirmed.status == 200, confirmed.data
        self.acknowledged[upload_id] = confirmed.json()

    def work(self, stop: Event) -> None:
        while not stop.is_set():
            self.confirm(self.send())


def kill(replicas: ReplicaSet, port: int) -> None:
    replicas.members[port].process.kill()
    replicas.members[port].stop()


def killed(replicas: ReplicaSet) -> None:
    """Kill the primary with -9, and restart it once another member is elected."""
    port = replicas.primary_port()
    kill(replicas, port)
    assert replicas.primary_port() != port
    replicas.start(port)


def stepped_down(replicas: ReplicaSet) -> None:
    """Step down as for maintenance: hand over without closing connections."""
    port = replicas.primary_port()
    with MongoClient[dict[str, Any]]("127.0.0.1", port, directConnection=True) as client:
        client.admin.command("replSetStepDown", 10)
    assert replicas.primary_port() != port


@pytest.mark.parametrize("lose", [killed, stepped_down])
def test_a_lost_primary_loses_no_confirm(
    service: Service, replicas: ReplicaSet, lose: Callable[[ReplicaSet], None]
) -> None:
    """Each call succeeds or gets 503 with Retry-After; soon all succeed again; every confirmed file is there."""
    lose_primary(service, replicas, lose, 1)


@pytest.mark.torture("50 primaries")
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("lose", [killed, stepped_down])
def test_fifty_lost_primaries_lose_no_confirm(
    service: Service, replicas: ReplicaSet, lose: Callable[[ReplicaSet], None]
) -> None:
    """One after the other, during one stream of confirms."""
    lose_primary(service, replicas, lose, 50)


def lose_primary(service: Service, replicas: ReplicaSet, lose: Callable[[ReplicaSet], None], rounds: int) -> None:
    """Lose the primary so often, each time after forty more confirmed files."""
    clients, stop = [Client(service.url) for _ in range(CLIENTS)], Event()

    def confirmed_by_now() -> int:
        return sum(len(client.acknowledged) for client in clients)

    def more(count: int) -> None:
        enough, until = confirmed_by_now() + count, monotonic() + 2 * TIMEOUT_S
        while confirmed_by_now() < enough and monotonic() < until and not any(done.done() for done in working):
            sleep(0.05)

    with ThreadPoolExecutor(CLIENTS) as pool:
        working = [pool.submit(client.work, stop) for client in clients]
        more(40)
        for _ in range(rounds):
            before = confirmed_by_now()
            lose(replicas)
            more(40)
        stop.set()
        for done in working:
            done.result()

    assert confirmed_by_now() >= before + 40 >= 80
    assert sum(client.started_over for client in clients) <= CLIENTS * rounds
    reader = Client(service.url)
    for client in clients:
        assert all(reader.call("GET", f"/v1/files/{key}").json() == file for key, file in client.acknowledged.items())
        ids = list(client.acknowledged)[-1000:]
        results = reader.call("POST", "/v1/files/download-urls", json={"file_ids": ids}).json()["results"]
        assert [urllib3.request("GET", row["url"]).data for row in results] == [SONG] * len(ids)


@contextmanager
def alone(replicas: ReplicaSet, port: int) -> Iterator[None]:
    """Cut the primary off from the others before it notices; then lose it, and let them go on without it."""
    others = replicas.members.keys() - {port}
    for other in others:
        kill(replicas, other)
    yield
    kill(replicas, port)
    for other in others:
        replicas.start(other)
    assert replicas.primary_port() != port
    replicas.start(port)


def test_what_only_the_lost_primary_knew_was_told_to_nobody(
    service: Service, replicas: ReplicaSet, settings: Settings
) -> None:
    """A repeated call finds that unreplicated write, but must not answer by it or remove bytes."""
    client = Client(service.url)
    upload_id, file_id = client.send(), client.send()
    client.confirm(file_id)
    url = client.call("GET", f"/v1/files/{file_id}/download").json()["url"]
    calls = [("POST", f"/v1/uploads/{upload_id}/confirm"), ("DELETE", f"/v1/files/{file_id}")]
    port = replicas.primary_port()

    with (
        MongoClient[dict[str, Any]]("127.0.0.1", port, directConnection=True) as primary,
        ThreadPoolExecutor(2 * len(calls)) as pool,
        alone(replicas, port),
    ):
        first = [pool.submit(client.ask, *call) for call in calls]
        files = primary[settings.mongodb_database]["files"]
        for written in ({"_id": upload_id, "status": "ready"}, {"_id": file_id, "status": "deleted"}):
            while not files.find_one(written):
                sleep(0.01)
        again = [pool.submit(client.ask, *call) for call in calls]
        assert [done.result().status for done in (*first, *again)] == [503] * 4

    assert client.call("GET", f"/v1/files/{file_id}").status == 200
    assert urllib3.request("GET", url).data == SONG
    assert client.call("GET", f"/v1/uploads/{upload_id}").json()["status"] == "pending"
    assert [client.call(*call).status for call in calls] == [200, 204]
