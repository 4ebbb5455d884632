"""GET /v1/files: words, types, tags, order and owner, over the API with cursors."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.conftest import Clock
from tests.helpers.api import A_SONG
from tests.helpers.problems import assert_problem, fields_of
from tests.helpers.tokens import bearer

AFile = Callable[..., dict[str, Any]]


def titles(client: FlaskClient, **asked: str) -> list[str | None]:
    """Return the titles of the first page."""
    response = client.get("/v1/files", query_string=asked)
    assert response.status_code == 200, response.get_data(as_text=True)
    return [file["title"] for file in response.get_json()["files"]]


@pytest.mark.parametrize(
    ("title", "queries"),
    [
        ("Tönë Straße", ["tone", "TÖNË", "to\N{COMBINING DIAERESIS}ne", "strasse", "STRAẞE", "tone stra", "stra t"]),
        ("İstanbul", ["istanbul", "İST", "Istan"]),
        ("日本の歌", ["日本", "日"]),
        ("my_tune_2024", ["tune", "my_tune", "2024", "20"]),
        ("AC/DC (live)", ["ac/dc", "(live)", "dc"]),
        ("x" * 200, ["x" * 40, "x" * 200]),
        ("a.*b", ["a.*b", "b a"]),
    ],
)
def test_a_title_is_found_however_it_is_typed(
    client: FlaskClient, a_file: AFile, title: str, queries: list[str]
) -> None:
    """Case, accents, order and punctuation do not matter; the beginning of a word is enough."""
    a_file(title=title)
    a_file(title="Other")

    for q in queries:
        assert titles(client, q=q) == [title], q


@pytest.mark.parametrize("q", [".*", "^", "tone|other", "(?i)tone", "one", "tone zz", "!", "_", "\x00", "🎵", "[t]one"])
def test_what_is_no_beginning_of_a_word_finds_nothing(client: FlaskClient, a_file: AFile, q: str) -> None:
    """A query is never a pattern, and every word of it must match."""
    a_file(title="Tone")

    assert titles(client, q=q) == []


def test_artist_album_tags_and_file_name_are_searched_too(client: FlaskClient, a_file: AFile) -> None:
    """A query's words may match in different fields."""
    a_file(title="T", artist="Zoë Kay", album="Nuit blanche", tags=["Live Set"], filename="Take_07.mp3")

    for q in ("zoe", "live", "blanche", "take", "07", "t zoe set nuit 07"):
        assert titles(client, q=q) == ["T"], q


def test_filters_hold_together(client: FlaskClient, a_file: AFile) -> None:
    """All of them must match."""
    a_file(title="1", mood="happy", tags=["a"])
    a_file(title="2", mood="sad", tags=["a", "b"])
    a_file(title="3", mood="happy", tags=["b"])
    a_file(title="4", content_type="video/mp4", filename="a.mp4")

    assert titles(client, tag="a", sort="title") == ["1", "2"]
    assert titles(client, tag="b", mood="happy") == ["3"]
    assert titles(client, tag="A") == titles(client, tag="") == []
    assert titles(client, content_type="video/*") == titles(client, content_type="video/mp4") == ["4"]
    assert titles(client, content_type="audio/*", mood="happy", q="mp3", sort="title") == ["1", "3"]
    assert titles(client, content_type="video/mp") == []


def test_files_come_in_the_order_asked_for(client: FlaskClient, a_file: AFile, clock: Clock) -> None:
    """By title without regard to case and accents, as people sort; by name if there is no title."""
    for title in ("b", "Äa", "C", "ab", "1"):
        a_file(title=title)
        clock.pass_(1)
    a_file(filename="aa z.mp3")

    assert titles(client, sort="title") == ["1", "Äa", None, "ab", "b", "C"]
    assert titles(client, sort="oldest") == ["b", "Äa", "C", "ab", "1", None]
    assert titles(client, sort="newest") == titles(client) == [None, "1", "ab", "C", "Äa", "b"]


