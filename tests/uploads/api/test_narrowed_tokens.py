"""No call lets a narrowed token see uploads of its owner that were not started with it."""

import re
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.accounts.secrets import digest_of
from service.ports import Ports
from service.uploads.metadata import FileMetadata
from service.uploads.usecases.confirming.confirm import finalize
from tests.conftest import Clock
from tests.helpers.api import A_SONG, SONG, UNKNOWN_ID
from tests.helpers.endpoints import WITH_ID
from tests.helpers.problems import assert_problem
from tests.helpers.tokens import bearer
from tests.helpers.upload_tokens import forge_upload_token

GRANT = {"max_files": 50}
UPPYS = {"filename": "a.mp3", "type": "audio/mpeg"}
KEY = "uploads/u1/a b.mp3"
# Each call by id and, for Uppy's, by key; paths under /s3 also below an upload token.
OF_UPLOADS = [endpoint for endpoint in WITH_ID if "/files/" not in endpoint[1]]


def narrowed(jti: str = "n1", grant: Any = None, **more: Any) -> dict[str, str]:
    """Return the header of a token with a grant."""
    return bearer(**{"scope": "uploads:write", "jti": jti, "grant": GRANT if grant is None else grant, **more})


@pytest.fixture
def client(jwt_client: Callable[..., FlaskClient]) -> FlaskClient:
    return jwt_client()


def start(client: FlaskClient, headers: dict[str, str], **fields: Any) -> dict[str, Any]:
    response = client.post("/v1/uploads", json={**A_SONG, **fields}, headers=headers)
    assert response.status_code == 201, response.text
    started: dict[str, Any] = response.get_json()
    return started


def listed(client: FlaskClient, headers: dict[str, str], query: str = "") -> list[str]:
    uploads = client.get(f"/v1/uploads{query}", headers=headers).get_json()["uploads"]
    return [upload["upload_id"] for upload in uploads]


def begin_in_parts(client: FlaskClient, headers: dict[str, str], under: str = "") -> str:
    response = client.post(f"{under}/s3/multipart", json={**UPPYS, "metadata": {"size": "9000000"}}, headers=headers)
    assert response.status_code == 200, response.text
    upload_id: str = response.get_json()["uploadId"]
    return upload_id


def started_by_batch(client: FlaskClient, headers: dict[str, str]) -> str:
    [row] = client.post("/v1/uploads/batch", json={"uploads": [A_SONG]}, headers=headers).get_json()["results"]
    upload_id: str = row["upload"]["upload_id"]
    return upload_id


# Two unrelated tokens of the same owner.
STRANGERS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "the owner's own token": ({}, {}),
    "another jti": ({"jti": "x", "grant": GRANT}, {"jti": "y", "grant": GRANT}),
    "another issuer": ({"jti": "x", "iss": "a", "grant": GRANT}, {"jti": "x", "iss": "b", "grant": GRANT}),
    "nothing counted, another jti": ({"jti": "x", "grant": {}}, {"jti": "y", "grant": {}}),
    "no jti, another grant": ({"grant": {"content_types": ["audio/*"]}}, {"grant": {"content_types": ["*/*"]}}),
    "no jti, another time": ({"iat": 1, "grant": {}}, {"iat": 2, "grant": {}}),
    "no jti, another scope": ({"grant": {}}, {"scope": "uploads:write files:read", "grant": {}}),
    "a jti that is too long": ({"jti": "x" * 256, "grant": {}}, {"jti": "y" * 256, "grant": {}}),
}


@pytest.mark.parametrize("strangers", STRANGERS)
def test_tokens_are_told_apart(client: FlaskClient, strangers: str) -> None:
    """By all their claims; each sees what it started, and the owner's full token sees everything."""
    exp = int(time.time()) + 600
    theirs, mine = ({"scope": "uploads:write", "exp": exp, **names} for names in STRANGERS[strangers])
    if strangers == "the owner's own token":
        mine = {**mine, "grant": GRANT, "jti": "n1"}
    hers, his = start(client, bearer(**theirs))["upload_id"], start(client, bearer(**mine))["upload_id"]

    assert listed(client, bearer(**mine)) == [his]
    assert client.get(f"/v1/uploads/{his}", headers=bearer(**mine)).status_code == 200
    assert_problem(client.get(f"/v1/uploads/{hers}", headers=bearer(**mine)), 404, "upload_not_found")
    assert set(listed(client, bearer())) == {hers, his}


