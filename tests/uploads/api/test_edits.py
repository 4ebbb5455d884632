"""PATCH /v1/files/{id}, ETags, If-Match and 304."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.helpers.api import UNKNOWN_ID
from tests.helpers.problems import assert_problem, fields_of

AFile = Callable[..., dict[str, Any]]
Written = Callable[[], list[str]]
METADATA = {
    "mood": "happy",
    "title": "T",
    "artist": "A",
    "album": "B",
    "duration_seconds": 215.4,
    "tags": ["a"],
    "visibility": "public",
}
BARE = dict.fromkeys(METADATA) | {"tags": [], "visibility": "private"}


@pytest.mark.parametrize("field", METADATA)
def test_null_clears_a_field_and_what_is_left_out_stays(client: FlaskClient, a_file: AFile, field: str) -> None:
    """Each field by itself; the answer is the file in its new state."""
    address = f"/v1/files/{a_file(**METADATA)['file_id']}"

    edited = client.patch(address, json={field: None})

    assert edited.status_code == 200
    assert {name: edited.get_json()[name] for name in METADATA} == {**METADATA, field: BARE[field]}
    assert client.get(address).get_json() == edited.get_json()


def test_all_can_be_said_and_unsaid_at_once(client: FlaskClient, a_file: AFile) -> None:
    """One edit may change every field."""
    address = f"/v1/files/{a_file()['file_id']}"

    described = client.patch(address, json=METADATA).get_json()
    bare = client.patch(address, json=dict.fromkeys(METADATA)).get_json()

    assert {name: described[name] for name in METADATA} == METADATA
    assert {name: bare[name] for name in METADATA} == BARE


def test_nothing_but_metadata_changes(client: FlaskClient, a_file: AFile) -> None:
    """Bytes, name, times and key stay; only the revision goes up."""
    file = a_file()

    edited = client.patch(f"/v1/files/{file['file_id']}", json={"title": "New"}).get_json()

    assert edited == {**file, "title": "New", "revision": file["revision"] + 1}


def test_a_file_can_be_renamed(client: FlaskClient, a_file: AFile) -> None:
    """Search and downloads use the new name, cleaned as at the start; key and bytes stay."""
    file = a_file()
    address = f"/v1/files/{file['file_id']}"

    renamed = client.patch(address, json={"filename": "../Zo\u0308e.wav\n", "title": "T"}).get_json()

    assert renamed == {**file, "filename": "Zöe.wav", "title": "T", "revision": file["revision"] + 1}
    assert client.get("/v1/files?q=zoe").get_json()["files"] == [renamed]
    assert client.get("/v1/files?q=song").get_json()["files"] == []
    [row] = client.post("/v1/files/download-urls", json={"file_ids": [file["file_id"]]}).get_json()["results"]
    assert row["filename"] == "Zöe.wav"
    assert client.patch(address, json={"filename": "Zöe.wav"}).get_json() == renamed


def test_a_rename_meets_other_edits_as_any_edit_does(client: FlaskClient, a_file: AFile) -> None:
    """The second of two gets 412."""
    file = a_file()
    address = f"/v1/files/{file['file_id']}"
    seen = {"If-Match": f'"{file["file_id"]}.{file["revision"]}"'}

    assert client.patch(address, json={"filename": "a.mp3"}, headers=seen).status_code == 200
    assert_problem(client.patch(address, json={"filename": "b.mp3"}, headers=seen), 412, "file_changed")
    assert client.get(address).get_json()["filename"] == "a.mp3"


@pytest.mark.parametrize("field", ["title", "artist", "album"])
@pytest.mark.parametrize("blank", ["", "  ", "\u00a0\u3000", "\u200b\u202e"])
def test_a_blank_text_is_none(client: FlaskClient, a_file: AFile, field: str, blank: str) -> None:
    """In every call: a blank title is no title."""
    file = a_file(**{field: blank}, tags=[blank, "live", blank])
    address = f"/v1/files/{file['file_id']}"
    assert (file[field], file["tags"]) == (None, ["live"])

    assert client.patch(address, json={field: "T"}).get_json()[field] == "T"
    assert client.patch(address, json={field: blank}).get_json()[field] is None
    assert client.patch(address, json={"tags": [blank]}).get_json()["tags"] == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"titel": "x"}, "titel"),
        ({"filename": None}, "filename"),
        ({"filename": ""}, "filename"),
        ({"filename": 7}, "filename"),
        ({"filename": "x" * 4097}, "filename"),
        ({"content_type": "text/html"}, "content_type"),
        ({"owner": "u2"}, "owner"),
        ({"revision": 7}, "revision"),
        ({"$set": {"owner": "u2"}}, "$set"),
        ({"title": 7}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"artist": "a\nb"}, "artist"),
        ({"album": "a\nb"}, "album"),
        ({"duration_seconds": -1}, "duration_seconds"),
        ({"duration_seconds": "215.4"}, "duration_seconds"),
        ({"mood": {"$ne": None}}, "mood"),
        ({"tags": "live"}, "tags"),
        ({"tags": [None]}, "tags.0"),
        ({"tags": ["x"] * 21}, "tags"),
        ({"visibility": "Public"}, "visibility"),
        ({"visibility": True}, "visibility"),
    ],
)
def test_an_edit_that_is_not_valid_is_named_and_changes_nothing(
    client: FlaskClient, a_file: AFile, written: Written, body: dict[str, Any], field: str
) -> None:
    """An unknown, mistyped or overlong field, even beside a valid one."""
    address, before = f"/v1/files/{a_file()['file_id']}", written()

    problem = assert_problem(client.patch(address, json={"mood": "sad", **body}), 422, "validation_failed")

    assert fields_of(problem) == {field}
    assert written() == before


def test_a_mood_that_is_not_in_the_list_is_refused(client: FlaskClient, a_file: AFile, written: Written) -> None:
    """As in every other call."""
    address, before = f"/v1/files/{a_file()['file_id']}", written()

    for mood in ("angry", "", "Happy"):
        assert_problem(client.patch(address, json={"mood": mood, "title": "x"}), 422, "mood_not_allowed")

    assert written() == before


@pytest.mark.parametrize(
    ("if_match", "status"),
    [
        ("{now}", 200),
        ('"other", {now}', 200),
        ("{old}, {now}", 200),
        ("*", 200),
        ("{old}", 412),
        ("W/{now}", 412),
        ('"x"', 412),
        ("", 412),
        ("{bare}", 200),
        ('"{id}"', 412),
        ('"{id}."', 412),
        ('"{id}.-1"', 412),
        ('"{id}.99"', 412),
        ('"{id}.' + "9" * 5000 + '"', 412),
        ('"\u00b2.\u00b2"', 412),
        ('"' + UNKNOWN_ID + '.2"', 412),
        ('""', 412),
        ('"", {now}', 200),
    ],
)
def test_if_match_lets_an_edit_through_where_it_names_the_present_state(
    client: FlaskClient, a_file: AFile, if_match: str, status: int
) -> None:
    """As a strong ETag, anywhere in the list; another file's ETag does not count."""
    file_id = a_file()["file_id"]
    old = client.get(f"/v1/files/{file_id}").headers["ETag"]
    now = client.patch(f"/v1/files/{file_id}", json={"title": "now"}).headers["ETag"]
    words = {"{now}": now, "{old}": old, "{bare}": now.strip('"'), "{id}": file_id}
    for word, value in words.items():
        if_match = if_match.replace(word, value)

    response = client.patch(f"/v1/files/{file_id}", json={"title": "New"}, headers={"If-Match": if_match})

    if status == 412:
        assert_problem(response, 412, "file_changed")
    assert response.status_code == status
    assert client.get(f"/v1/files/{file_id}").get_json()["title"] == ("New" if status == 200 else "now")


