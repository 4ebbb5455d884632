"""The store's notifications: only their key is used, and only with the secret."""

import base64
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus

import pytest
from flask.testing import FlaskClient

from service.ports import Ports
from service.settings import Settings
from service.shared.errors import DatabaseUnavailable
from service.store.errors import StoreUnavailable
from service.uploads.model import UploadStatus
from tests.helpers.api import A_SONG, UNKNOWN_ID, client_of
from tests.helpers.faults import Fault, with_fault
from tests.helpers.problems import assert_problem

SECRET = "the-secret-of-the-webhook"
SIGNED = {"Authorization": f"Bearer {SECRET}"}
EVENTS = "/v1/events/store"


def notification(object_key: str, *, bucket: str = "mybucket", name: str = "s3:ObjectCreated:Put") -> dict[str, Any]:
    """Return a notification as MinIO sends it."""
    subject = {
        "s3SchemaVersion": "1.0",
        "configurationId": "Config",
        "bucket": {"name": bucket, "arn": f"arn:aws:s3:::{bucket}"},
        "object": {"key": quote_plus(object_key), "size": 1, "eTag": "9dd4e461268c8034f5c8564e155c67a6"},
    }
    record = {"eventVersion": "2.0", "eventSource": "minio:s3", "eventName": name, "s3": subject}
    return {"EventName": name, "Key": f"{bucket}/{object_key}", "Records": [record]}


def events_client(ports: Ports) -> FlaskClient:
    return client_of(Settings(auth_mode="open", events_secret=SECRET), ports)


@pytest.fixture
def store(ports: Ports) -> FlaskClient:
    """A client that plays the store."""
    return events_client(ports)


def status_of(ports: Ports, started: dict[str, Any]) -> tuple[UploadStatus, str | None]:
    upload = ports.records.get(started["upload_id"])
    assert upload is not None
    return upload.status, upload.confirmed_by


@pytest.fixture
def started(client: FlaskClient) -> dict[str, Any]:
    """An upload whose client disappears."""
    upload: dict[str, Any] = client.post("/v1/uploads", json=A_SONG).get_json()
    return upload


def test_what_arrived_appears_without_a_confirm(
    ports: Ports, client: FlaskClient, store: FlaskClient, started: dict[str, Any], send: Callable[..., int]
) -> None:
    """A repeated event does no harm; MinIO repeats it if our answer is lost."""
    assert send(started["transfer"]) == 200

    answers = [store.post(EVENTS, json=notification(started["object_key"]), headers=SIGNED) for _ in range(3)]

    assert [(answer.status_code, answer.get_json()) for answer in answers] == [(200, {"records": 1})] * 3
    assert status_of(ports, started) == (UploadStatus.READY, "event")
    assert client.get(f"/v1/files/{started['upload_id']}").status_code == 200


def test_a_bare_put_is_taken_in_under_the_key_it_was_meant_for(
    client: FlaskClient, store: FlaskClient, ports: Ports, send: Callable[..., int]
) -> None:
    """The event names incoming/; forms and the seed's client never confirm."""
    key = "uploads/u1/été à +1%.mp3"
    started = client.get("/s3/upload-url", query_string={"key": key}).get_json()
    transfer = {"url": started["url"], "headers": {"content-type": "audio/mpeg"}}
    assert send(transfer) == 200
    staged = ports.records.get(started["upload_id"])
    assert staged is not None

    event = notification(staged.object_key, name="ObjectCreated:Post")
    assert store.post(EVENTS, json=event, headers=SIGNED).status_code == 200

    file = ports.records.get(started["upload_id"])
    assert file is not None
    assert (file.status, file.object_key, file.confirmed_by) == (UploadStatus.READY, key, "event")
    song = client.post("/songs", json={"key": key, "title": "Été", "artist": "A", "mood": "sad"})
    assert (song.status_code, song.get_json()["song"]["title"]) == (201, "Été")


def test_the_clients_own_confirm_comes_later_and_says_more(
    client: FlaskClient, store: FlaskClient, started: dict[str, Any], send: Callable[..., int]
) -> None:
    """Its mood is not lost to the event; a second confirm changes nothing."""
    send(started["transfer"])
    store.post(EVENTS, json=notification(started["object_key"]), headers=SIGNED)
    confirm = f"/v1/uploads/{started['upload_id']}/confirm"

    first = client.post(confirm, json={"mood": "sad"})
    second = client.post(confirm, json={"mood": "happy"})

    assert (first.status_code, first.get_json()["mood"]) == (200, "sad")
    assert second.get_json() == first.get_json()


def test_an_event_of_nothing_changes_nothing(
    store: FlaskClient, started: dict[str, Any], written: Callable[[], list[str]]
) -> None:
    """Forged or early events, other buckets, keys and kinds all get the same answer."""
    before = written()
    key = started["object_key"]
    events = [
        notification(key),  # nothing has arrived
        notification(key, bucket="another"),
        notification(key, name="s3:ObjectRemoved:Delete"),
        notification(key, name="s3:ObjectCreatedX"),
        notification(f"uploads/u1/{UNKNOWN_ID}.mp3"),
        notification("../../etc/passwd\x00"),
        notification("uploads/\udcff".encode(errors="replace").decode()),
        {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "mybucket"},
        {"Records": []},
    ]

    answers = [store.post(EVENTS, json=event, headers=SIGNED) for event in events]

    assert {answer.status_code for answer in answers} == {200}
    assert written() == before


