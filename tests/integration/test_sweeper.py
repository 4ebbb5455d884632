"""The sweeper in the workers: it finds uploads, is replaced when killed, and stops with its worker."""

from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
import urllib3
from pymongo import MongoClient

from service.settings import Settings
from tests.builders import SONG
from tests.conftest import Service, Store, settings_for
from tests.integration.frail import Frail, frozen

pytestmark = pytest.mark.real
SONG_TO_COME = {"filename": "song.mp3", "content_type": "audio/mpeg", "size_bytes": len(SONG)}
# URLs that expire at once, so that the sweeper checks at once.
QUICK = {"sweep_interval": 1, "upload_url_expires_in": 2}
WITHIN_S = 40


def a_sent_upload(service: Service) -> str:
    started = urllib3.request("POST", f"{service.url}/v1/uploads", json=SONG_TO_COME, retries=False).json()
    headers = {name: value for name, value in started["transfer"]["headers"].items() if name != "content-length"}
    sent = urllib3.request("PUT", started["transfer"]["url"], body=SONG, headers=headers, retries=False)
    assert sent.status == 200, sent.data
    return str(started["upload_id"])


def eventually(holds: Callable[[], Any], service: Service) -> Any:
    until = monotonic() + WITHIN_S
    while not (result := holds()):
        assert monotonic() < until, service.log.read_text()[-4000:]
        sleep(0.1)
    return result


def is_a_file(service: Service, upload_id: str) -> bool:
    return urllib3.request("GET", f"{service.url}/v1/files/{upload_id}", retries=False).status == 200


@pytest.fixture
def leases(settings: Settings) -> Iterator[Any]:
    with MongoClient[dict[str, Any]](settings.mongodb_uri) as client:
        yield client[settings.mongodb_database]["leases"]


@pytest.fixture
def settings(minio: Store, mongod: Any) -> Settings:
    return settings_for(minio, mongod, **QUICK)


def test_one_worker_sweeps_and_another_follows_when_it_is_killed(
    serve_on_either: Callable[..., Service], settings: Settings, leases: Any
) -> None:
    """Unconfirmed uploads become files whichever worker dies, and the last one releases the lease."""
    service = serve_on_either(settings, workers=2)
    first = a_sent_upload(service)
    eventually(lambda: is_a_file(service, first), service)
    leader = leases.find_one({"_id": "sweep"})["holder"]

    service.kill_workers()  # whichever leads
    service.wait()
    second = a_sent_upload(service)
    eventually(lambda: is_a_file(service, second), service)

    assert leases.find_one({"_id": "sweep"})["holder"] != leader
    service.stop()
    log = service.log.read_text()
    assert "Traceback" not in log, log
    assert "swept: SweepReport(checked=1, confirmed=1" in log
    assert leases.find_one({"_id": "sweep"}) is None


def test_an_outage_of_the_database_ends_no_sweeper(serve: Callable[..., Service], tmp_path: Path) -> None:
    """It logs the outage, waits longer, and then finds what arrived."""
    frail = Frail(tmp_path)
    frail.start_database()
    frail.start_store()
    try:
        service = serve(frail.settings(**QUICK))
        upload_id = a_sent_upload(service)
        with frozen(frail.database):
            eventually(lambda: "no sweep: no answer from the database" in service.log.read_text(), service)
        eventually(lambda: is_a_file(service, upload_id), service)
    finally:
        frail.stop()
