"""/v1/files and /v1/moods: pages, filters, cursors, downloads, deletion."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from itsdangerous import URLSafeSerializer

from tests.builders import KEYRING
from tests.conftest import Clock
from tests.helpers.api import SONG
from tests.helpers.problems import assert_problem, fields_of
from tests.helpers.tokens import bearer

AFile = Callable[..., dict[str, Any]]


def test_files_are_listed_by_mood_newest_first(client: FlaskClient, a_file: AFile, clock: Clock) -> None:
    """Without a filter, all of them; never pending uploads."""
    made = []
    for mood in ("happy", "sad", "happy", None):
        made.append(a_file(**({"mood": mood} if mood else {}))["file_id"])
        clock.pass_(1)

    def listed(query: str) -> list[str]:
        return [file["file_id"] for file in client.get(f"/v1/files{query}").get_json()["files"]]

    assert listed("") == made[::-1]
    assert listed("?mood=happy") == [made[2], made[0]]
    assert listed("?mood=neutral") == []


@pytest.mark.parametrize("limit", [1, 7, 50, 130, 200])
def test_pages_have_every_file_once_in_order(client: FlaskClient, a_file: AFile, clock: Clock, limit: int) -> None:
    """130 files, many of the same millisecond, by cursor: none twice, none missing, newest first."""
    made = []
    for number in range(130):
        made.append(a_file(mood="happy")["file_id"])
        clock.pass_(number % 3 == 0)

    seen, cursor = [], ""
    while True:
        page = client.get(f"/v1/files?mood=happy&limit={limit}{cursor}").get_json()
        assert len(page["files"]) <= limit
        seen += page["files"]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"

    ids = [file["file_id"] for file in seen]
    assert sorted(made) == sorted(ids)
    assert ids == [
        file["file_id"] for file in sorted(seen, key=lambda f: (f["created_at"], f["file_id"]), reverse=True)
    ]


def test_a_file_added_between_two_pages_shifts_nothing(client: FlaskClient, a_file: AFile, clock: Clock) -> None:
    """A cursor names a position, not a count."""
    made = []
    for _ in range(4):
        made.append(a_file()["file_id"])
        clock.pass_(1)
    first = client.get("/v1/files?limit=2").get_json()
    a_file()

    second = client.get(f"/v1/files?limit=2&cursor={first['next_cursor']}").get_json()

    assert [file["file_id"] for file in second["files"]] == [made[1], made[0]]


def test_uploads_have_pages_too(client: FlaskClient) -> None:
    """Unfinished uploads use the same cursors."""
    made = {client.post("/v1/uploads", json=_A_SONG).get_json()["upload_id"] for _ in range(5)}

    first = client.get("/v1/uploads?limit=3").get_json()
    second = client.get(f"/v1/uploads?limit=3&cursor={first['next_cursor']}").get_json()

    assert made == {upload["upload_id"] for upload in first["uploads"] + second["uploads"]}
    assert second["next_cursor"] is None


_A_SONG = {"filename": "a.mp3", "content_type": "audio/mpeg", "size_bytes": len(SONG)}


@pytest.fixture
def cursor(client: FlaskClient, a_file: AFile) -> str:
    """A cursor for the next page of happy files."""
    for _ in range(3):
        a_file(mood="happy")
    next_cursor: str = client.get("/v1/files?mood=happy&limit=1").get_json()["next_cursor"]
    return next_cursor


def _flipped(text: str, at: int) -> str:
    return text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]


@pytest.mark.parametrize(
    "forge",
    [
        lambda cursor: "",
        lambda cursor: "x",
        lambda cursor: cursor[:-1],
        lambda cursor: cursor[1:],
        lambda cursor: cursor + "A",
        lambda cursor: _flipped(cursor, 0),
        lambda cursor: _flipped(cursor, len(cursor) // 2),
        lambda cursor: _flipped(cursor, len(cursor) - 5),
        lambda cursor: cursor.rpartition(".")[0],
        lambda cursor: "." + cursor.rpartition(".")[2],
        lambda cursor: cursor.upper(),
        lambda cursor: quote("é\x00\n"),
        lambda cursor: "%ED%A0%80",
        lambda cursor: URLSafeSerializer("guessed", salt="cursor").dumps([0, "x", "y"]),
        lambda cursor: URLSafeSerializer(KEYRING.derive("cursor")[0], salt="another purpose").dumps([0, "x", "y"]),
    ],
)
def test_a_forged_cursor_is_refused(client: FlaskClient, cursor: str, forge: Callable[[str], str]) -> None:
    """400 invalid_cursor for anything that was not made here, down to the last bit."""
    response = client.get(f"/v1/files?mood=happy&limit=1&cursor={forge(cursor)}")

    assert_problem(response, 400, "invalid_cursor")


@pytest.mark.parametrize(
    "address", ["/v1/files?mood=sad&", "/v1/files?", "/v1/uploads?", "/v1/uploads?status=aborted&"]
)
def test_a_cursor_of_another_query_is_refused(client: FlaskClient, cursor: str, address: str) -> None:
    """It would skip or repeat rows there."""
    assert_problem(client.get(f"{address}cursor={cursor}"), 400, "invalid_cursor")


def test_a_cursor_of_another_owner_is_refused(jwt_client: Callable[..., FlaskClient]) -> None:
    """A cursor from somebody's log opens nothing."""
    client = jwt_client()
    for _ in range(2):
        client.post("/v1/uploads", json=_A_SONG, headers=bearer("u1"))
    cursor = client.get("/v1/uploads?limit=1", headers=bearer("u1")).get_json()["next_cursor"]

    assert client.get(f"/v1/uploads?cursor={cursor}", headers=bearer("u1")).status_code == 200
    assert_problem(client.get(f"/v1/uploads?cursor={cursor}", headers=bearer("u2")), 400, "invalid_cursor")


