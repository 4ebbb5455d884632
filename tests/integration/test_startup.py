"""Starting the service: what it creates, what it reuses, what stops it, and what it waits for."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
import urllib3
from minio import MinioAdmin
from minio.credentials.providers import StaticProvider
from moto.server import ThreadedMotoServer

from dev.servers import MongodServer
from service.ports import Ports
from service.settings import Settings
from service.store.minio.credentials import derived_credentials, download_policy, upload_policy
from service.store.s3.store import s3_client
from tests.builders import SONG
from tests.conftest import Service, Store, settings_for
from tests.integration.frail import Frail

pytestmark = pytest.mark.real
Serve = Callable[..., Service]
SONG_TO_COME = {"filename": "song.mp3", "content_type": "audio/mpeg", "size_bytes": len(SONG), "mood": "happy"}


@pytest.fixture
def settings(minio: Store, mongod: MongodServer) -> Settings:
    """Settings for which nothing exists yet, not even the credentials behind URLs."""
    return settings_for(minio, mongod)


def call(service: Service, method: str, path: str, **options: Any) -> Any:
    return urllib3.request(method, service.url + path, retries=False, timeout=20, **options)


def upload_a_song(service: Service) -> Any:
    """Start, PUT and confirm; return the confirm's answer. On a store without write-once, the file is one part."""
    started = call(service, "POST", "/v1/uploads", json=SONG_TO_COME).json()
    transfer = started["transfer"]
    put = transfer["parts"][0] if transfer["kind"] == "multipart" else transfer
    headers = {name: value for name, value in put["headers"].items() if name != "content-length"}
    assert urllib3.request("PUT", put["url"], body=SONG, headers=headers, retries=False).status == 200
    return call(service, "POST", f"/v1/uploads/{started['upload_id']}/confirm", json={})


def test_a_first_start_makes_all_that_is_missing(settings: Settings, serve_on_either: Serve) -> None:
    """On an empty store and database, with three workers that start together."""
    service = serve_on_either(settings, workers=3)

    answers = [upload_a_song(service) for _ in range(6)]

    assert [answer.status for answer in answers] == [200] * 6
    assert s3_client(settings).get_bucket_versioning(Bucket=settings.minio_bucket)["Status"] == "Enabled"
    assert len(call(service, "GET", "/v1/files?mood=happy").json()["files"]) == 6
    until = monotonic() + 20
    while (log := service.log.read_text()).count("ready: buckets") < 3:
        assert monotonic() < until, log
        sleep(0.1)
    assert not re.search("WARNING|ERROR|CRITICAL", log)


def test_the_two_credentials_are_made_once_with_little_power(
    minio: Store, settings: Settings, real_ports: Ports
) -> None:
    """Their policies match the code, and the store shows them under readable names."""
    admin = MinioAdmin(
        endpoint=minio.endpoint.removeprefix("http://"),
        credentials=StaticProvider(minio.access_key, minio.secret_key),
        secure=False,
    )
    buckets = (settings.minio_bucket,)

    for purpose, policy in (("upload", upload_policy(buckets)), ("download", download_policy(buckets))):
        derived = derived_credentials(settings, real_ports.keyring, purpose, policy)
        account = admin.get_service_account(access_key=derived.access_key)
        assert f"moodrop-{purpose}" in account
        for action in policy["Statement"][0]["Action"]:
            assert action in account
        assert "s3:*" not in account


def test_a_restart_finds_everything_and_keeps_it(settings: Settings, serve_on_either: Serve) -> None:
    """The second start is fast, and an upload from before it can be confirmed."""
    first = serve_on_either(settings)
    started = call(first, "POST", "/v1/uploads", json=SONG_TO_COME).json()
    first.stop()
    second = serve_on_either(settings)
    headers = {name: value for name, value in started["transfer"]["headers"].items() if name != "content-length"}

    sent = urllib3.request("PUT", started["transfer"]["url"], body=SONG, headers=headers, retries=False)

    assert sent.status == 200
    assert call(second, "POST", f"/v1/uploads/{started['upload_id']}/confirm", json={}).status == 200


