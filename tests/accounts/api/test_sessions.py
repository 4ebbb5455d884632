"""/v1/session: a token is exchanged for a cookie; what the cookie allows, and what it must not."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.accounts.secrets import digest_of
from service.ports import Ports
from service.settings import Settings
from service.shared.memory.collection import MemoryCollection
from tests.conftest import Clock
from tests.helpers.api import A_SONG, client_of
from tests.helpers.problems import assert_problem
from tests.helpers.tokens import bearer

JwtClient = Callable[..., FlaskClient]
NAME = "moodrop_session"
OWN = {"Sec-Fetch-Site": "same-origin"}
PUBLIC = "https://moodrop.example"
DAY_S = 86_400


@pytest.fixture
def client(jwt_client: JwtClient) -> FlaskClient:
    """What it is sent as a cookie is said in each test: it keeps none by itself."""
    client = jwt_client()
    return client.application.test_client(use_cookies=False)


def sign_in(client: FlaskClient, headers: dict[str, str] | None = None, **claims: Any) -> TestResponse:
    response = client.post("/v1/session", headers={**bearer(**claims), **(headers or {})})
    assert response.status_code == 201, response.text
    return response


def id_of(response: TestResponse) -> str:
    match = re.match(r"(?:__Host-)?moodrop_session=([^;]*)", response.headers["Set-Cookie"])
    assert match
    return match[1]


def cookie(session_id: str, **more: str) -> dict[str, str]:
    return {"Cookie": f"{NAME}={session_id}", **more}


def owner_of(client: FlaskClient, headers: dict[str, str]) -> Any:
    return client.get("/v1/session", headers=headers).get_json()["owner"]


# --- signing in ----------------------------------------------------------------------------------
def test_a_token_is_swapped_for_a_cookie(client: FlaskClient) -> None:
    """The answer equals that of GET; afterwards the cookie works in place of the token."""
    response = sign_in(client, scope="files:read")
    signed_in = cookie(id_of(response))

    assert response.get_json()["owner"] == "u1"
    session = client.get("/v1/session", headers=signed_in).get_json()
    assert (session["owner"], session["scopes"]) == ("u1", ["files:read"])
    assert client.get("/v1/files", headers=signed_in).status_code == 200
    assert_problem(client.post("/v1/uploads", json=A_SONG, headers={**signed_in, **OWN}), 403, "scope_missing")


def test_the_cookie_is_for_this_host_and_no_script(client: FlaskClient) -> None:
    """Over plain HTTP, where browsers accept no Secure cookie."""
    value, *attributes = sign_in(client).headers["Set-Cookie"].split("; ")

    assert re.fullmatch(NAME + r"=[\w-]{43}", value)
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(attributes)
    assert not [one for one in attributes if one.startswith("Domain") or one == "Secure"]


@pytest.mark.parametrize(
    ("settings", "environment"),
    [({"public_url": PUBLIC}, {}), ({}, {"wsgi.url_scheme": "https"})],
    ids=["PUBLIC_URL", "gunicorn's word"],
)
def test_under_https_the_cookie_is_secure(
    jwt_client: JwtClient, settings: dict[str, str], environment: dict[str, str]
) -> None:
    """__Host- means this very host over HTTPS only. A cookie without the prefix is ignored."""
    client = jwt_client(**settings).application.test_client(use_cookies=False)
    response = client.post("/v1/session", headers=bearer(), environ_overrides=environment)
    name, attributes = f"__Host-{NAME}", response.headers["Set-Cookie"].split("; ")

    def owner(cookie_name: str) -> Any:
        headers = {"Cookie": f"{cookie_name}={id_of(response)}"}
        return client.get("/v1/session", headers=headers, environ_overrides=environment).get_json()["owner"]

    assert attributes[0].startswith(f"{name}=")
    assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= set(attributes)
    assert (owner(name), owner(NAME)) == ("u1", None)


@pytest.mark.parametrize("header", ["X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded", "X-Forwarded-Ssl"])
def test_a_header_that_anybody_may_send_makes_no_https(client: FlaskClient, header: str) -> None:
    """Only gunicorn knows which proxies to trust."""
    response = sign_in(client, {header: "proto=https;host=evil.example" if header == "Forwarded" else "https"})

    assert "Secure" not in response.headers["Set-Cookie"]


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic dTpw"}, cookie("x" * 43)])
def test_without_a_token_there_is_no_cookie(client: FlaskClient, headers: dict[str, str]) -> None:
    """401, whatever other credentials are sent."""
    response = client.post("/v1/session", headers={**headers, **OWN})

    assert response.status_code == 401
    assert "Set-Cookie" not in response.headers


def test_a_cookie_makes_no_other_cookie(client: FlaskClient) -> None:
    """Otherwise a session could be extended for ever."""
    headers = cookie(id_of(sign_in(client)), **OWN)

    assert_problem(client.post("/v1/session", headers=headers), 401, "token_missing")


def test_a_bad_token_is_not_swapped(client: FlaskClient) -> None:
    """Expired, or forged."""
    assert_problem(client.post("/v1/session", headers=bearer(exp=1)), 401, "token_expired")
    assert_problem(client.post("/v1/session", headers={"Authorization": "Bearer x.y.z"}), 401, "token_invalid")


def test_in_open_mode_there_is_nothing_to_swap(ports: Ports) -> None:
    """Everybody is the local user already."""
    client = client_of(Settings(auth_mode="open"), ports)

    assert_problem(client.post("/v1/session", headers=bearer()), 401, "token_missing")
    assert client.delete("/v1/session").status_code == 204


# --- how long it lasts ---------------------------------------------------------------------------
def test_a_session_ends_with_its_token(client: FlaskClient, clock: Clock) -> None:
    """To the second, whatever the browser still sends."""
    exp = int(clock().timestamp()) + 5 * DAY_S
    response = sign_in(client, exp=exp)
    headers = cookie(id_of(response))

    assert f"Max-Age={5 * DAY_S}" in response.headers["Set-Cookie"]
    clock.pass_(5 * DAY_S - 1)
    assert client.get("/v1/files", headers=headers).status_code == 200
    clock.pass_(1)
    assert_problem(client.get("/v1/files", headers=headers), 401, "session_ended")


def test_a_session_ends_after_30_days(client: FlaskClient, clock: Clock) -> None:
    """Even if the token is valid for years, as a script's may be."""
    response = sign_in(client, exp=int(clock().timestamp()) + 3650 * DAY_S)

    assert f"Max-Age={30 * DAY_S}" in response.headers["Set-Cookie"]
    clock.pass_(30 * DAY_S)
    assert_problem(client.get("/v1/files", headers=cookie(id_of(response))), 401, "session_ended")