def test_a_cursor_is_good_for_another_page_size(client: FlaskClient, cursor: str) -> None:
    """Only the filters define the query."""
    assert len(client.get(f"/v1/files?mood=happy&limit=9&cursor={cursor}").get_json()["files"]) == 2


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=201", "limit"),
        ("limit=abc", "limit"),
        ("limit=", "limit"),
        ("limit=1e1", "limit"),
        ("limit=0x1", "limit"),
        ("limit=1.5", "limit"),
        ("limit=1.0", "limit"),
        ("limit=1_0", "limit"),
        ("limit=01", "limit"),
        ("limit=%2B1", "limit"),
        ("limit=%201", "limit"),
        ("limit=%D9%A1", "limit"),  # an Arabic-Indic 1
        ("limit=9" + "9" * 50, "limit"),
        ("limit=1&limit=2", "limit"),
        ("limit[$gt]=1", "limit[$gt]"),
        ("cursor=a&cursor=b", "cursor"),
        ("cursor=" + "x" * 2001, "cursor"),
        ("skip=10", "skip"),
        ("Limit=1", "Limit"),
        ("=1", ""),
    ],
)
@pytest.mark.parametrize("address", ["/v1/files", "/v1/uploads"])
def test_a_query_parameter_that_is_not_valid_is_named(
    client: FlaskClient, address: str, query: str, field: str
) -> None:
    """Out of range, unknown, or repeated: 422 instead of a guess."""
    problem = assert_problem(client.get(f"{address}?{query}"), 422, "validation_failed")

    assert fields_of(problem) == {field or "body"}


def test_files_are_listed_by_their_sizes(client: FlaskClient, a_file: AFile) -> None:
    """So a client can find files that are already stored before it sends them."""
    made = a_file()
    size = made["size_bytes"]

    files = client.get(f"/v1/files?size_bytes=0,{size},{10**14}").get_json()["files"]

    assert [file["file_id"] for file in files] == [made["file_id"]]
    assert client.get(f"/v1/files?size_bytes={size + 1}").get_json()["files"] == []
    by_size = {"query": {"size_bytes": str(size)}}
    rows = client.post("/v1/files/download-urls", json=by_size).get_json()["results"]
    assert [row["file_id"] for row in rows] == [made["file_id"]]


def test_a_hundred_sizes_are_the_most(client: FlaskClient) -> None:
    """A hundred long ones still fit into a request line."""
    sizes = [str(10**14 + number) for number in range(101)]

    assert client.get(f"/v1/files?size_bytes={','.join(sizes[:100])}").status_code == 200
    assert_problem(client.get(f"/v1/files?size_bytes={','.join(sizes)}"), 422, "validation_failed")


@pytest.mark.parametrize(
    "sizes", ["", "-1", "1.5", "1,", ",1", "1,,2", "01", "+1", "%201", "x", "1" * 16, "[$gt]", "%D9%A1"]
)
def test_a_size_that_is_none_is_refused(client: FlaskClient, sizes: str) -> None:
    """Never a guess at the intention."""
    problem = assert_problem(client.get(f"/v1/files?size_bytes={sizes}"), 422, "validation_failed")

    assert fields_of(problem) == {"size_bytes"}


@pytest.mark.parametrize("query", ["status=ready", "status=", "status=pending&status=aborted", "mood=happy"])
def test_an_upload_filter_that_is_not_one_is_refused(client: FlaskClient, query: str) -> None:
    """Confirmed uploads are files, and listed there."""
    assert_problem(client.get(f"/v1/uploads?{query}"), 422, "validation_failed")


