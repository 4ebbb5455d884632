"""Upload tokens: narrower than the token they come from, valid only in their own address, and never shown again."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

import jwt
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.accounts.adapters.upload_tokens import ALGORITHM, AUDIENCE
from service.ports import Ports
from service.settings import Settings
from service.shared.memory.keyring import MemoryKeyring
from tests.builders import KEYRING
from tests.conftest import Clock
from tests.helpers.api import A_SONG, client_of
from tests.helpers.problems import assert_problem, fields_of
from tests.helpers.tokens import SECRET, bearer, claims, token
from tests.helpers.upload_tokens import OWN_SECRET, forge_upload_token

JwtClient = Callable[..., FlaskClient]
FILE = {"filename": "a.mp3", "type": "audio/mpeg"}
SIZED = {**FILE, "metadata[size]": "11"}


@pytest.fixture
def client(jwt_client: JwtClient) -> FlaskClient:
    return jwt_client()


def issued(client: FlaskClient, asked: dict[str, Any] | None = None, **token_claims: Any) -> dict[str, Any]:
    response = client.post("/v1/upload-tokens", json=asked or {}, headers=bearer(**token_claims))
    assert response.status_code == 201, response.text
    body: dict[str, Any] = response.get_json()
    return body


def params(client: FlaskClient, upload_token: str, **changed: Any) -> TestResponse:
    return client.get(f"/u/{upload_token}/s3/params", query_string={**FILE, **changed})


# --- what it is for ------------------------------------------------------------------------------
def test_uppy_uploads_by_the_address_alone(client: FlaskClient) -> None:
    """The upload belongs to whoever requested the token."""
    made = issued(client)
    assert made["companion_url"] == f"http://localhost/u/{made['upload_token']}"

    begun = client.post(f"/u/{made['upload_token']}/s3/multipart", json={**FILE, "metadata": {}})

    assert begun.status_code == 200
    assert params(client, made["upload_token"]).status_code == 200
    assert client.get(f"/v1/uploads/{begun.get_json()['uploadId']}", headers=bearer()).status_code == 200
    assert client.get(f"/v1/uploads/{begun.get_json()['uploadId']}", headers=bearer("u2")).status_code == 404


def test_the_address_is_the_public_one(jwt_client: JwtClient) -> None:
    """Behind a proxy, nobody could reach the address that the request itself came to."""
    made = issued(jwt_client(public_url="https://moodrop.example"))

    assert made["companion_url"] == f"https://moodrop.example/u/{made['upload_token']}"


def test_it_is_issued_in_open_mode_and_to_the_cookie(ports: Ports, client: FlaskClient) -> None:
    """Anyone who may upload can get one."""
    local = client_of(Settings(auth_mode="open"), ports)
    made = local.post("/v1/upload-tokens").get_json()
    assert params(local, made["upload_token"]).status_code == 200
    assert_problem(params(local, "x.y.z"), 401, "token_invalid")

    client.post("/v1/session", headers=bearer())
    response = client.post("/v1/upload-tokens", headers={"Sec-Fetch-Site": "same-origin"})
    assert params(client, response.get_json()["upload_token"]).status_code == 200


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer x.y.z"}])
def test_nobody_gets_none(client: FlaskClient, headers: dict[str, str]) -> None:
    """401, as elsewhere."""
    assert client.post("/v1/upload-tokens", headers=headers).status_code == 401


def test_who_may_not_upload_gets_none(client: FlaskClient) -> None:
    """403."""
    response = client.post("/v1/upload-tokens", headers=bearer(scope="files:read files:write"))

    assert_problem(response, 403, "scope_missing")


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"expires_in": 0}, "expires_in"),
        ({"expires_in": 3601}, "expires_in"),
        ({"expires_in": "60"}, "expires_in"),
        ({"max_files": 0}, "max_files"),
        ({"max_bytes": -1}, "max_bytes"),
        ({"content_types": []}, "content_types"),
        ({"content_types": ["*"]}, "content_types.0"),
        ({"content_types": ["audio"]}, "content_types.0"),
        ({"prefix": "uploads/u1"}, "prefix"),
        ({"scope": "admin"}, "scope"),
        ({"sub": "u2"}, "sub"),
        ({"content_types": [f"audio/{'x' * 70}{n}" for n in range(100)]}, "content_types"),
    ],
)
def test_what_cannot_be_asked_for(client: FlaskClient, asked: dict[str, Any], field: str) -> None:
    """422 that names the field; the last one would not fit into an address."""
    response = client.post("/v1/upload-tokens", json=asked, headers=bearer())

    assert fields_of(assert_problem(response, 422, "validation_failed")) == {field}


# --- how long it is good -------------------------------------------------------------------------
def test_it_expires(client: FlaskClient, clock: Clock) -> None:
    """To the second."""
    made = issued(client, {"expires_in": 60})
    assert (moment(made["expires_at"]) - moment(made["server_time"])).total_seconds() == 60

    clock.pass_(59)
    assert params(client, made["upload_token"]).status_code == 200
    clock.pass_(1)
    assert_problem(params(client, made["upload_token"]), 401, "token_expired")


def test_it_expires_with_the_token_that_got_it(client: FlaskClient, clock: Clock) -> None:
    """Whatever lifetime was requested."""
    exp = int(clock().timestamp()) + 100

    made = issued(client, {"expires_in": 3600}, exp=exp)

    assert moment(made["expires_at"]).timestamp() == exp


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


# --- never broader than whoever asks -------------------------------------------------------------
def granted(**grant: Any) -> dict[str, Any]:
    return {"jti": "t1", "grant": grant}


def test_it_inherits_the_grant(client: FlaskClient) -> None:
    """Types and counts: both tokens draw on the same limits."""
    narrowed = granted(content_types=["audio/*"], max_files=3)
    one, other = (issued(client, **narrowed)["upload_token"] for _ in range(2))

    assert_problem(params(client, one, type="video/mp4", filename="a.mp4"), 415, "grant_type_not_allowed")
    assert params(client, one, **SIZED).status_code == 200
    assert params(client, other, **SIZED).status_code == 200
    assert client.post("/v1/uploads", json=A_SONG, headers=bearer(**narrowed)).status_code == 201
    assert_problem(params(client, one, **SIZED), 403, "grant_exhausted")
    assert_problem(params(client, other, **SIZED), 403, "grant_exhausted")


def test_it_may_be_narrowed(client: FlaskClient) -> None:
    """Each upload token has a count of its own if its parent has none."""
    narrow = {"max_files": 1, "content_types": ["audio/mpeg"]}
    one, other = (issued(client, narrow)["upload_token"] for _ in range(2))

    assert_problem(params(client, one, type="audio/flac"), 415, "grant_type_not_allowed")
    assert [params(client, each, **SIZED).status_code for each in (one, other)] == [200, 200]
    assert_problem(params(client, one, **SIZED), 403, "grant_exhausted")
    assert client.post("/v1/uploads", json=A_SONG, headers=bearer()).status_code == 201


def test_a_limit_goes_on_from_what_is_spent(client: FlaskClient) -> None:
    """Two more of the ten after four are used, and never more than ten in all."""
    narrowed = granted(max_files=6)
    for _ in range(4):
        client.post("/v1/uploads", json=A_SONG, headers=bearer(**narrowed))
    two = issued(client, {"max_files": 1}, **narrowed)["upload_token"]
    many = issued(client, {"max_files": 100}, **narrowed)["upload_token"]

    assert [params(client, two, **SIZED).status_code for _ in range(2)] == [200, 403]
    assert [params(client, many, **SIZED).status_code for _ in range(2)] == [200, 403]
    assert_problem(client.post("/v1/uploads", json=A_SONG, headers=bearer(**narrowed)), 403, "grant_exhausted")


def test_bytes_are_limited_too(client: FlaskClient) -> None:
    """As in a grant, an upload without a size is refused."""
    narrow = issued(client, {"max_bytes": 20})["upload_token"]

    assert_problem(params(client, narrow), 403, "grant_needs_declaration")
    assert params(client, narrow, **SIZED).status_code == 200
    assert_problem(params(client, narrow, **SIZED), 403, "grant_exhausted")


@pytest.mark.parametrize(
    ("grant", "asked", "status", "code"),
    [
        ({"prefix": "uploads/u1/a/"}, {"prefix": "uploads/u1/"}, 403, "key_outside_grant"),
        ({"prefix": "uploads/u1/a/"}, {"prefix": "uploads/u1/ab/"}, 403, "key_outside_grant"),
        ({"content_types": ["audio/mpeg"]}, {"content_types": ["audio/*"]}, 415, "grant_type_not_allowed"),
        ({"content_types": ["audio/?"]}, {"content_types": ["audio/*"]}, 415, "grant_type_not_allowed"),
        ({"content_types": ["audio/*"]}, {"content_types": ["audio/mpeg", "video/mp4"]}, 415, "grant_type_not_allowed"),
    ],
)
def test_it_cannot_be_widened(
    client: FlaskClient, grant: dict[str, Any], asked: dict[str, Any], status: int, code: str
) -> None:
    """A caller cannot request what it may not do itself."""
    response = client.post("/v1/upload-tokens", json=asked, headers=bearer(**granted(**grant)))

    assert_problem(response, status, code)


@pytest.mark.parametrize(
    ("grant", "asked"),
    [
        ({"prefix": "uploads/u1/"}, {"prefix": "uploads/u1/a/"}),
        ({"content_types": ["audio/*"]}, {"content_types": ["audio/*", "audio/mpeg"]}),
        ({"content_types": ["*"]}, {"content_types": ["video/*"]}),
        ({"max_bytes": 5}, {"max_bytes": 50, "max_files": 3}),
    ],
)
def test_what_lies_within_is_given(client: FlaskClient, grant: dict[str, Any], asked: dict[str, Any]) -> None:
    """A wider request is cut to the caller's own limits."""
    issued(client, asked, **granted(**grant))