@pytest.mark.parametrize("kind", ["put", "parts", "staged", "file", "aborted"])
@pytest.mark.parametrize(("method", "address", "scope", "body"), OF_UPLOADS)
def test_what_others_started_is_not_found(
    client: FlaskClient,
    send: Callable[..., int],
    written: Callable[[], list[str]],
    kind: str,
    method: str,
    address: str,
    scope: str,
    body: Any,
) -> None:
    """The same answer, to the letter, as for an unknown id; nothing is revealed or changed."""
    if kind == "parts":
        upload_id = begin_in_parts(client, bearer())
    elif kind == "staged":
        upload_id = client.get("/s3/upload-url", query_string={"key": KEY}, headers=bearer()).get_json()["upload_id"]
    else:
        started = start(client, bearer(), title="of the owner")
        upload_id = started["upload_id"]
        send(started["transfer"])
        if kind == "file":
            client.post(f"/v1/uploads/{upload_id}/confirm", headers=bearer())
        if kind == "aborted":
            client.delete(f"/v1/uploads/{upload_id}", headers=bearer())
    issued = client.post("/v1/upload-tokens", headers=bearer()).get_json()["upload_token"]
    before = written()

    ways = [(narrowed(), ""), (narrowed(grant={}), "")] + [({}, f"/u/{issued}")] * address.startswith("/s3/")
    for headers, under in ways:
        response, absent = (
            client.open(under + address.format(id=one), method=method, json=body, headers=headers)
            for one in (upload_id, UNKNOWN_ID)
        )

        problem = assert_problem(response, 404, "upload_not_found")
        assert problem["detail"].replace(upload_id, UNKNOWN_ID) == absent.get_json(force=True)["detail"]
    assert written() == before


def test_lists_hold_what_was_started_with_the_token(client: FlaskClient) -> None:
    """In every state, by fingerprint, page by page; another token's cursor is refused."""
    for headers, is_narrowed in ((bearer(), False), (narrowed("a"), True), (narrowed("b"), True)):
        mine = [start(client, headers, fingerprint="one")["upload_id"] for _ in range(3)]
        client.delete(f"/v1/uploads/{mine[0]}", headers=headers)
        if is_narrowed:
            assert set(listed(client, headers)) == set(mine[1:])
            assert listed(client, headers, "?status=aborted") == mine[:1]
            assert set(listed(client, headers, "?fingerprint=one")) == set(mine[1:])
            page = client.get("/v1/uploads?limit=1", headers=headers).get_json()
            rest = client.get("/v1/uploads", query_string={"cursor": page["next_cursor"]}, headers=headers).get_json()
            assert {page["uploads"][0]["upload_id"], rest["uploads"][0]["upload_id"]} == set(mine[1:])
            others = client.get(
                "/v1/uploads", query_string={"cursor": page["next_cursor"], "limit": 1}, headers=bearer()
            )
            assert_problem(others, 400, "invalid_cursor")
    assert len(listed(client, bearer())) == 6


def test_many_at_once_hold_what_others_started_for_absent(client: FlaskClient, send: Callable[..., int]) -> None:
    """Row by row."""
    theirs, mine = start(client, bearer()), start(client, narrowed())
    for started in (theirs, mine):
        send(started["transfer"])

    asked = {"upload_ids": [theirs["upload_id"], mine["upload_id"], UNKNOWN_ID]}
    rows = client.post("/v1/uploads/confirm", json=asked, headers=narrowed()).get_json()["results"]

    assert [(row["error"] or {}).get("code") for row in rows] == ["upload_not_found", None, "upload_not_found"]
    assert listed(client, bearer()) == [theirs["upload_id"]]


@pytest.mark.parametrize("first", ["the owner's", "another's"])
def test_an_idempotency_key_is_the_tokens_own(client: FlaskClient, first: str) -> None:
    """The same Idempotency-Key leads to no other token's upload, in single or batch calls, and reveals none."""
    key = {"Idempotency-Key": "abc-12345678"}
    before = bearer() if first == "the owner's" else narrowed("other")
    one = start(client, {**before, **key})["upload_id"]
    many = started_by_batch(client, {**before, **key})

    mine = [start(client, {**narrowed(), **key})["upload_id"] for _ in range(2)]
    other_body = client.post("/v1/uploads", json={**A_SONG, "size_bytes": 1}, headers={**narrowed("third"), **key})
    row, again = (started_by_batch(client, {**narrowed(), **key}) for _ in range(2))

    assert mine[0] == mine[1] != one
    assert row == again != many
    assert other_body.status_code == 201
    assert start(client, {**before, **key})["upload_id"] == one