@pytest.mark.parametrize("sort", ["newest", "oldest", "title"])
def test_pages_of_every_order_have_every_file_once(client: FlaskClient, a_file: AFile, sort: str) -> None:
    """Also for equal times and titles, and for titles of the greatest length."""
    long = "\ufdfa\U0001f3b5" * 100
    for title in (long, long, long, "same", "same", None, None):
        a_file(**({"title": title} if title else {}))
    whole = [file["file_id"] for file in client.get(f"/v1/files?sort={sort}").get_json()["files"]]

    seen, asked = [], {"sort": sort, "limit": "2"}
    while True:
        page = client.get("/v1/files", query_string=asked).get_json()
        seen += [file["file_id"] for file in page["files"]]
        if not page["next_cursor"]:
            break
        asked["cursor"] = page["next_cursor"]

    assert len(whole) == 7
    assert seen == whole


def test_a_cursor_refuses_any_other_filter(client: FlaskClient, a_file: AFile) -> None:
    """With one more, one less, another value or order, it would skip or repeat rows."""
    for _ in range(2):
        a_file(title="T", mood="happy", tags=["a"], visibility="public")
    queries = [
        dict(pair for pair in pairs if pair)
        for pairs in product(
            [None, ("q", "t"), ("q", "T")], [None, ("tag", "a")], [None, ("sort", "title")], [None, ("owner", "public")]
        )
    ] + [{"mood": "happy"}, {"content_type": "audio/*"}, {"content_type": "audio/mpeg"}, {"sort": "oldest"}]
    cursors = [
        client.get("/v1/files", query_string={**query, "limit": 1}).get_json()["next_cursor"] for query in queries
    ]

    for query in queries:
        for made_for, cursor in zip(queries, cursors, strict=True):
            response = client.get("/v1/files", query_string={**query, "cursor": cursor})
            if made_for == query:
                assert len(response.get_json()["files"]) == 1
            else:
                assert_problem(response, 400, "invalid_cursor")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("q=" + "x" * 201, "q"),
        ("tag=" + "x" * 41, "tag"),
        ("content_type=", "content_type"),
        ("content_type=audio", "content_type"),
        ("content_type=*/*", "content_type"),
        ("content_type=audio/mp*", "content_type"),
        ("content_type=.%2A/x", "content_type"),
        ("content_type=Audio/mpeg", "content_type"),
        ("content_type=audio/mpeg%0A", "content_type"),
        ("owner=", "owner"),
        ("owner=u2", "owner"),
        ("owner=ME", "owner"),
        ("sort=", "sort"),
        ("sort=size", "sort"),
        ("sort=-title", "sort"),
        ("visibility=private", "visibility"),
        ("q=a&q=b", "q"),
        ("tag[$ne]=a", "tag[$ne]"),
    ],
)
def test_a_filter_that_is_not_valid_is_named(client: FlaskClient, query: str, field: str) -> None:
    """That is better than an answer to another question."""
    assert fields_of(assert_problem(client.get(f"/v1/files?{query}"), 422, "validation_failed")) == {field}


@pytest.fixture
def theirs(jwt_client: Callable[..., FlaskClient], send: Callable[..., int]) -> dict[str, dict[str, Any]]:
    """A public and a private file of u2, and an unconfirmed public upload."""
    client, made = jwt_client(), {}
    for name, visibility in (("public", "public"), ("private", "private"), ("unsaid", None), ("pending", "public")):
        metadata = {"title": name, "mood": "happy", **({"visibility": visibility} if visibility else {})}
        made[name] = client.post("/v1/uploads", json={**A_SONG, **metadata}, headers=bearer("u2")).get_json()
        assert send(made[name]["transfer"]) == 200
        if name != "pending":
            address = f"/v1/uploads/{made[name]['upload_id']}/confirm"
            assert client.post(address, headers=bearer("u2")).status_code == 200
    return made


