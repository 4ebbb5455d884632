"""The jobs of one's files over HTTP: seen by their owner, retried by their owner."""

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.app import create_app
from service.jobs.model import Worker
from service.jobs.usecases.relay import relay
from service.jobs.usecases.settle import settle_job
from service.ports import Ports
from service.settings import Settings
from service.shared.model import Caller
from service.shared.scopes import ALL_SCOPES
from service.uploads.derived import DerivedState
from service.uploads.model import Upload
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.files.edit import edit_file
from tests.builders import ALICE, NO_METADATA, a_file
from tests.conftest import Clock
from tests.helpers.jobs import LANES, a_sent_picture, with_media
from tests.helpers.problems import assert_problem

LOCAL = Caller("local", frozenset(ALL_SCOPES))


@pytest.fixture
def media(ports: Ports) -> Ports:
    return with_media(ports)


@pytest.fixture
def client(media: Ports) -> FlaskClient:
    return create_app(Settings(auth_mode="open"), media).test_client()


def a_song(ports: Ports, caller: Caller = LOCAL) -> Upload:
    file = a_file(ports, caller)
    relay(ports)
    return file


def fail_one(ports: Ports, detail: str = "no such codec") -> str:
    """Have the next job fail; return its kind."""
    lease = ports.jobs.claim(["probe", "scan"], LANES, "w", ports.now())
    assert lease
    failed = ports.jobs.fail(lease, "codec_unsupported", detail, ports.now())
    assert failed
    settle_job(ports, failed)
    return failed.kind