def test_a_count_is_remembered_as_long_as_the_token_that_is_counted(client: FlaskClient, clock: Clock) -> None:
    """If it were forgotten with the upload token, counting would restart at zero."""
    narrowed = granted(max_files=3)
    exp = int(clock().timestamp()) + 500_000
    made = issued(client, {"max_files": 1}, exp=exp, **narrowed)["upload_token"]

    payload = jwt.decode(made, OWN_SECRET, algorithms=[ALGORITHM], audience=AUDIENCE, options={"verify_exp": False})

    assert moment(payload["grant"]["expires_at"]).timestamp() == exp


# --- forged, and in the wrong place --------------------------------------------------------------
def test_it_is_no_bearer_token(client: FlaskClient) -> None:
    """Nor is it signed with a secret that bearer tokens use."""
    bad = [
        issued(client)["upload_token"],
        forge_upload_token(secret=SECRET),
        forge_upload_token(secret=SECRET, aud=...),
    ]
    for one in bad:
        headers = {"Authorization": f"Bearer {one}"}
        for address in ("/v1/files", "/v1/session", "/s3/params?filename=a.mp3&type=audio/mpeg"):
            assert_problem(client.get(address, headers=headers), 401, "token_invalid")
        assert_problem(client.post("/v1/upload-tokens", headers=headers), 401, "token_invalid")


