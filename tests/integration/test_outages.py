"""MinIO or mongod killed or frozen under a running service: clear, quick errors, and recovery by itself."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any

import pytest
import urllib3

from tests.builders import SONG
from tests.conftest import Service, services
from tests.integration.frail import Frail, frail_pair, frozen

pytestmark = pytest.mark.real
SONG_TO_COME = {"filename": "song.mp3", "content_type": "audio/mpeg", "size_bytes": len(SONG)}
LARGE = 16 * 1024 * 1024 + 1000  # goes in two parts


@pytest.fixture(scope="module")
def frail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Frail]:
    """One pair of servers for these tests; each leaves it running."""
    with frail_pair(tmp_path_factory.mktemp("frail")) as servers:
        yield servers


@dataclass(frozen=True)
class Running:
    """The service, and calls to it that report their duration."""

    service: Service

    def call(self, method: str, path: str, **options: Any) -> Any:
        begun = monotonic()
        answer = urllib3.request(method, self.service.url + path, retries=False, timeout=30, **options)
        assert monotonic() - begun < 8, f"{method} {path} took too long"
        return answer

    def a_sent_upload(self) -> str:
        started = self.call("POST", "/v1/uploads", json=SONG_TO_COME).json()
        headers = {name: value for name, value in started["transfer"]["headers"].items() if name != "content-length"}
        sent = urllib3.request("PUT", started["transfer"]["url"], body=SONG, headers=headers, retries=False)
        assert sent.status == 200
        return str(started["upload_id"])

    def a_sent_multipart(self) -> str:
        started = self.call("POST", "/v1/uploads", json=SONG_TO_COME | {"size_bytes": LARGE}).json()
        for part in started["transfer"]["parts"]:
            assert urllib3.request("PUT", part["url"], body=bytes(part["size_bytes"]), retries=False).status == 200
        return str(started["upload_id"])

    def a_sent_staged_upload(self, key: str) -> str:
        started = self.call("GET", "/s3/upload-url", fields={"key": key}).json()
        headers = {"content-type": "audio/mpeg"}
        assert urllib3.request("PUT", started["url"], body=SONG, headers=headers, retries=False).status == 200
        return str(started["upload_id"])

    def confirm(self, upload_id: str) -> Any:
        return self.call("POST", f"/v1/uploads/{upload_id}/confirm", json={})

    def settles(self, upload_id: str) -> None:
        """Check that confirming works again within ten seconds."""
        self.comes_back("POST", f"/v1/uploads/{upload_id}/confirm", 200)

    def comes_back(self, method: str, path: str, status: int) -> None:
        """Check that the call works again within ten seconds."""
        until = monotonic() + 10
        while (answer := self.call(method, path)).status != status:
            assert answer.status == 503
            assert monotonic() < until, answer.data
            sleep(0.2)


@pytest.fixture(scope="module")
def running(frail: Frail, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One process for all outages, since it must survive each of them."""
    with services(tmp_path_factory.mktemp("service")) as start:
        yield Running(start(frail.settings()))


@contextmanager
def killed_store(frail: Frail) -> Iterator[None]:
    frail.kill(frail.store)
    try:
        yield
    finally:
        frail.start_store()


@contextmanager
def killed_database(frail: Frail) -> Iterator[None]:
    frail.kill(frail.database)
    try:
        yield
    finally:
        frail.start_database()


Outage = Callable[[Frail], AbstractContextManager[None]]


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(lambda call: call(), calls))


def unavailable(answer: Any, code: str) -> None:
    assert (answer.status, answer.headers["Retry-After"]) == (503, "2")
    body = answer.json()
    assert (body["code"], body["retryable"]) == (code, True)


@pytest.mark.parametrize("outage", [killed_store, lambda frail: frozen(frail.store)], ids=["killed", "frozen"])
def test_an_outage_of_the_store_loses_nothing(frail: Frail, running: Running, outage: Outage) -> None:
    """Confirm and delete answer 503 until it is back; calls that need only the database go on."""
    upload_id, staged_id = running.a_sent_upload(), running.a_sent_staged_upload("uploads/u1/a b.mp3")
    multipart_id = running.a_sent_multipart()
    file_id = running.a_sent_upload()
    assert running.confirm(file_id).status == 200

    with outage(frail):
        confirm, staged, multipart, ready, *others = at_once(
            lambda: running.confirm(upload_id),
            lambda: running.confirm(staged_id),
            lambda: running.confirm(multipart_id),
            lambda: running.call("GET", "/readyz"),
            lambda: running.call("GET", "/v1/files"),
            lambda: running.call("GET", f"/v1/files/{file_id}/download"),
            lambda: running.call("GET", "/healthz"),
        )

    unavailable(confirm, "store_unavailable")
    unavailable(staged, "store_unavailable")
    unavailable(multipart, "store_unavailable")
    assert ready.status == 503
    assert [answer.status for answer in others] == [200] * 3

    running.settles(upload_id)
    running.settles(staged_id)
    running.settles(multipart_id)
    download = running.call("GET", f"/v1/files/{file_id}/download").json()
    assert urllib3.request("GET", download["url"]).data == SONG
    assert running.call("GET", "/readyz").status == 200


@pytest.mark.parametrize("outage", [killed_database, lambda frail: frozen(frail.database)], ids=["killed", "frozen"])
def test_an_outage_of_the_database_loses_nothing(frail: Frail, running: Running, outage: Outage) -> None:
    """No URL without a document, no confirm without its record; everything works once it is back."""
    upload_id, file_id = running.a_sent_upload(), running.a_sent_upload()
    assert running.confirm(file_id).status == 200

    with outage(frail):
        ready, alive, *others = at_once(
            lambda: running.call("GET", "/readyz"),
            lambda: running.call("GET", "/healthz"),
            lambda: running.call("POST", "/v1/uploads", json=SONG_TO_COME),
            lambda: running.confirm(upload_id),
            lambda: running.call("GET", "/v1/files"),
        )

    assert (ready.status, alive.status) == (503, 200)
    for answer in others:
        unavailable(answer, "database_unavailable")

    running.settles(upload_id)
    files = running.call("GET", "/v1/files?limit=200").json()["files"]
    assert {upload_id, file_id} <= {file["file_id"] for file in files}


def test_a_delete_cut_off_by_an_outage_is_finished_by_its_repetition(frail: Frail, running: Running) -> None:
    """The document is marked first, so nobody gets the file any more."""
    file_id = running.a_sent_upload()
    assert running.confirm(file_id).status == 200

    with killed_store(frail):
        unavailable(running.call("DELETE", f"/v1/files/{file_id}"), "store_unavailable")
        assert running.call("GET", f"/v1/files/{file_id}").status == 404

    running.comes_back("DELETE", f"/v1/files/{file_id}", 204)