def test_public_files_of_others_are_listed_where_asked_for(
    jwt_client: Callable[..., FlaskClient], theirs: dict[str, Any]
) -> None:
    """With every filter; one's own list, counts and songs exclude them, and private ones appear nowhere."""
    client, mine = jwt_client(), bearer("u1")

    def listed(query: str = "") -> list[str]:
        return [file["title"] for file in client.get(f"/v1/files{query}", headers=mine).get_json()["files"]]

    assert listed() == []
    for query in ("", "&mood=happy", "&q=pub", "&content_type=audio/*", "&sort=title", "&sort=oldest"):
        assert listed(f"?owner=public{query}") == ["public"]
    assert listed("?owner=public&mood=sad") == listed("?owner=public&q=private") == listed("?owner=public&tag=x") == []
    assert {mood["files"] for mood in client.get("/v1/moods", headers=mine).get_json()["moods"]} == {0}
    assert client.get("/songs", headers=mine).get_json()["songs"] == []


def test_a_public_file_is_read_by_all_and_changed_by_its_owner(
    jwt_client: Callable[..., FlaskClient], theirs: dict[str, Any], ports: Any, clock: Clock
) -> None:
    """Others may see and download it, but not edit, delete or confirm it."""
    client, mine, file_id = jwt_client(), bearer("u1"), theirs["public"]["upload_id"]
    file = client.get(f"/v1/files/{file_id}", headers=mine)
    url = client.get(f"/v1/files/{file_id}/download", headers=mine).get_json()["url"]

    assert file.get_json()["title"] == "public"
    assert ports.objects.send(url, at=clock())[0] == 200
    for method, address, code in (
        ("PATCH", f"/v1/files/{file_id}", "file_not_found"),
        ("DELETE", f"/v1/files/{file_id}", "file_not_found"),
        ("GET", f"/v1/uploads/{file_id}", "upload_not_found"),
        ("DELETE", f"/v1/uploads/{file_id}", "upload_not_found"),
        ("POST", f"/v1/uploads/{file_id}/confirm", "upload_not_found"),
        ("POST", f"/v1/uploads/{file_id}/urls", "upload_not_found"),
    ):
        response = client.open(address, method=method, json={} if method != "GET" else None, headers=mine)
        assert_problem(response, 404, code)
    hers = client.get(f"/v1/files/{file_id}", headers=bearer("u2")).get_json()
    assert hers == file.get_json() | {"owner": "u2", "object_key": theirs["public"]["object_key"]}


def test_whose_a_public_file_is_and_its_key_are_told_to_its_owner_alone(
    jwt_client: Callable[..., FlaskClient], theirs: dict[str, Any]
) -> None:
    """No answer says so, except that the URL of the bytes contains the key (docs/api.md)."""
    client, file_id = jwt_client(), theirs["public"]["upload_id"]

    def owners_and_keys(headers: dict[str, str]) -> list[Any]:
        by_id = client.get(f"/v1/files/{file_id}", headers=headers).get_json()
        [listed] = client.get("/v1/files?owner=public", headers=headers).get_json()["files"]
        asked: tuple[dict[str, Any], ...] = ({"file_ids": [file_id]}, {"query": {"owner": "public"}})
        rows = [
            client.post("/v1/files/download-urls", json=body, headers=headers).get_json()["results"][0]
            for body in asked
        ]
        return [(file.get("owner"), file["object_key"]) for file in (by_id, listed, *rows)]

    key = theirs["public"]["object_key"]
    assert owners_and_keys(bearer("u2")) == [("u2", key)] * 2 + [(None, key)] * 2
    for others in (bearer("u1"), bearer("u1", "admin")):
        assert owners_and_keys(others) == [(None, None)] * 4
        for address in (f"/v1/files/{file_id}", "/v1/files?owner=public", "/v1/files?owner=public&sort=title"):
            response = client.get(address, headers=others)
            assert "u2" not in response.get_data(as_text=True) + str(response.headers)