def test_signing_out_ends_the_session_at_once(client: FlaskClient) -> None:
    """For copies of the cookie too. The browser deletes its cookie, and may sign out again."""
    headers = cookie(id_of(sign_in(client)), **OWN)

    for _ in range(2):
        response = client.delete("/v1/session", headers=headers)
        assert (response.status_code, id_of(response)) == (204, "")
        assert "Max-Age=0" in response.headers["Set-Cookie"]
    assert_problem(client.get("/v1/files", headers=headers), 401, "session_ended")
    assert client.delete("/v1/session").status_code == 204


def test_who_you_are_is_told_after_the_end_too(client: FlaskClient) -> None:
    """The answer is nobody, and the browser deletes the useless cookie."""
    response = client.get("/v1/session", headers=cookie("x" * 43))

    assert (response.status_code, response.get_json()["owner"]) == (200, None)
    assert "Max-Age=0" in response.headers["Set-Cookie"]


# --- forged, planted, swapped --------------------------------------------------------------------
@pytest.mark.parametrize("forged", ["x" * 43, "a", "$ne", "é", "%00", "x" * 4000, '"a b"'])
def test_an_id_that_was_not_given_out_lets_nobody_in(client: FlaskClient, forged: str) -> None:
    """401 session_ended."""
    sign_in(client)
    headers = {"Cookie": f"{NAME}={forged}".encode().decode("latin-1")}

    assert_problem(client.get("/v1/files", headers=headers), 401, "session_ended")


@pytest.mark.parametrize("unreadable", ['{"$gt":""}', "a b", ""])
def test_what_is_no_cookie_is_none(client: FlaskClient, unreadable: str) -> None:
    """401 token_missing."""
    assert_problem(client.get("/v1/files", headers=cookie(unreadable)), 401, "token_missing")