@pytest.fixture(scope="module")
def moto_store() -> Iterator[str]:
    """A store that verifies nothing."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def unsafe(moto_store: str, minio: Store, mongod: MongodServer) -> dict[str, Any]:
    """Settings for that store."""
    bucket = settings_for(minio, mongod).minio_bucket
    return {
        "minio_endpoint": moto_store,
        "minio_bucket": bucket,
        "mongodb_uri": mongod.uri,
        "mongodb_database": bucket,
        "auth_mode": "open",
    }


def test_a_store_of_an_unknown_kind_stops_the_start(settings: Settings, serve_on_either: Serve) -> None:
    """With an exit code after which gunicorn does not restart the worker for ever."""
    service = serve_on_either(settings.model_copy(update={"object_store": "tape"}), wait="")

    assert service.process.wait(30) != 0
    assert "Moodrop will not start: OBJECT_STORE=tape is not one of: s3" in service.log.read_text()


def test_a_store_that_enforces_nothing_stops_the_start(unsafe: dict[str, Any], serve_on_either: Serve) -> None:
    """In one line that names the checks; gunicorn exits instead of retrying for ever."""
    service = serve_on_either(Settings(**unsafe), wait="")

    assert service.process.wait(30) != 0

    log = service.log.read_text()
    line = next(line for line in log.splitlines() if "Moodrop will not start" in line)
    assert "failed store checks" in line
    assert "signature" in line
    assert "WAIVED_CHECKS" in line
    assert "Fix: Use a store that verifies SigV4 query signatures" in log


def test_checks_waived_by_name_let_it_start(unsafe: dict[str, Any], serve: Serve) -> None:
    """Each must be named; the others still stop it."""
    refused = serve(Settings(**unsafe), wait="")
    refused.process.wait(30)
    match = re.search(r"failed store checks: ([a-z_, ]+)\.", refused.log.read_text())
    assert match
    names = tuple(match[1].split(", "))

    all_but_one = serve(Settings(**unsafe, waived_checks=names[1:]), wait="")
    all_named = serve(Settings(**unsafe, waived_checks=names))

    assert all_but_one.process.wait(30) != 0
    assert f"failed store checks: {names[0]}." in all_but_one.log.read_text()
    assert f"store check {names[0]} failed (waived)" in all_named.log.read_text()
    assert upload_a_song(all_named).status == 200


@pytest.fixture
def frail(tmp_path: Path) -> Iterator[Frail]:
    """Servers for one test; the database has run once, so its address is known."""
    servers = Frail(tmp_path)
    servers.start_database()
    yield servers
    servers.stop()


def wait_until_ready(service: Service, seconds: float) -> None:
    until = monotonic() + seconds
    while call(service, "GET", "/readyz").status != 200:
        assert monotonic() < until, service.log.read_text()[-2000:]
        sleep(0.2)


def test_a_store_that_comes_up_late_is_taken_in(frail: Frail, serve_on_either: Serve) -> None:
    """Until then, every call says what is missing and when to retry; no restart is needed."""
    service = serve_on_either(frail.settings(), wait="/healthz")

    health = call(service, "GET", "/readyz")
    refused = call(service, "POST", "/v1/uploads", json=SONG_TO_COME)

    assert health.status == 503
    assert {check["name"]: check["ok"] for check in health.json()["checks"]}["database"]
    assert (refused.status, refused.headers["Retry-After"]) == (503, "2")
    assert refused.json()["code"] in ("store_unavailable", "not_ready")
    assert call(service, "GET", "/healthz").status == 200
    frail.start_store()
    wait_until_ready(service, 10)
    assert upload_a_song(service).status == 200
    assert service.process.poll() is None


def test_a_database_that_comes_up_late_is_taken_in(frail: Frail, serve_on_either: Serve) -> None:
    """As with the store."""
    settings = frail.settings()
    frail.kill(frail.database)
    frail.start_store()
    service = serve_on_either(settings, wait="/healthz")

    refused = call(service, "POST", "/v1/uploads", json=SONG_TO_COME)

    assert (refused.status, refused.headers["Retry-After"]) == (503, "2")
    assert refused.json()["code"] in ("database_unavailable", "not_ready")
    frail.start_database()
    wait_until_ready(service, 10)
    assert upload_a_song(service).status == 200