def test_no_idempotency_key_is_read_as_that_of_another_token(client: FlaskClient, ports: Ports) -> None:
    """Whatever characters the owner's key has."""
    mine = start(client, {**narrowed(), "Idempotency-Key": "0"})["upload_id"]
    upload = ports.records.get(mine)
    assert upload
    for key in (f"\\n{upload.started_with}\\n0", str(upload.started_with), f"{upload.started_with}\\n0"):
        headers = {**bearer(), "Idempotency-Key": key}
        assert started_by_batch(client, headers) != mine
        assert start(client, headers)["upload_id"] != mine


# --- keys that clients name ----------------------------------------------------------------------
def test_what_others_staged_is_not_settled(client: FlaskClient, ports: Any, clock: Clock) -> None:
    """Neither the download URL nor /songs confirms it; both answer as if it did not exist."""
    reader = narrowed(scope="uploads:write files:read")
    url = client.get("/s3/upload-url", query_string={"key": KEY}, headers=bearer()).get_json()["url"]
    body = {"key": KEY, "title": "Mine", "mood": "happy"}
    for _ in ("before the bytes", "after them"):
        assert_problem(client.get("/s3/download-url", query_string={"key": KEY}, headers=reader), 404, "file_not_found")
        assert_problem(client.post("/songs", json=body, headers=reader), 404, "file_not_found")
        ports.objects.send(url, at=clock(), body=SONG, headers={"content-type": "audio/mpeg"})
    assert len(listed(client, bearer())) == 1

    mine = client.get("/s3/upload-url", query_string={"key": KEY}, headers=reader).get_json()["url"]
    assert_problem(client.post("/songs", json=body, headers=reader), 409, "object_missing")
    ports.objects.send(mine, at=clock(), body=b"mine", headers={"content-type": "audio/mpeg"})
    song = client.post("/songs", json=body, headers=reader).get_json()["song"]

    assert ports.objects.send(song["audioFile"], at=clock()) == (200, b"mine")
    assert len(listed(client, bearer())) == 1


def test_what_it_staged_does_not_stand_in_the_owners_way(client: FlaskClient, ports: Any, clock: Clock) -> None:
    """It may replace nothing, so the key's file is served although it waits."""
    urls = [
        client.get("/s3/upload-url", query_string={"key": KEY}, headers=headers).get_json()["url"]
        for headers in (narrowed(), bearer())
    ]
    for url, body in zip(urls, (b"other", SONG), strict=True):
        clock.pass_(1)
        ports.objects.send(url, at=clock(), body=body, headers={"content-type": "audio/mpeg"})
    owners = ports.records.get(listed(client, bearer())[0])
    finalize(ports, owners, FileMetadata(), by="event")

    for _ in range(2):
        response = client.get("/s3/download-url", query_string={"key": KEY}, headers=bearer())
        assert (response.status_code, ports.objects.send(response.get_json()["url"], at=clock())) == (200, (200, SONG))


# --- what is made of a narrowed token ------------------------------------------------------------
def test_the_cookie_of_a_narrowed_token_is_as_narrow(client: FlaskClient, ports: Ports) -> None:
    """It reaches exactly the same uploads, also in sessions from an older version."""
    theirs, mine = start(client, bearer())["upload_id"], start(client, narrowed())["upload_id"]
    client.post("/v1/session", headers=narrowed())

    assert listed(client, {}) == [mine]
    assert_problem(client.get(f"/v1/uploads/{theirs}"), 404, "upload_not_found")

    client.post("/v1/session", headers=narrowed())
    cookie = client.get_cookie("moodrop_session")
    assert cookie
    session = ports.sessions.get(digest_of(cookie.value))
    assert session
    ports.sessions.remove(session.digest)
    ports.sessions.add(replace(session, caller=replace(session.caller, token_id=None)))
    begun = start(client, {"Sec-Fetch-Site": "same-origin"})["upload_id"]
    assert listed(client, {}) == [begun]


@pytest.mark.parametrize("is_narrowed", [False, True])
def test_each_upload_token_sees_its_own(client: FlaskClient, is_narrowed: bool) -> None:
    """Although they share a count: two people may hold them, neither being the issuer."""
    issuer = narrowed() if is_narrowed else bearer()
    one, other = (client.post("/v1/upload-tokens", headers=issuer).get_json()["upload_token"] for _ in range(2))
    before = begin_in_parts(client, issuer)
    upload_id = begin_in_parts(client, {}, f"/u/{one}")

    def seen(token: str, upload_id: str) -> int:
        return client.get(f"/u/{token}/s3/multipart/{upload_id}/1").status_code

    assert (seen(one, upload_id), seen(other, upload_id), seen(one, before)) == (200, 404, 404)
    assert listed(client, bearer()).count(upload_id) == 1
    assert (upload_id in listed(client, issuer)) != is_narrowed


