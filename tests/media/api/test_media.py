"""What was made from files, over HTTP: renditions, playlists, thumbnails; and who may have them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.jobs.model import Job, JobState, Lane, NewJob
from service.media.model import Result, ScanResult
from service.media.usecases.settle import show_jobs
from service.ports import Ports
from service.store.memory.objects import MemoryObjectStore
from service.store.memory.urls import IssuedRequest
from service.uploads.model import Upload, UploadStatus
from tests.conftest import Clock
from tests.helpers.api import UNKNOWN_ID
from tests.helpers.media import a_film_probe, a_job, a_picture, a_probe, a_rendition, a_video, an_audio
from tests.helpers.problems import assert_problem
from tests.helpers.tokens import bearer

ISSUED = Callable[[str], IssuedRequest]
A_FILE = Callable[..., dict[str, Any]]
HLS = "application/vnd.apple.mpegurl"


def make(ports: Ports, file_id: str, **results: Result | None) -> Upload:
    """Let these jobs of the file be done, or wait if they have no result; return the file."""
    file = ports.records.get(file_id)
    assert file
    for kind, result in results.items():
        order = a_job(file, kind)
        ports.jobs.create(_new(order), ports.now())
        if result:
            lease = ports.jobs.claim([kind], (Lane.LIGHT, Lane.HEAVY), "w", ports.now())
            assert lease
            ports.jobs.finish(lease, result.model_dump(), ports.now())
    show_jobs(ports, file_id)
    shown = ports.records.get(file_id)
    assert shown
    return shown


def _new(job: Job) -> NewJob:
    return NewJob(job.job_id, job.file_id, job.owner, job.kind, job.source, job.lane, job.priority)


@pytest.fixture
def issued(ports: Ports) -> Callable[[str], IssuedRequest]:
    """Return what a URL of the store was signed for."""
    assert isinstance(ports.objects, MemoryObjectStore)
    return ports.objects.issued_for


@pytest.fixture
def film(ports: Ports, a_file: A_FILE) -> str:
    file_id: str = a_file(filename="a.mp4", content_type="video/mp4")["file_id"]
    make(ports, file_id, probe=a_film_probe(), poster=a_picture(), video=a_video())
    return file_id


@pytest.fixture
def song(ports: Ports, a_file: A_FILE) -> str:
    file_id: str = a_file()["file_id"]
    make(ports, file_id, probe=a_probe(), audio=an_audio(rendition=a_rendition("audio")))
    return file_id


def test_a_song_has_its_measures_waveform_and_rendition(client: FlaskClient, song: str, issued: ISSUED) -> None:
    media = client.get(f"/v1/files/{song}/media").get_json()
    assert (media["state"], media["duration_seconds"]) == ("ready", 180.5)
    assert (media["loudness_lufs"], media["peak_dbfs"]) == (-14.2, -0.3)
    assert issued(media["peaks"]["url"]).object_key == f"derived/local/{song}/audio/2/peaks.json"
    [rendition] = media["renditions"]
    assert (rendition["name"], rendition["kind"], rendition["content_type"]) == ("audio", "audio", "audio/mp4")
    url = issued(rendition["url"])
    assert (url.method, url.object_key) == ("GET", f"derived/local/{song}/audio/2/audio.mp4")
    assert url.params["versionId"] == "v-audio.mp4"
    assert url.params["response-content-type"] == "audio/mp4"
    assert media["playlist"] == f"/v1/files/{song}/media/master.m3u8"
    assert {(job["kind"], job["state"]) for job in media["jobs"]} == {("probe", "done"), ("audio", "done")}


def test_a_film_has_its_renditions_the_smallest_first(
    client: FlaskClient, film: str, clock: Clock, issued: ISSUED
) -> None:
    response = client.get(f"/v1/files/{film}/media")
    media = response.get_json()
    assert [rendition["name"] for rendition in media["renditions"]] == ["240", "480", "720"]
    assert len({rendition["etag"] for rendition in media["renditions"]}) == 3
    assert (media["width"], media["height"], media["peaks"]) == (1280, 720, None)
    assert response.headers["Cache-Control"] == "no-store"
    for rendition in media["renditions"]:
        assert issued(rendition["url"]).expires_at == clock() + timedelta(seconds=600)
    assert datetime.fromisoformat(media["expires_at"]) == clock() + timedelta(seconds=600)


def test_a_file_from_which_nothing_was_made_says_so(client: FlaskClient, a_file: A_FILE) -> None:
    file_id = a_file()["file_id"]
    media = client.get(f"/v1/files/{file_id}/media").get_json()
    assert (media["state"], media["renditions"], media["peaks"], media["playlist"]) == (None, [], None, None)
    assert_problem(client.get(f"/v1/files/{file_id}/media/master.m3u8"), 404, "media_missing")
    assert_problem(client.get(f"/v1/files/{file_id}/thumbnail"), 404, "thumbnail_missing")


def test_a_native_player_follows_the_playlists(client: FlaskClient, film: str, clock: Clock, issued: ISSUED) -> None:
    master = client.get(f"/v1/files/{film}/media/master.m3u8")
    assert (master.mimetype, master.headers["Cache-Control"]) == (HLS, "no-store")
    names = [line for line in master.text.splitlines() if not line.startswith("#")]
    assert names == ["240.m3u8", "480.m3u8", "720.m3u8"]
    rung = client.get(f"/v1/files/{film}/media/720.m3u8", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in rung.headers
    urls = {line for line in rung.text.splitlines() if not line.startswith("#")}
    assert len(urls) == 1
    url = issued(urls.pop())
    assert (url.object_key, url.expires_at) == (f"derived/local/{film}/video/2/720.mp4", clock() + timedelta(hours=1))


def test_the_pages_player_looks_up_fresh_urls_by_name(client: FlaskClient, film: str) -> None:
    master = client.get(f"/v1/files/{film}/media/master.m3u8?names=1").text
    assert "720.m3u8?names=1" in master
    rung = client.get(f"/v1/files/{film}/media/720.m3u8?names=1").text
    assert {line for line in rung.splitlines() if not line.startswith("#")} == {"720.mp4"}
    assert "X-Amz" not in rung


def test_a_playlist_without_urls_is_compressed(client: FlaskClient, ports: Ports, a_file: A_FILE) -> None:
    file_id = a_file(filename="a.mp4", content_type="video/mp4")["file_id"]
    long = a_rendition("720", segments=" ".join(["6.000:1"] * 500))
    make(ports, file_id, video=a_video().model_copy(update={"renditions": (long,)}))
    for query, encoding in (("?names=1", "gzip"), ("", None)):
        response = client.get(f"/v1/files/{file_id}/media/720.m3u8{query}", headers={"Accept-Encoding": "gzip"})
        assert response.headers.get("Content-Encoding") == encoding


@pytest.mark.parametrize(("name", "status"), [("360", 404), ("audio", 404), ("144", 422), ("MASTER", 422)])
def test_a_playlist_that_is_not_there(client: FlaskClient, film: str, name: str, status: int) -> None:
    response = client.get(f"/v1/files/{film}/media/{name}.m3u8")
    assert_problem(response, status, "media_missing" if status == 404 else "validation_failed")


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("../x.m3u8", 404, "route_not_found"),
        ("..%2Fx.m3u8", 404, "route_not_found"),
        ("%2e%2e/x.m3u8", 404, "route_not_found"),
        ("x.m3u8/", 404, "route_not_found"),
        ("x.m3u8", 422, "validation_failed"),
        ("720.mp4", 404, "route_not_found"),
        (".m3u8", 404, "route_not_found"),
    ],
)
def test_no_other_name_leads_anywhere(client: FlaskClient, film: str, name: str, status: int, code: str) -> None:
    """And says so as every other call does."""
    assert_problem(client.get(f"/v1/files/{film}/media/{name}"), status, code)


@pytest.mark.parametrize(("width", "name"), [("96", "96"), ("320", "320"), ("1280", "1280"), ("", "320")])
def test_a_thumbnail_redirects_to_its_width(
    client: FlaskClient, film: str, issued: ISSUED, width: str, name: str
) -> None:
    response = client.get(f"/v1/files/{film}/thumbnail{width and '?width=' + width}")
    assert response.status_code == 302
    url = issued(response.headers["Location"])
    assert url.object_key == f"derived/local/{film}/poster/2/{name}.webp"
    assert url.params == {
        "versionId": f"v-{name}.webp",
        "response-content-type": "image/webp",
        "response-content-disposition": "inline",
        "response-cache-control": "private, max-age=3600",
    }
    assert response.headers["Cache-Control"] == "private, max-age=3000"


def test_a_head_gets_a_redirect_for_head_that_nobody_keeps(client: FlaskClient, film: str, issued: ISSUED) -> None:
    response = client.head(f"/v1/files/{film}/thumbnail?width=96&v=abc")
    assert (response.status_code, response.headers["Cache-Control"]) == (302, "no-store")
    assert issued(response.headers["Location"]).method == "HEAD"


def test_the_next_larger_width_there_is_stands_in(
    client: FlaskClient, ports: Ports, a_file: A_FILE, issued: ISSUED
) -> None:
    file_id = a_file(filename="a.png", content_type="image/png")["file_id"]
    make(ports, file_id, image=a_picture(96, 320))
    location = client.get(f"/v1/files/{file_id}/thumbnail?width=1280").headers["Location"]
    assert issued(location).object_key.endswith("/320.webp")


@pytest.mark.parametrize(
    "query", ["width=97", "width=0", "width=-96", "width=96.0", "width=", "width=\uff19\uff16", "w=96", "v=" + "a" * 41]
)
def test_other_widths_are_refused(client: FlaskClient, film: str, query: str) -> None:
    assert_problem(client.get(f"/v1/files/{film}/thumbnail?{query}"), 422, "validation_failed")


@pytest.fixture
def covered(ports: Ports, song: str) -> str:
    """A song with a cover, from which no thumbnail was made yet."""
    file = ports.records.get(song)
    assert file
    cover = replace(
        file,
        upload_id=UNKNOWN_ID,
        object_key=f"uploads/local/{UNKNOWN_ID}.png",
        status=UploadStatus.ATTACHED,
        cover_of=song,
        content_type="image/png",
        derived=None,
    )
    ports.records.add(cover)
    ports.records.change(song, {}, {"cover_id": UNKNOWN_ID})
    return song


def test_a_song_shows_its_cover_itself_until_that_has_a_thumbnail(
    client: FlaskClient, ports: Ports, covered: str, issued: ISSUED
) -> None:
    def key() -> str:
        return issued(client.get(f"/v1/files/{covered}/thumbnail?width=96").headers["Location"]).object_key

    assert key() == f"uploads/local/{UNKNOWN_ID}.png"
    make(ports, UNKNOWN_ID, image=a_picture())
    assert key() == f"derived/local/{UNKNOWN_ID}/image/2/96.webp"


def test_a_cover_with_a_threat_is_no_thumbnail(client: FlaskClient, ports: Ports, covered: str) -> None:
    make(ports, UNKNOWN_ID, image=a_picture(), scan=ScanResult(threat="EICAR"))
    assert_problem(client.get(f"/v1/files/{covered}/thumbnail"), 403, "file_quarantined")


ROUTES = ["media", "media/master.m3u8", "media/720.m3u8?names=1", "thumbnail?width=96"]


@pytest.mark.parametrize("route", ROUTES)
def test_nobody_gets_the_media_of_anothers_private_file(
    jwt_client: Callable[..., FlaskClient], film: str, route: str
) -> None:
    client = jwt_client()
    assert_problem(client.get(f"/v1/files/{film}/{route}", headers=bearer("other")), 404, "file_not_found")
    assert_problem(client.get(f"/v1/files/{UNKNOWN_ID}/{route}", headers=bearer("other")), 404, "file_not_found")
    assert client.get(f"/v1/files/{film}/{route}", headers=bearer("local")).status_code in (200, 302)


@pytest.mark.parametrize("route", ROUTES)
def test_the_media_of_a_public_file_is_as_public_as_the_file(
    client: FlaskClient, jwt_client: Callable[..., FlaskClient], film: str, route: str
) -> None:
    assert client.patch(f"/v1/files/{film}", json={"visibility": "public"}).status_code == 200
    other = jwt_client()
    assert other.get(f"/v1/files/{film}/{route}", headers=bearer("other")).status_code in (200, 302)
    assert client.patch(f"/v1/files/{film}", json={"visibility": "private"}).status_code == 200
    assert_problem(other.get(f"/v1/files/{film}/{route}", headers=bearer("other")), 404, "file_not_found")


@pytest.mark.parametrize("route", ROUTES)
def test_media_need_the_scope_to_read_files(jwt_client: Callable[..., FlaskClient], film: str, route: str) -> None:
    client = jwt_client()
    for scope in ("uploads:write", "files:write"):
        assert_problem(client.get(f"/v1/files/{film}/{route}", headers=bearer("local", scope)), 403, "scope_missing")
    assert_problem(client.get(f"/v1/files/{film}/{route}"), 401, "token_missing")


@pytest.mark.parametrize("route", ROUTES)
def test_a_file_with_a_threat_has_no_media(client: FlaskClient, ports: Ports, film: str, route: str) -> None:
    make(ports, film, scan=ScanResult(threat="EICAR"))
    assert_problem(client.get(f"/v1/files/{film}/{route}"), 403, "file_quarantined")


@pytest.mark.parametrize("route", ROUTES)
def test_a_deleted_file_has_no_media(client: FlaskClient, film: str, route: str) -> None:
    assert client.delete(f"/v1/files/{film}").status_code == 204
    assert_problem(client.get(f"/v1/files/{film}/{route}"), 404, "file_not_found")


def test_a_file_with_new_bytes_has_nothing_of_the_older_ones(client: FlaskClient, ports: Ports, film: str) -> None:
    ports.records.change(film, {}, {"version_id": "newer"})
    media = client.get(f"/v1/files/{film}/media").get_json()
    assert (media["state"], media["renditions"], media["jobs"]) == (None, [], [])
    assert_problem(client.get(f"/v1/files/{film}/media/720.m3u8"), 404, "media_missing")
    assert_problem(client.get(f"/v1/files/{film}/thumbnail"), 404, "thumbnail_missing")


def test_a_job_that_is_done_again_serves_its_old_result(client: FlaskClient, ports: Ports, film: str) -> None:
    file = ports.records.get(film)
    assert file
    ports.jobs.redo(_new(a_job(file, "video")), ports.now())
    media = client.get(f"/v1/files/{film}/media").get_json()
    assert len(media["renditions"]) == 3
    assert ("video", JobState.QUEUED) in {(job["kind"], job["state"]) for job in media["jobs"]}


def test_what_a_stranger_wrote_among_the_jobs_is_not_served(client: FlaskClient, ports: Ports, a_file: A_FILE) -> None:
    file_id = a_file()["file_id"]
    evil = {**a_rendition("720").model_dump(), "segments": "6.0:1\n#EXT-X-KEY:METHOD=NONE"}
    file = ports.records.get(file_id)
    assert file
    ports.jobs.create(_new(a_job(file, "video")), ports.now())
    lease = ports.jobs.claim(["video"], (Lane.LIGHT,), "w", ports.now())
    assert lease
    ports.jobs.finish(lease, {"renditions": [evil]}, ports.now())
    ports.jobs.create(_new(replace(a_job(file, "video"), job_id=f"{file_id}.mine", kind="mine")), ports.now())
    media = client.get(f"/v1/files/{file_id}/media").get_json()
    assert (media["renditions"], [job["kind"] for job in media["jobs"]]) == ([], ["video"])
    assert_problem(client.get(f"/v1/files/{file_id}/media/720.m3u8"), 404, "media_missing")