@pytest.mark.parametrize("mood", ["angry", "", "Happy", "%00", "%FF", "happy%20", "[$ne]"])
def test_a_mood_that_is_not_in_the_list_is_refused(client: FlaskClient, mood: str) -> None:
    """An empty list would look like an answer."""
    assert_problem(client.get(f"/v1/files?mood={mood}"), 422, "mood_not_allowed")


def test_a_mood_given_twice_is_refused(client: FlaskClient) -> None:
    """Using only the first would answer another question."""
    assert fields_of(assert_problem(client.get("/v1/files?mood=happy&mood=sad"), 422, "validation_failed")) == {"mood"}


def test_moods_are_counted(client: FlaskClient, a_file: AFile) -> None:
    """Every configured mood in order, also those without files."""
    a_file(mood="sad")
    a_file(mood="sad")
    a_file()

    moods = client.get("/v1/moods").get_json()["moods"]

    assert moods == [{"mood": "happy", "files": 0}, {"mood": "sad", "files": 2}, {"mood": "neutral", "files": 0}]


def test_a_download_is_a_url_with_its_end(client: FlaskClient, ports: Any, a_file: AFile, clock: Clock) -> None:
    """The URL works until `expires_at`, by default for a minute."""
    file = a_file()

    download = client.get(f"/v1/files/{file['file_id']}/download").get_json()

    assert (download["method"], download["headers"]) == ("GET", {})
    assert (download["etag"], download["confirmed_at"]) == (file["etag"], file["confirmed_at"])
    assert (download["server_time"], download["expires_at"]) == ("2026-11-21T12:00:00Z", "2026-11-21T12:01:00Z")
    assert ports.objects.send(download["url"], at=clock()) == (200, SONG)


def test_a_download_may_live_as_long_as_asked(client: FlaskClient, a_file: AFile) -> None:
    """Up to SigV4's own seven days."""
    file_id = a_file()["file_id"]

    download = client.get(f"/v1/files/{file_id}/download?expires_in=604800").get_json()

    assert download["expires_at"] == "2026-11-28T12:00:00Z"


def test_a_download_may_be_a_redirect(client: FlaskClient, ports: Any, a_file: AFile, clock: Clock) -> None:
    """The stable address for players: a 302 that no cache keeps."""
    file_id = a_file()["file_id"]

    response = client.get(f"/v1/files/{file_id}/download?redirect=1&disposition=inline")

    assert response.status_code == 302
    assert response.headers["Cache-Control"] == "no-store"
    assert response.get_data() == b""
    assert ports.objects.send(response.headers["Location"], at=clock()) == (200, SONG)


def test_a_redirect_is_signed_for_the_method_that_was_asked_with(
    client: FlaskClient, ports: Any, a_file: AFile, clock: Clock
) -> None:
    """Players and link checkers send HEAD first, which the store refuses for a GET URL."""
    address = f"/v1/files/{a_file()['file_id']}/download?redirect=1"

    for method, body in (("HEAD", b""), ("GET", SONG)):
        response = client.open(address, method=method, headers={"Range": "bytes=0-"})
        assert (response.status_code, response.headers["Cache-Control"]) == (302, "no-store")
        assert ports.objects.send(response.headers["Location"], at=clock(), method=method) == (200, body)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("expires_in=0", "expires_in"),
        ("expires_in=-1", "expires_in"),
        ("expires_in=604801", "expires_in"),
        ("expires_in=soon", "expires_in"),
        ("expires_in=1&expires_in=2", "expires_in"),
        ("redirect=2", "redirect"),
        ("redirect=true", "redirect"),
        ("redirect=https://evil.example", "redirect"),
        ("disposition=attachment;filename=x", "disposition"),
        ("disposition=INLINE", "disposition"),
        ("filename=x", "filename"),
        ("response-content-type=text/html", "response-content-type"),
        ("versionId=null", "versionId"),
    ],
)
def test_a_download_parameter_that_is_not_valid_is_named(
    client: FlaskClient, a_file: AFile, query: str, field: str
) -> None:
    """The store never sees the query."""
    response = client.get(f"/v1/files/{a_file()['file_id']}/download?{query}")

    assert fields_of(assert_problem(response, 422, "validation_failed")) == {field}


def test_delete_removes_file_and_bytes_and_is_safe_to_repeat(client: FlaskClient, ports: Any, a_file: AFile) -> None:
    """204 each time; the file is in no list any more."""
    file = a_file(mood="happy")

    answers = [client.delete(f"/v1/files/{file['file_id']}") for _ in range(2)]

    assert [204, 204] == [response.status_code for response in answers]
    assert ports.objects.head("mybucket", file["object_key"]) is None
    assert client.get("/v1/files").get_json()["files"] == []
    assert client.get("/v1/moods").get_json()["moods"][0]["files"] == 0
    assert_problem(client.get(f"/v1/files/{file['file_id']}/download"), 404, "file_not_found")