def test_an_event_is_held_against_what_was_declared(
    ports: Ports, store: FlaskClient, started: dict[str, Any], send: Callable[..., int]
) -> None:
    """As in a confirm: the object is rejected, and the store is not told."""
    assert send(started["transfer"], content_encoding="gzip") == 200

    answer = store.post(EVENTS, json=notification(started["object_key"]), headers=SIGNED)

    assert (answer.status_code, answer.get_json()) == (200, {"records": 1})
    assert status_of(ports, started) == (UploadStatus.REJECTED, None)
    assert ports.objects.keys() == []


def test_an_event_of_a_file_that_is_over_brings_nothing_back(
    ports: Ports, client: FlaskClient, store: FlaskClient, started: dict[str, Any], send: Callable[..., int]
) -> None:
    """A deleted file's event is replayed after its object was stored again."""
    send(started["transfer"])
    client.post(f"/v1/uploads/{started['upload_id']}/confirm")
    client.delete(f"/v1/files/{started['upload_id']}")
    assert send(started["transfer"]) == 200

    store.post(EVENTS, json=notification(started["object_key"]), headers=SIGNED)

    assert status_of(ports, started)[0] is UploadStatus.DELETED


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", f"Bearer {SECRET}x", f"Bearer {SECRET[:-1]}", f"Basic {SECRET}", "Bearer \xe9" * 9]
)
def test_a_stranger_is_refused_before_anything_is_read(
    ports: Ports, store: FlaskClient, started: dict[str, Any], send: Callable[..., int], header: str | None
) -> None:
    """Even with a malformed body, so it learns nothing."""
    send(started["transfer"])
    headers = {} if header is None else {"Authorization": header}

    for body in (notification(started["object_key"]), {"Records": "no"}):
        assert_problem(store.post(EVENTS, json=body, headers=headers), 401, "event_secret_invalid")

    assert status_of(ports, started) == (UploadStatus.PENDING, None)


def test_the_bare_secret_will_do(store: FlaskClient) -> None:
    """Some S3-like stores send it without Bearer."""
    assert store.post(EVENTS, json={"Records": []}, headers={"Authorization": SECRET}).status_code == 200


@pytest.mark.parametrize(
    ("sent", "status"),
    [(f"moodrop:{SECRET}", 200), (f":{SECRET}", 200), (f"{SECRET}:", 401), (f"moodrop:{SECRET}x", 401), (SECRET, 401)],
)
def test_the_secret_may_be_a_password(store: FlaskClient, sent: str, status: int) -> None:
    """VersityGW sends what its webhook's address contains, and nothing else."""
    header = {"Authorization": f"Basic {base64.b64encode(sent.encode()).decode()}"}
    assert store.post(EVENTS, json={"Records": []}, headers=header).status_code == status


def test_without_a_secret_there_is_no_such_address(client: FlaskClient) -> None:
    """Even with an empty secret in the request."""
    for headers in ({}, {"Authorization": ""}, {"Authorization": "Bearer "}):
        assert_problem(client.post(EVENTS, json={"Records": []}, headers=headers), 404, "route_not_found")


def test_a_users_token_is_no_secret_and_the_secret_no_token(
    ports: Ports, jwt_client: Callable[..., FlaskClient]
) -> None:
    """The address needs no user, and makes nobody one."""
    client = jwt_client(events_secret=SECRET)

    assert client.post(EVENTS, json={"Records": []}, headers=SIGNED).status_code == 200
    assert client.get("/v1/files", headers=SIGNED).status_code == 401


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"Records": "no"}, 422, "validation_failed"),
        ({"Records": [{"eventName": "s3:ObjectCreated:Put"}]}, 422, "validation_failed"),
        ({"Records": [{"eventName": 1, "s3": None}]}, 422, "validation_failed"),
        ({"Records": [notification("k")["Records"][0]] * 1001}, 422, "validation_failed"),
        ([], 400, "invalid_json"),
    ],
)
def test_a_body_that_is_no_notification_has_its_code(store: FlaskClient, body: Any, status: int, code: str) -> None:
    """Never a traceback."""
    assert_problem(store.post(EVENTS, json=body, headers=SIGNED), status, code)


@pytest.mark.parametrize("error", [StoreUnavailable, DatabaseUnavailable])
def test_an_outage_is_told_so_that_the_store_tells_again(
    ports: Ports, started: dict[str, Any], send: Callable[..., int], error: type[Exception]
) -> None:
    """MinIO keeps the event until it gets a 2xx. Whichever call fails, the repeat succeeds."""
    send(started["transfer"])
    fault = Fault(0, applied=False, error=error)
    store = events_client(with_fault(ports, fault))
    assert store.post(EVENTS, json={"Records": []}, headers=SIGNED).status_code == 200  # so the service is prepared
    event = notification(started["object_key"])
    codes = []
    for at in range(1, 8):
        fault.at, fault.calls = at, 0
        codes.append(store.post(EVENTS, json=event, headers=SIGNED).status_code)

    assert codes == [503, 503, 503, 200, 200, 200, 200]
    assert status_of(ports, started) == (UploadStatus.READY, "event")
