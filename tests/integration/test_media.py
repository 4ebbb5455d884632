"""What is derived from files on the real MinIO and mongod: written by the worker's credential, read by signed URLs."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import urllib3
from flask.testing import FlaskClient

from service.app import create_app
from service.jobs.model import Lane
from service.jobs.usecases.relay import relay
from service.jobs.usecases.settle import settle_job
from service.jobs.usecases.sweep import sweep_jobs
from service.media.usecases.reconcile import reconcile_derived
from service.ports import Ports
from service.settings import Settings
from service.shared.model import Caller
from service.shared.scopes import ALL_SCOPES
from service.uploads.model import Upload
from service.uploads.object_keys import derived_key
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.files.delete import delete_file
from service.uploads.usecases.upkeep.reconcile import Tally
from service.uploads.usecases.upkeep.sweep import sweep
from tests.builders import NO_METADATA, PICTURE, a_sent_upload, later
from tests.conftest import prepared_ports
from tests.helpers.media import a_film_probe, a_picture, a_rendition, a_stored, a_video
from tests.helpers.worker import an_active_lease
from worker.job.store import WorkerStore
from worker.settings import WorkerSettings

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]

FILM = bytes(range(256)) * 11
LOCAL = Caller("local", frozenset(ALL_SCOPES))
LANES = (Lane.LIGHT, Lane.HEAVY)
Publish = Callable[[Upload, str, Any, dict[str, tuple[bytes, str]]], None]


@pytest.fixture
def media_settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"media": True, "auth_mode": "open"})


@pytest.fixture
def media(media_settings: Settings) -> Iterator[Ports]:
    with prepared_ports(media_settings) as ports:
        yield ports


@pytest.fixture
def client(media: Ports, media_settings: Settings) -> FlaskClient:
    return create_app(media_settings, media).test_client()


@pytest.fixture
def publish(media: Ports, worker_settings: WorkerSettings, tmp_path: Path) -> Publish:
    """Write objects with the worker's credential, and the result of the job that made them."""
    store = WorkerStore(worker_settings, sleep=lambda _: None)

    def write(file: Upload, kind: str, result: Any, bodies: dict[str, tuple[bytes, str]]) -> None:
        relay(media)
        lease = media.jobs.claim([kind], LANES, "w", media.now())
        assert lease
        values = result.model_dump()
        versions = {}
        for name, (body, content_type) in bodies.items():
            path = tmp_path / name
            path.write_bytes(body)
            key = derived_key(file, kind, lease.token, name)
            active = an_active_lease(file, kind)
            versions[name] = store.put(file.bucket, key, path, active, content_type=content_type)
        ended = media.jobs.finish(lease, _with_versions(values, versions), media.now())
        assert ended
        settle_job(media, ended)

    return write


def _with_versions(value: Any, versions: dict[str, str | None]) -> Any:
    """Replace the versions of all objects in a result."""
    if isinstance(value, dict):
        changed = {name: _with_versions(each, versions) for name, each in value.items()}
        return changed | {"version_id": versions[value["name"]]} if "version_id" in value else changed
    return [_with_versions(each, versions) for each in value] if isinstance(value, list | tuple) else value


def a_file_of(ports: Ports, filename: str, content_type: str) -> Upload:
    sent = a_sent_upload(ports, LOCAL, PICTURE, filename=filename, content_type=content_type)
    return confirm_upload(ports, LOCAL, sent.upload_id, NO_METADATA)


def get(url: str, method: str = "GET", **headers: str) -> urllib3.BaseHTTPResponse:
    return urllib3.request(method, url, headers=headers, retries=False, timeout=10)


def test_a_thumbnail_is_fetched_by_the_signed_address(client: FlaskClient, media: Ports, publish: Publish) -> None:
    file = a_file_of(media, "a.png", "image/png")
    publish(file, "image", a_picture(96, 320), {f"{w}.webp": (b"webp %d" % w, "image/webp") for w in (96, 320)})
    shown = client.get(f"/v1/files/{file.upload_id}").get_json()
    assert (shown["media_state"], shown["thumbnail"]["width"]) == ("ready", 1500)
    address = f"/v1/files/{file.upload_id}/thumbnail?width=96&v={shown['thumbnail']['v']}"
    picture = get(client.get(address).headers["Location"])
    assert (picture.status, picture.data, picture.headers["Content-Type"]) == (200, b"webp 96", "image/webp")
    assert picture.headers["Cache-Control"] == "private, max-age=3600"
    assert get(client.head(address).headers["Location"], "HEAD").status == 200
    larger = get(client.get(f"/v1/files/{file.upload_id}/thumbnail?width=1280").headers["Location"])
    assert (larger.status, larger.data) == (200, b"webp 320")


def test_a_player_reads_ranges_of_what_the_playlist_names(client: FlaskClient, media: Ports, publish: Publish) -> None:
    file = a_file_of(media, "a.mp4", "video/mp4")
    publish(file, "probe", a_film_probe(duration_seconds=61), {})
    rendition = a_rendition("720", object=a_stored("720.mp4", len(FILM), "video/mp4"))
    video = a_video().model_copy(update={"renditions": (rendition,)})
    publish(file, "video", video, {"720.mp4": (FILM, "video/mp4")})
    playlist = client.get(f"/v1/files/{file.upload_id}/media/720.m3u8").text
    [url] = {line for line in playlist.splitlines() if not line.startswith("#")}
    assert "#EXT-X-BYTERANGE:1200@600\n" in playlist
    part = get(url, Range="bytes=600-1799")
    assert (part.status, part.data, part.headers["Content-Type"]) == (206, FILM[600:1800], "video/mp4")
    listed = client.get(f"/v1/files/{file.upload_id}/media").get_json()["renditions"]
    assert get(listed[0]["url"]).data == FILM


def test_a_deleted_file_takes_all_that_was_made_of_it_along(media: Ports, publish: Publish) -> None:
    file = a_file_of(media, "a.png", "image/png")
    publish(file, "image", a_picture(96), {"96.webp": (b"webp", "image/webp")})
    assert list(reconcile_derived(media, Tally(), grace=timedelta(0))) == []
    delete_file(media, LOCAL, file.upload_id)
    for days in (1, 2, 3):
        sweep_jobs(later(media, days=days))
        sweep(later(media, days=days))
    assert list(media.objects.iter_objects(file.bucket, "derived/")) == []
    assert media.records.get(file.upload_id) is None
    assert media.jobs.list_by_files([file.upload_id]) == []
