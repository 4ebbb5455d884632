"""The metrics of a running service with two workers, read over HTTP."""

import os
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep

import pytest
import urllib3

from dev.ports import free_port
from dev.servers import MongodServer
from service.settings import Settings
from tests.conftest import SERVERS, Service, Store, services, settings_for
from tests.helpers.metrics import scrape, value
from tests.helpers.raw_http import send_raw
from tests.helpers.tokens import SECRET, bearer

pytestmark = pytest.mark.real

SONG = b"a song"
A_SONG = {"filename": "a.mp3", "content_type": "audio/mpeg", "size_bytes": len(SONG)}


@pytest.fixture(scope="module", params=SERVERS)
def server(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def settings(minio: Store, mongod: MongodServer, signing_keys: dict[str, str], server: str) -> Settings:
    """Return settings for a separate service on each server."""
    own = {"auth_mode": "jwt", "jwt_secret": SECRET, "metrics_port": free_port(), "sweep_interval": 0, "history": True}
    return settings_for(minio, mongod, **signing_keys, **own)


@pytest.fixture(scope="module")
def service(settings: Settings, tmp_path_factory: pytest.TempPathFactory, server: str) -> Iterator[Service]:
    """Two workers, shared by the tests of this module, which count differences."""
    with services(tmp_path_factory.mktemp("metrics"), server) as start:
        yield start(settings, workers=2)


def call(service: Service, method: str, path: str, json: object = None) -> urllib3.BaseHTTPResponse:
    """Send a request on a connection of its own, which either worker may accept."""
    return urllib3.request(method, service.url + path, json=json, headers=bearer(), retries=False)


def started(service: Service) -> str:
    """Start an upload and send its bytes."""
    upload = call(service, "POST", "/v1/uploads", A_SONG).json()
    put = upload["transfer"]
    assert urllib3.request("PUT", put["url"], body=SONG, headers=put["headers"]).status == 200
    return str(upload["upload_id"])


def workers_of(service: Service) -> list[int]:
    """Return the processes of the workers."""
    master = service.process.pid
    return [int(worker) for worker in Path(f"/proc/{master}/task/{master}/children").read_text().split()]


def test_both_workers_are_summed(service: Service, settings: Settings) -> None:
    """Whichever worker answers a request, and whichever is scraped."""
    before = scrape(settings.metrics_port)
    for _ in range(40):
        assert call(service, "GET", "/v1/moods").status == 200
    scrapes = [scrape(settings.metrics_port) for _ in range(4)]

    def moods(samples: dict[str, dict[frozenset[tuple[str, str]], float]]) -> float:
        return value(samples, "moodrop_http_requests_total", route="/v1/moods", method="GET", code="200")

    assert [moods(after) - moods(before) for after in scrapes] == [40] * 4
    assert [value(after, "moodrop_http_request_duration_seconds_count", route="/v1/moods") for after in scrapes] == [
        moods(after) for after in scrapes
    ]


def test_an_upload_is_seen_from_its_start_to_its_file(service: Service, settings: Settings) -> None:
    """URLs by kind, what waits, confirms by outcome, bytes, and both servers' latency."""
    first = scrape(settings.metrics_port)
    arrived, waiting, missing = started(service), started(service), call(service, "POST", "/v1/uploads", A_SONG).json()
    assert [call(service, "POST", f"/v1/uploads/{arrived}/confirm", {}).status for _ in range(2)] == [200, 200]
    assert call(service, "POST", "/v1/uploads/confirm", {"upload_ids": [waiting, missing["upload_id"]]}).status == 200
    last = scrape_until(settings, lambda after: value(after, "moodrop_pending_uploads") == 1)

    def more(name: str, **labels: str) -> float:
        return value(last, name, **labels) - value(first, name, **labels)

    assert more("moodrop_presigned_urls_total", kind="put") == 3
    assert more("moodrop_confirms_total", outcome="file", by="client") == 2
    assert more("moodrop_confirmed_bytes_total") == 2 * len(SONG)
    assert more("moodrop_problems_total", route="/v1/uploads/confirm", code="object_missing") == 1
    assert more("moodrop_store_call_duration_seconds_count", call="arrived", outcome="ok") >= 3
    assert more("moodrop_database_command_duration_seconds_count", command="insert", outcome="ok") >= 3
    assert value(last, "moodrop_database_up") == 1
    assert value(last, "moodrop_sweep_lag_seconds") == 0


def test_a_listen_counts_once_however_often_it_is_reported(service: Service, settings: Settings) -> None:
    """By what led to it, and only once enough of it was heard: players report the same listen again and again."""
    sent = {**A_SONG, "duration_seconds": 60}
    upload = call(service, "POST", "/v1/uploads", sent).json()
    put = upload["transfer"]
    assert urllib3.request("PUT", put["url"], body=SONG, headers=put["headers"]).status == 200
    file_id = call(service, "POST", f"/v1/uploads/{upload['upload_id']}/confirm", {}).json()["file_id"]
    first = scrape(settings.metrics_port)
    began = (datetime.now(UTC) - timedelta(minutes=5)).isoformat()

    for seconds in (5, 40, 40, 60):
        listen = {"file_id": file_id, "started_at": began, "listened_seconds": seconds, "source": "recommended"}
        reported = call(service, "POST", "/v1/listens", {"session_id": "the-metrics", "listens": [listen]})
        assert reported.json() == {"accepted": 1}
    last = scrape(settings.metrics_port)

    counted = {one: value(last, "moodrop_listens_total", source=one) for one in ("recommended", "library")}
    assert counted["recommended"] - value(first, "moodrop_listens_total", source="recommended") == 1
    assert counted["library"] == value(first, "moodrop_listens_total", source="library")


def scrape_until(settings: Settings, holds: Callable[..., bool]) -> dict[str, dict[frozenset[tuple[str, str]], float]]:
    """Scrape until the database was looked at again."""
    until = monotonic() + 30
    while not holds(samples := scrape(settings.metrics_port)) and monotonic() < until:
        sleep(0.5)
    return samples


def test_nobody_can_make_a_label(service: Service, settings: Settings) -> None:
    """Whatever is in path, method, host, id or body: unknown addresses are one, so are unknown methods."""
    before = scrape(settings.metrics_port)
    for word in ("planted", "planted2"):
        call(service, "GET", f"/{word}")
        call(service, "GET", f"/v1/files/{word}?q={word}")
        call(service, word.upper(), f"/v1/{word}")
        send_raw(service.url, f"GET /{word} HTTP/9.9\r\nHost: {word}\r\n\r\n".encode())
    after = scrape(settings.metrics_port)

    texts = {text for by_labels in after.values() for labels in by_labels for pair in labels for text in pair}
    assert not [text for text in texts if "planted" in text.lower()]
    unknown = {"route": "none", "method": "GET", "code": "404"}
    assert (
        value(after, "moodrop_http_requests_total", **unknown) - value(before, "moodrop_http_requests_total", **unknown)
        == 2
    )
    assert value(after, "moodrop_http_requests_total", route="none", method="other", code="404") >= 2
    if service.server == "gunicorn":  # of what granian's parser refuses nobody hears
        assert value(after, "moodrop_problems_total", route="none", code="bad_request") >= 2


def test_metrics_are_on_their_own_port_alone(service: Service, settings: Settings) -> None:
    """Strangers reach PORT, where they are an address like any unknown one; and nothing else is on METRICS_PORT."""
    own = f"http://127.0.0.1:{settings.metrics_port}"

    assert urllib3.request("GET", service.url + "/metrics", retries=False).status == 404
    assert call(service, "GET", "/metrics").status == 404
    forged = f"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:{settings.metrics_port}\r\nConnection: close\r\n\r\n"
    assert send_raw(service.url, forged.encode()).startswith(b"HTTP/1.1 404 ")
    for path in ("/", "/healthz", "/v1/moods", "/metrics/"):
        assert urllib3.request("GET", own + path, headers=bearer(), retries=False).status == 404
    assert urllib3.request("POST", own + "/metrics", retries=False).status == 404


def test_a_worker_that_was_killed_takes_no_count_along(service: Service, settings: Settings) -> None:
    """Its successor counts on in the same file, so there are no more files than workers. The service removes them."""
    folder = Path(tempfile.gettempdir(), f"moodrop-metrics-{os.getuid()}-{settings.metrics_port}")
    for _ in range(20):
        call(service, "GET", "/v1/moods")
    before = value(scrape(settings.metrics_port), "moodrop_http_requests_total", route="/v1/moods")
    old = set(workers_of(service))
    service.kill_workers()
    until = monotonic() + 60
    while len(set(workers_of(service)) - old) < 2 and monotonic() < until:
        sleep(0.1)
    service.wait("/readyz")
    for _ in range(20):
        call(service, "GET", "/v1/moods")

    assert value(scrape(settings.metrics_port), "moodrop_http_requests_total", route="/v1/moods") == before + 20
    assert sorted(file.name for file in folder.glob("counter_*")) == ["counter_0.db", "counter_1.db"]
    assert folder.stat().st_mode & 0o077 == 0
    service.stop()
    assert not folder.exists()


def test_counts_left_by_a_lost_service_are_forgotten(settings: Settings, tmp_path: Path, server: str) -> None:
    """A counter that starts where another one ended would be read as a burst of requests."""
    own = settings.model_copy(update={"metrics_port": free_port()})
    with services(tmp_path, server) as start:
        first = start(own)
        call(first, "GET", "/v1/moods")
        first.kill()
        second = start(own)
        call(second, "GET", "/v1/moods")

        assert value(scrape(own.metrics_port), "moodrop_http_requests_total", route="/v1/moods") == 1