def test_neither_digest_nor_token_is_an_id(client: FlaskClient) -> None:
    """The digest in the database opens no session, and neither does a JWT."""
    session_id = id_of(sign_in(client))
    for swapped in (digest_of(session_id), bearer()["Authorization"].split()[1]):
        assert_problem(client.get("/v1/files", headers=cookie(swapped)), 401, "session_ended")
    as_token = {"Authorization": f"Bearer {session_id}"}
    assert_problem(client.get("/v1/files", headers=as_token), 401, "token_invalid")


def test_an_id_that_was_planted_is_never_taken_over(client: FlaskClient) -> None:
    """Session fixation: whoever chose the id would be signed in with the victim."""
    planted = "planted" * 6
    response = sign_in(client, cookie(planted))

    assert id_of(response) != planted
    assert_problem(client.get("/v1/files", headers=cookie(planted)), 401, "session_ended")


def test_signing_in_anew_ends_the_session_before(client: FlaskClient) -> None:
    """Somebody may have seen the old id."""
    before = id_of(sign_in(client))
    after = id_of(sign_in(client, cookie(before), sub="u2"))

    assert (owner_of(client, cookie(before)), owner_of(client, cookie(after))) == (None, "u2")


def test_of_two_cookies_none_is_believed(client: FlaskClient) -> None:
    """Another port of this host can plant a cookie for a longer path, which browsers send first."""
    mine, theirs = id_of(sign_in(client)), id_of(sign_in(client, sub="evil"))
    for both in (f"{NAME}={theirs}; {NAME}={mine}", f"{NAME}={mine}; {NAME}={mine}"):
        assert_problem(client.get("/v1/files", headers={"Cookie": both}), 401, "session_ended")
        assert owner_of(client, {"Cookie": both}) is None


def test_each_session_has_an_id_of_its_own(client: FlaskClient) -> None:
    """Ending one leaves the other."""
    one, other = (id_of(sign_in(client)) for _ in range(2))
    client.delete("/v1/session", headers=cookie(one, **OWN))

    assert one != other
    assert owner_of(client, cookie(other)) == "u1"


def test_a_grant_goes_with_the_session(client: FlaskClient) -> None:
    """Its count too: uploads started by the cookie count against the token's limits."""
    claims = {"jti": "t1", "grant": {"max_files": 2, "content_types": ["audio/*"]}}
    headers = cookie(id_of(sign_in(client, **claims)), **OWN)

    assert client.post("/v1/uploads", json=A_SONG, headers=headers).status_code == 201
    video = {**A_SONG, "content_type": "video/mp4"}
    assert_problem(client.post("/v1/uploads", json=video, headers=headers), 415, "grant_type_not_allowed")
    assert client.post("/v1/uploads", json=A_SONG, headers=bearer(**claims)).status_code == 201
    assert_problem(client.post("/v1/uploads", json=A_SONG, headers=headers), 403, "grant_exhausted")
    assert client.get("/v1/session", headers=headers).get_json()["grant"]["left_files"] == 0