def test_of_two_editors_the_second_is_told(client: FlaskClient, a_file: AFile) -> None:
    """Both read the same state; the second must read again first."""
    address = f"/v1/files/{a_file()['file_id']}"
    read = client.get(address).headers["ETag"]

    first = client.patch(address, json={"title": "one"}, headers={"If-Match": read})
    second = client.patch(address, json={"artist": "two"}, headers={"If-Match": read})
    again = client.patch(address, json={"artist": "two"}, headers={"If-Match": first.headers["ETag"]})

    assert_problem(second, 412, "file_changed")
    assert (again.get_json()["title"], again.get_json()["artist"]) == ("one", "two")


def test_a_list_tells_enough_for_an_edit(client: FlaskClient, a_file: AFile) -> None:
    """Every answer with a file has its revision: a confirm, an edit, a list."""
    confirmed = a_file()
    address = f"/v1/files/{confirmed['file_id']}"

    edited = client.patch(address, json={"title": "one"}, headers=if_match(confirmed))
    (listed,) = client.get("/v1/files").get_json()["files"]
    again = client.patch(address, json={"title": "two"}, headers=if_match(listed))
    late = client.patch(address, json={"title": "three"}, headers=if_match(listed))

    assert listed == edited.get_json()
    # The ETag goes on with the revision of what is derived, which nobody's edit has to know.
    assert if_match(again.get_json())["If-Match"] == client.get(address).headers["ETag"].replace("-0", "")
    assert_problem(late, 412, "file_changed")