@pytest.mark.parametrize("who", ["u1", "u2"])
def test_a_url_of_a_public_file_lives_no_longer_than_is_configured_for_others_than_its_owner(
    jwt_client: Callable[..., FlaskClient], theirs: dict[str, Any], ports: Any, clock: Clock, who: str
) -> None:
    """Whatever is requested: a URL cannot be revoked when the file becomes private again."""
    client, file_id, headers = jwt_client(download_url_expires_in=90), theirs["public"]["upload_id"], bearer(who)
    one = client.get(f"/v1/files/{file_id}/download?expires_in=604800", headers=headers).get_json()["url"]
    address = f"/v1/files/{file_id}/download?redirect=1&expires_in=604800"
    redirected = client.get(address, headers=headers).headers["Location"]
    asked: tuple[dict[str, Any], ...] = ({"file_ids": [file_id]}, {"query": {"owner": "public"}})
    many = [
        client.post("/v1/files/download-urls", json={**body, "expires_in": 604800}, headers=headers).get_json()
        for body in asked
    ]
    urls = [one, redirected, *(answer["results"][0]["url"] for answer in many)]

    clock.pass_(89)
    assert {ports.objects.send(url, at=clock())[0] for url in urls} == {200}
    clock.pass_(2)

    assert {ports.objects.send(url, at=clock())[0] for url in urls} == {403 if who == "u1" else 200}


@pytest.mark.parametrize("name", ["private", "unsaid", "pending"])
def test_what_is_not_public_is_not_found(
    jwt_client: Callable[..., FlaskClient], theirs: dict[str, Any], name: str
) -> None:
    """404, in every call that reads."""
    client, mine, file_id = jwt_client(), bearer("u1"), theirs[name]["upload_id"]

    for address in (
        f"/v1/files/{file_id}",
        f"/v1/files/{file_id}/download",
        f"/v1/files/{file_id}/download?redirect=1",
    ):
        assert_problem(client.get(address, headers=mine), 404, "file_not_found")
    [row] = client.post("/v1/files/download-urls", json={"file_ids": [file_id]}, headers=mine).get_json()["results"]
    assert (row["url"], row["error"]["code"]) == (None, "file_not_found")


def test_a_file_that_becomes_private_is_gone_for_the_others(
    jwt_client: Callable[..., FlaskClient], theirs: dict[str, Any]
) -> None:
    """At once, even for holders of its ETag; and the reverse."""
    client, mine, hers = jwt_client(), bearer("u1"), bearer("u2")
    shown, hidden = (f"/v1/files/{theirs[name]['upload_id']}" for name in ("public", "private"))
    etag = client.get(shown, headers=mine).headers["ETag"]

    client.patch(shown, json={"visibility": None}, headers=hers)
    client.patch(hidden, json={"visibility": "public"}, headers=hers)

    assert_problem(client.get(shown, headers={**mine, "If-None-Match": etag}), 404, "file_not_found")
    assert client.get(hidden, headers=mine).status_code == 200
    listed = client.get("/v1/files?owner=public", headers=mine).get_json()["files"]
    assert [file["title"] for file in listed] == ["private"]


def test_files_come_by_artist_by_album_and_by_length(client: FlaskClient, a_file: AFile) -> None:
    """Page by page; one artist or one album alone, without regard to case and accents."""
    a_file(title="1", artist="Zoë", album="B", duration_seconds=7)
    a_file(title="2", artist="abe", album="A")
    a_file(title="3", artist="ZOE", album="a", duration_seconds=70)
    a_file(title="4", duration_seconds=700)

    expected = {"artist": ["2", "3", "1", "4"], "album": ["2", "3", "1", "4"], "longest": ["4", "3", "1", "2"]}
    for sort, order in expected.items():
        assert titles(client, sort=sort) == order
        listed, cursor = [], None
        while cursor is not None or not listed:
            page = client.get(
                "/v1/files", query_string={"sort": sort, "limit": 1, **({"cursor": cursor} if cursor else {})}
            )
            listed += [file["title"] for file in page.get_json()["files"]]
            cursor = page.get_json()["next_cursor"]
        assert listed == order
    assert titles(client, artist="zoe", sort="oldest") == ["1", "3"]
    assert titles(client, album="A", sort="oldest") == ["2", "3"]
    assert titles(client, artist="zoë", album="b") == ["1"]
    assert titles(client, artist="") == ["4"]
    assert titles(client, artist="Zo") == []