# --- a token in the header goes before the cookie ------------------------------------------------
def test_a_token_goes_before_the_cookie(client: FlaskClient) -> None:
    """A client that sends a token wants to act as its owner, wherever it comes from."""
    headers = cookie(id_of(sign_in(client)), **bearer(sub="u2"))

    assert owner_of(client, headers) == "u2"
    foreign = {**headers, "Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert client.post("/v1/uploads", json=A_SONG, headers=foreign).status_code == 201


def test_a_bad_token_is_not_made_good_by_the_cookie(client: FlaskClient) -> None:
    """Falling back to the cookie would hide the bad token."""
    headers = cookie(id_of(sign_in(client)), Authorization="Bearer x.y.z")

    assert_problem(client.get("/v1/files", headers=headers), 401, "token_invalid")


def test_a_proxys_own_password_leaves_the_cookie_alone(client: FlaskClient) -> None:
    """Basic credentials are not for this service."""
    assert owner_of(client, cookie(id_of(sign_in(client)), Authorization="Basic dTpw")) == "u1"


# --- writes come from our own page ---------------------------------------------------------------
OUR_PAGE: list[dict[str, str]] = [
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
    {"Origin": "http://localhost"},
]
NOT_OUR_PAGE: list[dict[str, str]] = [
    {},
    *({"Sec-Fetch-Site": site} for site in ("same-site", "cross-site", "none", "", "Same-Origin", "same-origin, x")),
    *({"Sec-Fetch-Site": site, "Origin": "http://localhost"} for site in ("same-site", "cross-site", "none")),
    {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost:3000", "Sec-Fetch-Mode": "navigate"},
    *(
        {"Origin": origin}
        for origin in (
            "http://localhost:3000",
            "https://localhost",
            "http://127.0.0.1",
            "http://localhost.evil.example",
            "http://evil.example",
            "http://LOCALHOST/",
            "http://listed.example",
            "null",
            "",
        )
    ),
]
WRITES = [
    ("POST", "/v1/uploads"),
    ("POST", "/v1/uploads/batch"),
    ("POST", "/v1/upload-tokens"),
    ("DELETE", "/v1/session"),
    ("PATCH", "/v1/files/01JD8ZK3V0X5W9QH2M4N6P7R8S"),
    ("DELETE", "/v1/files/01JD8ZK3V0X5W9QH2M4N6P7R8S"),
    ("POST", "/songs"),
    ("GET", "/s3/upload-url?key=uploads/u1/a.mp3"),
    ("HEAD", "/s3/upload-url?key=uploads/u1/a.mp3"),
    ("GET", "/s3/params?filename=a.mp3&type=audio/mpeg"),
    ("POST", "/s3/multipart"),
]


@pytest.mark.parametrize("page", NOT_OUR_PAGE, ids=repr)
def test_another_page_cannot_write_by_the_cookie(
    jwt_client: JwtClient, page: dict[str, str], written: Callable[[], list[str]]
) -> None:
    """403 foreign_origin for another port, a sibling domain, a listed page, and requests without an origin."""
    client = jwt_client(cors_origins="http://listed.example").application.test_client(use_cookies=False)
    headers = cookie(id_of(sign_in(client)), **page)

    for method, address in WRITES:
        response = client.open(address, method=method, headers=headers)
        assert response.status_code == 403, (method, address)
        if method != "HEAD":
            assert_problem(response, 403, "foreign_origin")
    assert written() == []
    assert owner_of(client, headers) == "u1"


@pytest.mark.parametrize("page", OUR_PAGE, ids=repr)
def test_our_own_page_writes_by_the_cookie(client: FlaskClient, page: dict[str, str]) -> None:
    """Old browsers send only Origin."""
    headers = cookie(id_of(sign_in(client)), **page)

    assert client.post("/v1/uploads", json=A_SONG, headers=headers).status_code == 201
    assert client.get("/s3/upload-url?key=uploads/u1/a.mp3", headers=headers).status_code == 200
    assert client.delete("/v1/session", headers=headers).status_code == 204


def test_behind_a_proxy_the_public_address_is_ours(jwt_client: JwtClient) -> None:
    """The address at which the proxy calls the service is not."""
    client = jwt_client(public_url=PUBLIC).application.test_client(use_cookies=False)
    headers = {"Cookie": f"__Host-{NAME}={id_of(sign_in(client))}"}

    def status(origin: str) -> int:
        return client.post("/v1/uploads", json=A_SONG, headers={**headers, "Origin": origin}).status_code

    assert [status(PUBLIC), status("http://localhost"), status("https://localhost")] == [201, 403, 403]


def test_reading_needs_no_word_of_the_browser(client: FlaskClient) -> None:
    """Typing the address of a download works too; no other page can read the answer."""
    headers = cookie(id_of(sign_in(client)), **{"Sec-Fetch-Site": "none"})

    for address in ("/v1/files", "/v1/uploads", "/v1/moods", "/songs"):
        assert client.get(address, headers=headers).status_code == 200


def test_the_id_is_not_kept(client: FlaskClient, ports: Ports) -> None:
    """The database stores only its hash."""
    session_id = id_of(sign_in(client))

    assert isinstance(ports.sessions, MemoryCollection)
    assert session_id not in repr(vars(ports.sessions))
    assert ports.sessions.get(digest_of(session_id))