def test_an_upload_token_may_be_renewed(client: FlaskClient, clock: Clock) -> None:
    """By its issuer, even after it expired: the new one continues the old one's uploads."""
    old = client.post("/v1/upload-tokens", json={"expires_in": 60}, headers=bearer()).get_json()["upload_token"]
    upload_id = begin_in_parts(client, {}, f"/u/{old}")
    clock.pass_(61)

    new = client.post("/v1/upload-tokens", json={"renews": old}, headers=bearer()).get_json()["upload_token"]

    assert client.get(f"/u/{new}/s3/multipart/{upload_id}/1").status_code == 200
    assert_problem(client.get(f"/u/{old}/s3/multipart/{upload_id}/1"), 401, "token_expired")


def test_nobody_renews_anothers(client: FlaskClient) -> None:
    """422 for another owner's token, one that a narrowed token did not issue, and anything else."""
    owners = client.post("/v1/upload-tokens", headers=bearer()).get_json()["upload_token"]
    grants = client.post("/v1/upload-tokens", headers=narrowed()).get_json()["upload_token"]
    cases = [
        (bearer("u2"), owners),
        (narrowed(), owners),
        (narrowed("other"), grants),
        (narrowed("third", grant={}), grants),
        (bearer(), bearer()["Authorization"].removeprefix("Bearer ")),
        (bearer(), "x"),
        (bearer(), owners[:-4] + "AAAA"),
    ]
    for headers, renews in cases:
        response = client.post("/v1/upload-tokens", json={"renews": renews}, headers=headers)
        problem = assert_problem(response, 422, "validation_failed")
        assert [row["field"] for row in problem["errors"]] == ["renews"]
        assert renews not in response.text or renews == "x"
    for headers, renews in ((narrowed(), grants), (bearer(), grants), (bearer(), owners)):
        assert client.post("/v1/upload-tokens", json={"renews": renews}, headers=headers).status_code == 201


def test_a_signed_call_is_for_the_upload_that_the_token_started(client: FlaskClient) -> None:
    """It is issued for no other upload, and reaches no other."""
    theirs, mine = begin_in_parts(client, bearer()), begin_in_parts(client, narrowed())
    for method in ("GET", "POST", "DELETE"):
        body = {"method": method, "key": "", "uploadId": theirs}
        for upload_id, status in ((theirs, 404), (mine, 200)):
            key = client.get(f"/v1/uploads/{upload_id}", headers=bearer()).get_json()["object_key"]
            response = client.post("/s3/presign", json={**body, "key": key, "uploadId": upload_id}, headers=narrowed())
            assert response.status_code == status
    url = response.get_json()["url"]
    assert re.search(r"/s3/calls/[^/]+$", url)
    assert client.delete(url.partition("localhost")[2]).status_code == 204
    assert client.get(f"/v1/uploads/{theirs}", headers=bearer()).get_json()["status"] == "pending"


def test_an_upload_token_of_an_older_version_sees_what_it_starts(client: FlaskClient, ports: Ports) -> None:
    """It has no id of its own, and is valid for at most an hour."""
    old, other = forge_upload_token(exp=int(time.time()) + 600), forge_upload_token(exp=int(time.time()) + 601)
    upload_id = begin_in_parts(client, {}, f"/u/{old}")

    assert client.get(f"/u/{old}/s3/multipart/{upload_id}/1").status_code == 200
    assert client.get(f"/u/{other}/s3/multipart/{upload_id}/1").status_code == 404
    assert ports.records.get(upload_id).started_with  # type: ignore[union-attr]


def test_uploads_of_older_versions_belong_to_no_narrowed_token(client: FlaskClient, ports: Ports) -> None:
    """Their documents do not say which token started them."""
    upload_id = start(client, narrowed())["upload_id"]
    ports.records.change(upload_id, {}, {"started_with": None})

    assert listed(client, narrowed()) == []
    assert_problem(client.get(f"/v1/uploads/{upload_id}", headers=narrowed()), 404, "upload_not_found")
    assert listed(client, bearer()) == [upload_id]