def test_artists_and_albums_are_lists_of_their_own(client: FlaskClient, a_file: AFile) -> None:
    """With the number of files, an example and a cursor."""
    a_file(title="1", artist="Zoë", album="Hits", filename="first.mp3")
    a_file(title="2", artist="ZOE", album="Blue")
    a_file(title="3", artist="Abe", album="hits")
    a_file(title="4")

    def groups(kind: str, **asked: Any) -> list[tuple[Any, ...]]:
        page = client.get(f"/v1/{kind}", query_string=asked).get_json()
        rows = [(row["name"], row["artist"], row["files"], row["example"]["title"]) for row in page["groups"]]
        if page["next_cursor"]:
            rows += groups(kind, **{**asked, "cursor": page["next_cursor"]})
        return rows

    assert groups("artists", limit=1) == [("Abe", "Abe", 1, "3"), ("Zoë", "Zoë", 2, "1")]
    assert groups("albums", limit=1) == [("Blue", "ZOE", 1, "2"), ("Hits", None, 2, "1")]
    cursor = client.get("/v1/albums?limit=1").get_json()["next_cursor"]
    assert_problem(client.get(f"/v1/albums?limit=1&q=a&cursor={cursor}"), 400, "invalid_cursor")
    assert_problem(client.get(f"/v1/artists?cursor={cursor}"), 400, "invalid_cursor")


def test_artists_and_albums_are_filtered_as_files_are(client: FlaskClient, a_file: AFile) -> None:
    """With the number of the files that match, and the first of them; a mistyped word stands for the nearest."""
    a_file(title="Glasshouse", artist="Zoë", album="Hits", mood="sad")
    a_file(title="Ferry", artist="Zoë", album="Hits", mood="happy", tags=["live"])
    a_file(title="Salt", artist="Abe", album="Hits", mood="happy", content_type="video/mp4")

    def groups(kind: str, **asked: str) -> list[tuple[str, int, str]]:
        page = client.get(f"/v1/{kind}", query_string=asked).get_json()
        return [(group["name"], group["files"], group["example"]["title"]) for group in page["groups"]]

    assert groups("artists", mood="happy") == [("Abe", 1, "Salt"), ("Zoë", 1, "Ferry")]
    assert groups("albums", mood="happy") == [("Hits", 2, "Ferry")]
    for asked in ({"q": "ferr"}, {"q": "fery"}, {"tag": "live"}, {"artist": "ZOE", "mood": "happy"}):
        assert groups("albums", **asked) == [("Hits", 1, "Ferry")], asked
    assert groups("artists", content_type="video/*", album="hits") == [("Abe", 1, "Salt")]
    assert groups("artists", q="nothing like it") == []
    assert_problem(client.get("/v1/albums?mood=angry"), 422, "mood_not_allowed")


def test_a_word_that_is_mistyped_stands_for_the_nearest(client: FlaskClient, a_file: AFile) -> None:
    """Page by page, with the numbers of each mood; the words that are right stay, and what is near none finds none."""
    a_file(title="Glasshouse", artist="Lindqvist", mood="sad")
    a_file(title="Glasshouse", artist="Lindqvist", mood="happy")
    a_file(title="Glass", artist="Other", mood="sad")

    def counted(**asked: str) -> tuple[int, list[int]]:
        answer = client.get("/v1/moods", query_string=asked).get_json()
        return answer["files"], [mood["files"] for mood in answer["moods"]]

    assert titles(client, q="galsshouse") == ["Glasshouse", "Glasshouse"]
    assert titles(client, q="sad lindqvist") == titles(client, q="lindqist galss sad") == ["Glasshouse"]
    assert titles(client, q="lindqvist xyz") == titles(client, q="hapy zzzz") == []
    assert counted() == (3, [1, 2, 0])
    assert counted(q="glass") == (3, [1, 2, 0])
    assert counted(q="galsshouse") == (2, [1, 1, 0])
    assert counted(artist="other") == (1, [0, 1, 0])
    assert counted(q="nothing") == (0, [0, 0, 0])
    first = client.get("/v1/files?q=galsshouse&limit=1").get_json()
    second = client.get(f"/v1/files?q=galsshouse&limit=1&cursor={first['next_cursor']}").get_json()
    assert [len(first["files"]), len(second["files"])] == [1, 1]
    assert first["files"] != second["files"]