FORGED: dict[str, Callable[[], str]] = {
    "a bearer token": token,
    "a bearer token with our audience": lambda: token(claims(aud=AUDIENCE, grant=None)),
    "a bearer token signed with our secret": lambda: token(claims(aud=AUDIENCE, grant=None), secret=OWN_SECRET),
    "another secret": lambda: forge_upload_token(secret="x" * 64),
    "that of another deployment": lambda: forge_upload_token(secret=MemoryKeyring().derive("upload-token")[0]),
    "that of cursors": lambda: forge_upload_token(secret=KEYRING.derive("cursor")[0]),
    "typ JWT": lambda: forge_upload_token(header={"typ": "JWT"}),
    "no audience": lambda: forge_upload_token(aud=...),
    "another audience": lambda: forge_upload_token(aud="moodrop"),
    "no exp": lambda: forge_upload_token(exp=...),
    "no sub": lambda: forge_upload_token(sub=...),
    "alg none": lambda: jwt.encode({"sub": "u1", "aud": AUDIENCE, "exp": 9**11}, None, algorithm="none"),
    "HS512": lambda: jwt.encode({"sub": "u1", "aud": AUDIENCE, "exp": 9**11}, OWN_SECRET, algorithm="HS512"),
    "no token": lambda: "x",
    "dots": lambda: "..",
    "not ASCII": lambda: "é.é.é",
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED.keys())
def test_a_forged_one_is_refused(client: FlaskClient, forged: Callable[[], str]) -> None:
    """401; a valid token or cookie beside it does not help."""
    client.post("/v1/session", headers=bearer())
    for headers in ({}, bearer(), {"Sec-Fetch-Site": "same-origin"}):
        response = client.get(f"/u/{forged()}/s3/params", query_string=FILE, headers=headers)

        assert_problem(response, 401, "token_invalid")


def test_the_address_leads_to_uppys_calls_alone(client: FlaskClient) -> None:
    """Nothing else is under it."""
    made = issued(client)["upload_token"]
    for address in ("/v1/uploads", "/v1/session", "/v1/upload-tokens", "/s3/upload-url", "/songs", ""):
        assert_problem(client.get(f"/u/{made}{address}"), 404, "route_not_found")


# --- never shown again ---------------------------------------------------------------------------
def test_no_answer_and_no_log_shows_it(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever goes wrong at that address."""
    made = issued(client)["upload_token"]
    caplog.set_level(logging.DEBUG)
    for method, rest in (
        ("GET", "/nope"),
        ("PUT", "/s3/params"),
        ("GET", "/s3/params"),
        ("GET", "/s3/params?filename=a&type=text/html"),
        ("POST", "/s3/multipart"),
        ("GET", "/s3/multipart/x?key=y"),
        ("DELETE", ""),
    ):
        for headers in ({}, {"X-Request-ID": made}, {"X-Request-ID": made[-64:]}):
            response = client.open(f"/u/{made}{rest}", method=method, headers=headers)

            assert response.status_code >= 400
            assert made not in response.text
            assert made not in str(response.headers)
    assert made not in caplog.text
