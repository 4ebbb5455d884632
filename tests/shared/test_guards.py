"""Who needs no token, and from which pages a cookie counts: each rule of both guards by itself."""

from collections.abc import Callable, Mapping

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.app import create_app
from service.ports import Ports
from service.settings import Settings
from service.shared.api.origins import (
    is_https,
    is_write,
    own_origin,
    require_own_page,
)
from service.shared.errors import ForeignOrigin
from tests.helpers.problems import assert_problem

CROSS = {"Sec-Fetch-Site": "cross-site"}
FOLLOWED = {**CROSS, "Sec-Fetch-Mode": "navigate"}
PUBLIC = "https://moodrop.example"


def detail_of(client: FlaskClient, code: str, method: str = "GET", path: str = "/v1/files", **options: object) -> str:
    return str(assert_problem(client.open(path, method=method, **options), 403, code)["detail"])


# --- open mode -------------------------------------------------------------------------------------
def test_a_refusal_of_another_machine_names_it(client: FlaskClient) -> None:
    """By its address, by the requested Host, and by the proxy's header."""
    there = {"REMOTE_ADDR": "10.0.0.5"}

    assert detail_of(client, "not_local", environ_overrides=there) == "the request comes from 10.0.0.5"
    named = "the request was sent to 'evil.example', which is not this machine's own name"
    assert detail_of(client, "not_local", headers={"Host": "evil.example:5000"}) == named
    proxied = "the request came through a proxy, as its header 'Via' says"
    assert detail_of(client, "not_local", headers={"Via": "1.1 x"}) == proxied


def test_a_long_name_is_told_in_part(client: FlaskClient) -> None:
    """The refusal does not echo everything that was sent."""
    long = "a" * 100 + "b" * 50

    assert "'" + "a" * 100 + "'" in detail_of(client, "not_local", headers={"Host": long})


def test_no_name_is_not_this_machines(client: FlaskClient) -> None:
    """An empty Host is refused as such."""
    assert "sent to ''" in detail_of(client, "not_local", headers={"Host": ""})


@pytest.mark.parametrize(
    ("headers", "who"),
    [
        ({"Origin": "http://evil.example"}, "http://evil.example"),
        ({"Origin": "null"}, "null"),
        (CROSS, "another site"),
        ({"Sec-Fetch-Site": "same-site"}, "another site"),
        ({**CROSS, "Origin": "http://localhost"}, "http://localhost"),
    ],
)
def test_a_refusal_of_another_page_names_it(client: FlaskClient, headers: dict[str, str], who: str) -> None:
    """By its origin, if the browser sends it."""
    assert detail_of(client, "foreign_origin", headers=headers) == f"the request comes from {who}"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/s3/upload-url?key=uploads/local/a"),
        ("GET", "/s3/params?filename=a.mp3&type=audio/mpeg"),
        ("HEAD", "/v1/files"),
        ("OPTIONS", "/v1/files"),
        ("POST", "/v1/uploads"),
        ("DELETE", "/v1/files/01JD8ZK3V0X5W9QH2M4N6P7R8S"),
    ],
)
def test_a_followed_link_writes_nothing(client: FlaskClient, method: str, path: str) -> None:
    """Two GET addresses start an upload, so links from other sites must not reach them."""
    response = client.open(path, method=method, headers=FOLLOWED)

    assert response.status_code == 403
    assert client.get("/v1/uploads").get_json()["uploads"] == []


@pytest.mark.parametrize("mode", ["cors", "no-cors", "same-origin", "Navigate", ""])
def test_a_page_that_asks_is_no_followed_link(client: FlaskClient, mode: str) -> None:
    """Only `navigate` is; a request without the header is not."""
    detail_of(client, "foreign_origin", headers={**CROSS, "Sec-Fetch-Mode": mode})
    detail_of(client, "foreign_origin", headers=CROSS)
    assert client.get("/v1/files", headers=FOLLOWED).status_code == 200


def test_a_listed_page_on_the_network_still_needs_to_be_listed(ports: Ports) -> None:
    """ALLOW_OPEN_ON_NETWORK ignores addresses, but checks every origin."""
    listed = "http://app.example"
    given = Settings(auth_mode="open", host="0.0.0.0", allow_open_on_network=True, cors_origins=listed)
    client = create_app(given, ports).test_client()
    there = {"environ_overrides": {"REMOTE_ADDR": "10.0.0.5"}}

    for headers in ({"Origin": listed, **CROSS}, {"Origin": listed}, {"Host": "box.lan", "Origin": "http://box.lan"}):
        assert client.get("/v1/files", headers=headers, **there).status_code == 200
    detail_of(client, "foreign_origin", headers={"Host": "box.lan", "Origin": "http://box.lan:81"}, **there)


