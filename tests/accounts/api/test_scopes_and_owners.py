"""What a token may do and whose files it reaches: every endpoint, each missing scope, and ids of other owners."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.helpers.api import A_SONG, UNKNOWN_ID
from tests.helpers.endpoints import ENDPOINTS, WITH_ID
from tests.helpers.problems import assert_problem
from tests.helpers.tokens import bearer

JwtClient = Callable[..., FlaskClient]
Written = Callable[[], list[str]]

SCOPES = ("uploads:write", "files:read", "files:write")


def test_each_operation_is_in_the_table(client: FlaskClient) -> None:
    """So that no new endpoint is forgotten here. Exempt are the store's webhook and signed addresses."""
    listed = {
        (method, re.sub(r"\{id\}|(?<=/)1$", "<id>", address.partition("?")[0])) for method, address, _, _ in ENDPOINTS
    }
    secured = {
        (method, re.sub(r"<id:\w+>", "<id>", rule.rule).replace("<kind>", "image").replace("<name>", "master"))
        for rule in client.application.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if str(rule.rule).startswith(("/v1/", "/s3/", "/songs"))
        and rule.rule not in ("/v1/session", "/v1/events/store", "/s3/calls/<signed>")
    }

    assert listed == secured


@pytest.mark.parametrize(("method", "address", "scope", "body"), ENDPOINTS)
def test_without_its_scope_an_endpoint_refuses(
    jwt_client: JwtClient, written: Written, method: str, address: str, scope: str, body: Any
) -> None:
    """403 scope_missing names the scope, and is decided before the id is looked up."""
    client = jwt_client()
    for scopes in (
        "",
        *SCOPES,
        " ".join(s for s in SCOPES if s != scope),
        "everything",
        "files:*",
        "ADMIN",
        ",".join(SCOPES),
    ):
        if scope in scopes.split():
            continue
        headers = bearer("u1", scopes)
        response = client.open(address.format(id=UNKNOWN_ID), method=method, json=body, headers=headers)

        assert scope in assert_problem(response, 403, "scope_missing")["detail"]
    assert written() == []


@pytest.mark.parametrize("scopes", ["its own", "admin"])
@pytest.mark.parametrize(("method", "address", "scope", "body"), ENDPOINTS)
def test_with_its_scope_alone_an_endpoint_serves(
    jwt_client: JwtClient, method: str, address: str, scope: str, body: Any, scopes: str
) -> None:
    """No endpoint needs more than one scope; admin includes all."""
    headers = bearer("u1", scope if scopes == "its own" else scopes)

    response = jwt_client().open(address.format(id=UNKNOWN_ID), method=method, json=body, headers=headers)

    assert response.status_code in (200, 201, 204, 404)


@pytest.fixture
def theirs(jwt_client: JwtClient, send: Callable[..., int]) -> dict[str, str]:
    """An upload and a file of u2, and one that u2 has deleted and one aborted."""
    client, headers = jwt_client(), bearer("u2")

    def begun() -> Any:
        started = client.post(
            "/v1/uploads", json={**A_SONG, "title": "of u2", "mood": "happy"}, headers=headers
        ).get_json()
        assert send(started["transfer"]) == 200
        return started["upload_id"]

    ids = {name: begun() for name in ("pending", "file", "deleted", "aborted")}
    for name in ("file", "deleted"):
        assert client.post(f"/v1/uploads/{ids[name]}/confirm", headers=headers).status_code == 200
    client.delete(f"/v1/files/{ids['deleted']}", headers=headers)
    client.delete(f"/v1/uploads/{ids['aborted']}", headers=headers)
    return ids


@pytest.mark.parametrize("state", ["pending", "file", "deleted", "aborted"])
@pytest.mark.parametrize(("method", "address", "scope", "body"), WITH_ID)
def test_anothers_id_is_not_found(
    jwt_client: JwtClient,
    written: Written,
    theirs: dict[str, str],
    method: str,
    address: str,
    scope: str,
    body: Any,
    state: str,
) -> None:
    """The same 404, to the letter, as for an unknown id; for admins too. Nothing is revealed or changed."""
    client, before = jwt_client(), written()

    for headers in (bearer("u1"), bearer("u1", "admin")):
        response = client.open(address.format(id=theirs[state]), method=method, json=body, headers=headers)
        absent = client.open(address.format(id=UNKNOWN_ID), method=method, json=body, headers=headers)

        code = "upload_not_found" if "/uploads/" in address or "/multipart/" in address else "file_not_found"
        problem = assert_problem(response, 404, code)
        assert problem["detail"].replace(theirs[state], UNKNOWN_ID) == absent.get_json(force=True)["detail"]
        assert "u2" not in response.get_data(as_text=True)
    assert before == written()


def test_lists_hold_ones_own_alone(jwt_client: JwtClient, theirs: dict[str, str]) -> None:
    """No file, upload, song or count of u2 ever shows up for u1."""
    client, mine = jwt_client(), bearer("u1")

    assert client.get("/v1/files", headers=mine).get_json()["files"] == []
    assert client.get("/v1/files?mood=happy", headers=mine).get_json()["files"] == []
    for status in ("pending", "aborted", "rejected"):
        assert client.get(f"/v1/uploads?status={status}", headers=mine).get_json()["uploads"] == []
    assert client.get("/songs", headers=mine).get_json()["songs"] == []
    assert {mood["files"] for mood in client.get("/v1/moods", headers=mine).get_json()["moods"]} == {0}
    assert [file["file_id"] for file in client.get("/v1/files", headers=bearer("u2")).get_json()["files"]] == [
        theirs["file"]
    ]


def test_owners_with_alike_names_stay_apart(jwt_client: JwtClient) -> None:
    """Names that differ in case or accents, or look like another owner's hash."""
    client = jwt_client()
    owners = ["u1", "U1", "u1 ", "é", "e\u0301", "u/1", "u-1"]
    keys = []
    for owner in owners:
        started = client.post("/v1/uploads", json=A_SONG, headers=bearer(owner)).get_json()
        keys.append(started["object_key"].split("/")[1])
        assert len(client.get("/v1/uploads", headers=bearer(owner)).get_json()["uploads"]) == 1

    assert len(set(keys)) == len(owners)
