"""Histories over HTTP: what players may send, what their listeners get, and what nobody else does."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.app import create_app
from service.ports import Ports
from service.settings import Settings
from service.shared.model import Caller, Features
from service.shared.scopes import ALL_SCOPES
from service.uploads.usecases.files.edit import edit_file
from tests.builders import ALICE, SONG, a_file
from tests.conftest import Clock
from tests.helpers.api import UNKNOWN_ID
from tests.helpers.listening import a_report, a_song, report, with_history
from tests.helpers.problems import assert_problem

LOCAL = Caller("local", frozenset(ALL_SCOPES))


@pytest.fixture
def ports(ports: Ports) -> Ports:
    return with_history(ports)


@pytest.fixture
def client(ports: Ports) -> FlaskClient:
    return create_app(Settings(auth_mode="open"), ports).test_client()


def a_listen(file_id: str, started_at: object = "2026-11-21T11:50:00Z", heard: object = 150, **more: object) -> Any:
    return {"file_id": file_id, "started_at": started_at, "listened_seconds": heard, **more}


def send(client: FlaskClient, *listens: Any, session_id: str = "a-session") -> Any:
    return client.post("/v1/listens", json={"session_id": session_id, "listens": listens})


def body_of(client: FlaskClient, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200, response.text
    return response.json


def test_a_listen_is_reported_and_shown(client: FlaskClient, ports: Ports) -> None:
    song = a_song(ports, LOCAL, title="Blue")

    answered = send(client, a_listen(song.upload_id, "2026-11-21T12:50:00+01:00", mood="sad", source="mood"))

    assert (answered.status_code, answered.json) == (200, {"accepted": 1})
    [listen] = body_of(client, "/v1/history")["listens"]
    assert listen.pop("file") == body_of(client, f"/v1/files/{song.upload_id}")
    assert len(listen.pop("listen_id")) == 32
    assert listen == {
        "heard_at": "2026-11-21T11:50:00Z",
        "gone": False,
        "kind": "audio",
        "listened_seconds": 150.0,
        "duration_seconds": 200.0,
        "mood": "sad",
        "source": "mood",
        "counted": True,
    }
    assert body_of(client, f"/v1/files/{song.upload_id}/plays") == {"file_id": song.upload_id, "plays": 1}


def test_a_file_that_is_gone_is_shown_as_gone_and_nothing_else(client: FlaskClient, ports: Ports) -> None:
    song = a_song(ports, visibility="public", title="Secret")
    send(client, a_listen(song.upload_id, mood="sad"))
    edit_file(ports, ALICE, song.upload_id, {"visibility": "private"})

    [listen] = body_of(client, "/v1/history")["listens"]

    shown = {name: value for name, value in listen.items() if value is not None}
    assert shown == {"listen_id": listen["listen_id"], "heard_at": "2026-11-21T11:50:00Z", "gone": True}


def test_pages_go_on_where_the_last_one_ended(client: FlaskClient, ports: Ports) -> None:
    """Whatever is listened to in between; and a cursor fits no other question."""
    song = a_song(ports, LOCAL)
    for second in range(5):
        send(client, a_listen(song.upload_id, f"2026-11-21T11:50:0{second}Z"))

    first = body_of(client, "/v1/history?limit=3")
    send(client, a_listen(song.upload_id, "2026-11-21T11:59:00Z"))
    second = body_of(client, f"/v1/history?limit=3&cursor={first['next_cursor']}")

    times = [one["heard_at"][-3:-1] for one in first["listens"] + second["listens"]]
    assert (times, second["next_cursor"]) == (["04", "03", "02", "01", "00"], None)
    for other in ("kind=audio", "since=2026-01-01T00:00:00Z", "kind=video"):
        address = f"/v1/history?limit=3&{other}&cursor={first['next_cursor']}"
        assert_problem(client.get(address), 400, "invalid_cursor")
    assert_problem(client.get(f"/v1/jobs?cursor={first['next_cursor']}"), 400, "invalid_cursor")


def test_a_page_that_has_not_changed_is_not_sent_again(client: FlaskClient, ports: Ports) -> None:
    send(client, a_listen(a_song(ports, LOCAL).upload_id))
    etag = client.get("/v1/history").headers["ETag"]

    assert client.get("/v1/history", headers={"If-None-Match": etag}).status_code == 304


def test_a_history_may_be_of_one_kind_and_since_a_moment(client: FlaskClient, ports: Ports) -> None:
    song = a_song(ports, LOCAL)
    film = a_file(ports, LOCAL, content_type="video/mp4", metadata=song.metadata)
    send(client, a_listen(song.upload_id, "2026-11-21T11:00:00Z"), a_listen(film.upload_id, "2026-11-21T11:30:00Z"))

    def times(parameters: str) -> list[str]:
        return [one["heard_at"][11:16] for one in body_of(client, f"/v1/history?{parameters}")["listens"]]

    assert times("kind=video") == ["11:30"]
    assert times("kind=audio") == ["11:00"]
    assert times("since=2026-11-21T12:15:00%2B01:00") == ["11:30"]


def test_a_long_file_goes_on_where_one_stopped(client: FlaskClient, ports: Ports) -> None:
    lecture = a_song(ports, LOCAL, duration_seconds=3600)
    send(client, a_listen(lecture.upload_id, position_seconds=140.5))

    [one] = body_of(client, "/v1/history/unfinished")["unfinished"]

    assert one.pop("file")["file_id"] == lecture.upload_id
    assert one == {"position_seconds": 140.5, "duration_seconds": 3600.0, "at": "2026-11-21T11:52:30Z"}


def test_what_one_listened_to_can_be_deleted(client: FlaskClient, ports: Ports, clock: Clock) -> None:
    """One listen, all of one file, or everything; and once more, which is no error."""
    songs = [a_song(ports, LOCAL) for _ in range(3)]
    send(client, *(a_listen(song.upload_id, f"2026-11-21T11:50:0{at}Z") for at, song in enumerate(songs)))
    [newest, *_] = body_of(client, "/v1/history")["listens"]

    assert client.delete(f"/v1/history/{newest['listen_id']}").status_code == 204
    assert_problem(client.delete(f"/v1/history/{newest['listen_id']}"), 404, "listen_not_found")
    assert client.delete(f"/v1/history?file_id={songs[1].upload_id}").status_code == 204
    assert [one["file"]["file_id"] for one in body_of(client, "/v1/history")["listens"]] == [songs[0].upload_id]
    for _ in range(2):
        assert client.delete("/v1/history").status_code == 204
    assert body_of(client, "/v1/history") == {"listens": [], "next_cursor": None}
    clock.pass_(60)
    assert send(client, a_listen(songs[0].upload_id)).json == {"accepted": 0}


def test_history_is_switched_off_and_on(client: FlaskClient, ports: Ports) -> None:
    song = a_song(ports, LOCAL)
    assert body_of(client, "/v1/history/settings") == {"enabled": True}

    for _ in range(2):
        assert client.put("/v1/history/settings", json={"enabled": False}).json == {"enabled": False}
    assert send(client, a_listen(song.upload_id)).json == {"accepted": 0}
    assert client.put("/v1/history/settings", json={"enabled": True}).json == {"enabled": True}
    assert body_of(client, "/v1/history/settings") == {"enabled": True}


def test_a_server_without_history_says_so(ports: Ports) -> None:
    """What was kept before can still be read and deleted."""
    report(ports, a_report(ports, a_song(ports, LOCAL)), caller=LOCAL)
    client = create_app(Settings(auth_mode="open"), replace(ports, features=Features())).test_client()

    assert body_of(client, "/v1/session")["features"]["history"] is False
    assert body_of(client, "/v1/history/settings") == {"enabled": False}
    assert_problem(client.put("/v1/history/settings", json={"enabled": True}), 409, "history_off")
    assert len(body_of(client, "/v1/history")["listens"]) == 1
    assert client.delete("/v1/history").status_code == 204


def test_a_session_tells_that_there_is_a_history(client: FlaskClient) -> None:
    assert body_of(client, "/v1/session")["features"]["history"] is True


@pytest.mark.parametrize(
    "listen",
    [
        a_listen(UNKNOWN_ID, heard=-1),
        a_listen(UNKNOWN_ID, heard=1e13),
        a_listen(UNKNOWN_ID, heard="30"),
        a_listen(UNKNOWN_ID, heard=None),
        a_listen(UNKNOWN_ID, position_seconds=-1),
        a_listen(UNKNOWN_ID, 1795262400),
        a_listen(UNKNOWN_ID, "1795262400"),
        a_listen(UNKNOWN_ID, "2026-11-21"),
        a_listen(UNKNOWN_ID, "2026-11-21T11:50:00"),
        a_listen(UNKNOWN_ID, "0001-01-01T00:00:00+14:00"),
        a_listen(UNKNOWN_ID, "9999-12-31T23:59:59-14:00"),
        a_listen(UNKNOWN_ID, {"$gt": ""}),
        a_listen("../etc", heard=1),
        a_listen({"$ne": None}),
        a_listen(UNKNOWN_ID, source="elsewhere"),
        a_listen(UNKNOWN_ID, mood="x" * 41),
        a_listen(UNKNOWN_ID, owner="alice"),
        {"file_id": UNKNOWN_ID},
        "a listen",
    ],
    ids=json.dumps,
)
def test_a_listen_that_is_none_is_refused(client: FlaskClient, listen: Any) -> None:
    """With the whole request: only a defect or an attack sends it."""
    assert_problem(send(client, listen), 422, "validation_failed")


def test_endless_numbers_are_refused(client: FlaskClient) -> None:
    body = '{"session_id": "a-session", "listens": [{"file_id": "%s", "started_at": "2026-11-21T11:50:00Z", %s}]}'
    for number in ("1e999", "NaN", "Infinity"):
        sent = body % (UNKNOWN_ID, f'"listened_seconds": {number}')
        response = client.post("/v1/listens", data=sent, content_type="application/json")
        assert response.status_code in (400, 422), number


@pytest.mark.parametrize("session_id", ["", "short", "x" * 65, "a session", "a\nsession"])
def test_a_session_has_a_plain_name(client: FlaskClient, session_id: str) -> None:
    assert_problem(send(client, session_id=session_id), 422, "validation_failed")


def test_a_hundred_listens_are_taken_and_no_more(client: FlaskClient, ports: Ports) -> None:
    song = a_song(ports, LOCAL)
    start = ports.now() - timedelta(days=1)
    listens = [a_listen(song.upload_id, (start + timedelta(seconds=at)).isoformat()) for at in range(101)]

    assert_problem(send(client, *listens), 422, "validation_failed")
    assert body_of(client, "/v1/history")["listens"] == []
    assert send(client, *listens[:100]).json == {"accepted": 100}
    assert body_of(client, f"/v1/files/{song.upload_id}/plays")["plays"] == 100


def test_a_private_file_is_told_from_no_file_by_nothing(client: FlaskClient, ports: Ports) -> None:
    """Neither by a report, nor by its plays."""
    private = a_song(ports)
    answers = [
        [send(client, a_listen(file_id)), client.get(f"/v1/files/{file_id}/plays")]
        for file_id in (private.upload_id, UNKNOWN_ID)
    ]

    for known, unknown in zip(*answers, strict=True):
        assert (known.status_code, _without_names(known)) == (unknown.status_code, _without_names(unknown))
    assert SONG not in answers[0][0].data


def _without_names(answered: Any) -> Any:
    """Return what an answer says but for the names of the request and the file."""
    names = ("request_id", "detail", "error", "message")
    return {name: value for name, value in answered.json.items() if name not in names}


@pytest.mark.parametrize(
    "address",
    [
        "/v1/history?limit=0",
        "/v1/history?limit=201",
        "/v1/history?kind=image",
        "/v1/history?since=yesterday",
        "/v1/history?since=1795262400",
        "/v1/history?since=0001-01-01T00:00:00%2B14:00",
        "/v1/history?owner=alice",
        "/v1/history/unfinished?limit=51",
        "/v1/history/unfinished?cursor=x",
    ],
)
def test_a_question_that_is_none_is_refused(client: FlaskClient, address: str) -> None:
    assert_problem(client.get(address), 422, "validation_failed")