def test_in_open_mode_the_page_at_the_public_url_is_ours(ports: Ports) -> None:
    """Behind an HTTPS proxy, the request itself arrives over HTTP."""
    public = {"Origin": PUBLIC, "Host": "moodrop.example", "Sec-Fetch-Site": "same-origin"}
    given = Settings(auth_mode="open", host="0.0.0.0", allow_open_on_network=True, public_url=PUBLIC)

    assert create_app(given, ports).test_client().get("/v1/files", headers=public).status_code == 200
    plain = create_app(given.model_copy(update={"public_url": ""}), ports).test_client()
    detail_of(plain, "foreign_origin", headers=public)
    detail_of(plain, "foreign_origin", headers={"Origin": ""})


# --- what a cookie is believed from ----------------------------------------------------------------
@pytest.fixture
def app(ports: Ports) -> Flask:
    return create_app(Settings(auth_mode="open"), ports)


@pytest.mark.parametrize(
    ("method", "path", "writes"),
    [
        ("GET", "/v1/files", False),
        ("HEAD", "/v1/files", False),
        ("OPTIONS", "/v1/uploads", False),
        ("GET", "/s3/download-url?key=a", False),
        ("GET", "/s3/upload-url?key=a", True),
        ("GET", "/s3/params?filename=a&type=a/b", True),
        ("POST", "/v1/uploads", True),
        ("PUT", "/v1/files", True),
        ("PATCH", "/v1/files/x", True),
        ("DELETE", "/v1/files/x", True),
    ],
)
def test_what_counts_as_a_write(app: Flask, method: str, path: str, writes: bool) -> None:
    """Every writing method, and the GET calls that start an upload."""
    with app.test_request_context(path, method=method):
        assert is_write() is writes


@pytest.fixture
def require(app: Flask) -> Callable[..., str | None]:
    """Return the refusal of `require_own_page` for a POST with these headers; None if it passes."""

    def check(headers: Mapping[str, str], public_url: str = "") -> str | None:
        with app.test_request_context("/v1/uploads", method="POST", headers=dict(headers)):
            try:
                require_own_page(Settings(auth_mode="open", public_url=public_url))
            except ForeignOrigin as error:
                return error.detail
        return None

    return check


@pytest.mark.parametrize(
    ("headers", "who"),
    [
        ({}, "another site"),
        ({"Origin": "http://evil.example"}, "http://evil.example"),
        ({"Origin": "http://localhost:5000"}, "http://localhost:5000"),
        ({"Origin": "http://localhost/"}, "http://localhost/"),
        ({"Sec-Fetch-Site": "same-site"}, "another site"),
        ({"Sec-Fetch-Site": "none"}, "another site"),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, "http://localhost"),
    ],
)
def test_a_cookie_is_not_believed_from_another_page(
    require: Callable[..., str | None], headers: dict[str, str], who: str
) -> None:
    """Sec-Fetch-Site takes precedence over Origin; the refusal names the page."""
    assert require(headers) == f"a cookie alone does not let {who} write"


@pytest.mark.parametrize(
    ("headers", "public_url"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, ""),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://odd.example"}, ""),
        ({"Origin": "http://localhost"}, ""),
        ({"Origin": PUBLIC}, PUBLIC),
    ],
)
def test_a_cookie_is_believed_from_our_own_page(
    require: Callable[..., str | None], headers: dict[str, str], public_url: str
) -> None:
    """By Sec-Fetch-Site, or by an older browser's Origin."""
    assert require(headers, public_url) is None


def test_behind_a_proxy_the_public_address_alone_is_ours(require: Callable[..., str | None]) -> None:
    """The address that the request itself shows is not."""
    assert require({"Origin": "http://localhost"}, PUBLIC) is not None


def test_where_people_reach_the_service(app: Flask) -> None:
    """PUBLIC_URL, else what the request says; over HTTPS or not."""
    public, plain = Settings(auth_mode="open", public_url=PUBLIC), Settings(auth_mode="open")
    with app.test_request_context("/", base_url="http://localhost:5000"):
        assert (own_origin(public), own_origin(plain)) == (PUBLIC, "http://localhost:5000")
        assert (is_https(public), is_https(plain)) == (True, False)
    with app.test_request_context("/", base_url="https://localhost"):
        assert is_https(plain)