def body_of(client: FlaskClient, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200
    return response.json


def test_the_jobs_of_a_file_are_told(client: FlaskClient, media: Ports) -> None:
    file = a_song(media)
    kind = fail_one(media)

    jobs = body_of(client, f"/v1/files/{file.upload_id}/jobs")

    assert jobs["workers"] == 0
    assert [job["kind"] for job in jobs["jobs"]] == ["probe", "scan"]
    failed = next(job for job in jobs["jobs"] if job["kind"] == kind)
    other = next(job for job in jobs["jobs"] if job["kind"] != kind)
    assert failed == {
        "file_id": file.upload_id,
        "kind": kind,
        "state": "failed",
        "progress": None,
        "reason": "codec_unsupported",
        "detail": "no such codec",
        "attempts": 1,
        "created_at": "2026-11-21T12:00:00Z",
        "started_at": "2026-11-21T12:00:00Z",
        "finished_at": "2026-11-21T12:00:00Z",
    }
    assert (other["state"], other["attempts"], other["started_at"]) == ("queued", 0, None)


def test_somebody_elses_file_is_not_found_unless_it_is_public(client: FlaskClient, media: Ports) -> None:
    file = a_song(media, ALICE)
    address = f"/v1/files/{file.upload_id}/jobs"

    assert_problem(client.get(address), 404, "file_not_found")
    assert_problem(client.post(f"{address}/probe/retry"), 404, "file_not_found")
    edit_file(media, ALICE, file.upload_id, {"visibility": "public"})
    assert len(body_of(client, address)["jobs"]) == 2
    assert_problem(client.post(f"{address}/probe/retry"), 404, "file_not_found")
    assert body_of(client, "/v1/jobs")["jobs"] == []


def test_a_failed_job_is_retried_once(client: FlaskClient, media: Ports) -> None:
    """And its file says at once that it is at work again."""
    file = a_song(media)
    kind = fail_one(media)
    address = f"/v1/files/{file.upload_id}/jobs/{kind}/retry"

    response = client.post(address)

    assert response.status_code == 202
    assert response.json
    assert (response.json["state"], response.json["reason"], response.json["attempts"]) == ("queued", None, 0)
    assert_problem(client.post(address), 409, "job_not_retryable")
    shown = media.records.get(file.upload_id)
    assert shown
    assert shown.derived
    assert (shown.derived.state, shown.derived.failed) == (DerivedState.WAITING, ())


@pytest.mark.parametrize(("kind", "status", "code"), [("video", 404, "job_not_found"), ("Probe", 422, None)])
def test_an_unknown_kind_is_not_found(
    client: FlaskClient, media: Ports, kind: str, status: int, code: str | None
) -> None:
    file = a_song(media)

    assert_problem(client.post(f"/v1/files/{file.upload_id}/jobs/{kind}/retry"), status, code or "validation_failed")


def test_jobs_are_listed_page_by_page(client: FlaskClient, media: Ports, clock: Clock) -> None:
    """Only one's own, and with a cursor that fits no other list."""
    for _ in range(3):
        clock.pass_(1)
        a_song(media)
    a_song(media, ALICE)

    first = body_of(client, "/v1/jobs?limit=4")
    second = body_of(client, f"/v1/jobs?limit=4&cursor={first['next_cursor']}")

    rows = [(job["created_at"], job["file_id"], job["kind"]) for job in first["jobs"] + second["jobs"]]
    assert (len(first["jobs"]), len(second["jobs"]), second["next_cursor"]) == (4, 2, None)
    assert rows == sorted(set(rows), reverse=True)
    assert_problem(client.get(f"/v1/jobs?state=failed&cursor={first['next_cursor']}"), 400, "invalid_cursor")
    assert_problem(client.get(f"/v1/files?cursor={first['next_cursor']}"), 400, "invalid_cursor")


def test_failed_jobs_are_listed_apart(client: FlaskClient, media: Ports) -> None:
    a_song(media)
    kind = fail_one(media)

    assert [job["kind"] for job in body_of(client, "/v1/jobs?state=failed")["jobs"]] == [kind]
    assert [job["kind"] for job in body_of(client, "/v1/jobs")["jobs"]] == ["scan" if kind == "probe" else "probe"]
    assert_problem(client.get("/v1/jobs?state=done"), 422, "validation_failed")


def test_a_page_that_polls_gets_nothing_while_nothing_changes(client: FlaskClient, media: Ports) -> None:
    """A worker that comes, and every step of a job, is a change."""
    a_song(media)
    etag = client.get("/v1/jobs").headers["ETag"]

    assert client.get("/v1/jobs", headers={"If-None-Match": etag}).status_code == 304
    media.jobs.heartbeat(Worker("w1", "host", "1.0", ("probe",), None, "landlock", media.now()))
    response = client.get("/v1/jobs", headers={"If-None-Match": etag})
    assert response.status_code == 200
    assert response.json
    assert response.json["workers"] == 1
    media.jobs.claim(["probe"], LANES, "w1", media.now())
    assert client.get("/v1/jobs", headers={"If-None-Match": response.headers["ETag"]}).status_code == 200


def test_what_a_worker_adds_makes_no_edit_fail(client: FlaskClient, media: Ports) -> None:
    """The file's ETag changes, so that pages see it; If-Match compares what people changed."""
    picture = confirm_upload(media, LOCAL, a_sent_picture(media, LOCAL).upload_id, NO_METADATA)
    address = f"/v1/files/{picture.upload_id}"
    before = client.get(address).headers["ETag"]
    relay(media)

    after = client.get(address).headers["ETag"]

    assert (before, after) == (f'"{picture.upload_id}.1-0"', f'"{picture.upload_id}.1-1"')
    assert client.get(address, headers={"If-None-Match": before}).status_code == 200
    for etag in (before, f'"{picture.upload_id}.2"'):
        assert client.patch(address, json={"title": etag}, headers={"If-Match": etag}).status_code == 200
    for etag in (before, f'"{picture.upload_id}.2-9"', f'"{picture.upload_id}.3-"'):
        assert_problem(client.patch(address, json={"title": "x"}, headers={"If-Match": etag}), 412, "file_changed")


def test_jobs_of_older_bytes_are_nobodys_business(client: FlaskClient, media: Ports) -> None:
    file = a_song(media)
    kind = fail_one(media)
    media.records.change(file.upload_id, {}, {"version_id": "another"})

    assert body_of(client, f"/v1/files/{file.upload_id}/jobs")["jobs"] == []
    assert_problem(client.post(f"/v1/files/{file.upload_id}/jobs/{kind}/retry"), 404, "job_not_found")


def test_reading_takes_files_read_and_retrying_files_write(media: Ports) -> None:
    """Each call says so before it does anything."""
    app = create_app(Settings(auth_mode="open"), replace(media, authenticators=()))

    for method, address in (("get", "/v1/jobs"), ("get", f"/v1/files/{'0' * 26}/jobs")):
        assert_problem(getattr(app.test_client(), method)(address), 401, "token_missing")