def if_match(file: dict[str, Any]) -> dict[str, str]:
    return {"If-Match": f'"{file["file_id"]}.{file["revision"]}"'}


def test_a_file_that_was_not_changed_is_not_sent_again(client: FlaskClient, a_file: AFile) -> None:
    """304 without a body, until an edit."""
    address = f"/v1/files/{a_file()['file_id']}"
    etag = client.get(address).headers["ETag"]

    same = client.get(address, headers={"If-None-Match": etag})
    client.patch(address, json={"title": "New"})
    other = client.get(address, headers={"If-None-Match": etag})

    assert (same.status_code, same.get_data()) == (304, b"")
    assert same.headers["ETag"] == etag
    assert (other.status_code, other.get_json()["title"]) == (200, "New")
    assert other.headers["ETag"] != etag


def test_a_list_that_was_not_changed_is_not_sent_again(client: FlaskClient, a_file: AFile) -> None:
    """304 until a file in it is added, deleted or edited."""
    file_id = a_file(mood="happy")["file_id"]

    def list_happy(etag: str = "") -> tuple[int, str]:
        response = client.get("/v1/files?mood=happy", headers={"If-None-Match": etag} if etag else {})
        assert (response.status_code == 304) == (response.get_data() == b"")
        return response.status_code, response.headers["ETag"]

    _, etag = list_happy()
    assert list_happy(etag) == (304, etag)
    a_file(mood="sad")
    assert list_happy(etag)[0] == 304
    client.patch(f"/v1/files/{file_id}", json={"title": "New"})
    status, edited = list_happy(etag)
    assert (status, edited != etag) == (200, True)
    a_file(mood="happy")
    assert list_happy(edited)[0] == 200


def test_a_deleted_file_is_not_unchanged(client: FlaskClient, a_file: AFile) -> None:
    """404, whatever ETag the client has; nor can it be edited."""
    address = f"/v1/files/{a_file()['file_id']}"
    etag = client.get(address).headers["ETag"]
    client.delete(address)

    assert_problem(client.get(address, headers={"If-None-Match": etag}), 404, "file_not_found")
    assert_problem(client.patch(address, json={"title": "x"}, headers={"If-Match": etag}), 404, "file_not_found")
    assert_problem(client.patch(address, json={"title": "x"}, headers={"If-Match": "*"}), 404, "file_not_found")
