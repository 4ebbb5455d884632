"""AUTH_MODE=open: one local user without a token, and everybody else is refused."""

import pytest
from flask.testing import FlaskClient

from service.ports import Ports
from service.settings import Settings
from tests.helpers.api import A_SONG, client_of
from tests.helpers.problems import assert_problem

LISTED = "http://localhost:5173"


def test_a_script_on_this_machine_needs_nothing(client: FlaskClient) -> None:
    """curl sends neither Origin nor Sec-Fetch-Site."""
    assert client.post("/v1/uploads", json=A_SONG).status_code == 201
    assert client.get("/v1/session").get_json()["owner"] == "local"


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:5000", "127.0.0.1:5000", "[::1]:5000", "LOCALHOST", "x.localhost"]
)
def test_this_machines_own_names_are_served(client: FlaskClient, host: str) -> None:
    """With and without a port."""
    assert client.get("/v1/files", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:5000",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "192.168.1.4:5000",
        "0.0.0.0:5000",
        "",
        "[bad",
        "localhost:port",
        "evil.example#localhost",
        "evil.example@localhost@evil.example",
        "a b",
    ],
)
def test_another_host_name_is_refused(client: FlaskClient, host: str) -> None:
    """403 not_local: otherwise a web site could point its own name at 127.0.0.1 and count as our page."""
    assert_problem(client.get("/v1/files", headers={"Host": host}), 403, "not_local")
    assert_problem(client.post("/v1/uploads", json=A_SONG, headers={"Host": host}), 403, "not_local")


@pytest.mark.parametrize("address", ["10.0.0.5", "192.168.1.4", "8.8.8.8", "fe80::1%eth0", "2001:db8::1", "no address"])
def test_another_machine_is_refused(client: FlaskClient, address: str) -> None:
    """403 not_local, whatever Host and the proxy headers claim."""
    headers = {
        "Host": "localhost",
        "X-Forwarded-For": "127.0.0.1",
        "X-Real-IP": "127.0.0.1",
        "Forwarded": "for=127.0.0.1",
    }

    response = client.get("/v1/files", headers=headers, environ_overrides={"REMOTE_ADDR": address})

    assert_problem(response, 403, "not_local")


@pytest.mark.parametrize("address", ["127.0.0.1", "127.1.2.3", "::1", ""])
def test_this_machine_is_served(client: FlaskClient, address: str) -> None:
    """A unix socket has no address and counts as local."""
    assert client.get("/v1/files", environ_overrides={"REMOTE_ADDR": address}).status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        *("X-Forwarded-For", "x-forwarded-proto", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via"),
        *("X-Original-URL", "X-Original-Host", "X-Client-IP", "X-ProxyUser-Ip", "X-Envoy-External-Address"),
        *("CF-Connecting-IP", "True-Client-IP", "Fastly-Client-IP", "X-Amzn-Trace-Id"),
    ],
)
def test_what_came_through_a_proxy_is_refused(ports: Ports, client: FlaskClient, name: str) -> None:
    """A proxy on this machine that rewrites Host looks like a local client, so the operator must allow it."""
    problem = assert_problem(client.get("/v1/files", headers={name: "127.0.0.1"}), 403, "not_local")
    on_network = client_of(Settings(auth_mode="open", host="0.0.0.0", allow_open_on_network=True), ports)

    assert "came through a proxy" in problem["detail"]
    assert on_network.get("/v1/files", headers={name: "127.0.0.1"}).status_code == 200


def test_a_proxys_word_for_the_host_is_not_taken(client: FlaskClient) -> None:
    """Anybody can send X-Forwarded-Host."""
    headers = {"Host": "evil.example", "X-Forwarded-Host": "localhost"}

    assert_problem(client.get("/v1/files", headers=headers), 403, "not_local")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "https://localhost"},
        {"Origin": "http://localhost:3000"},
        {"Origin": "http://127.0.0.1"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors", "Origin": "http://evil.example"},
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "OPTIONS"])
def test_a_page_of_another_origin_is_refused(client: FlaskClient, method: str, headers: dict[str, str]) -> None:
    """403 foreign_origin, for its preflight too: another port of the same host is another page."""
    response = client.open("/v1/uploads", method=method, headers=headers, json=A_SONG if method == "POST" else None)

    assert_problem(response, 403, "foreign_origin")
    assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://localhost"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
    ],
)
def test_our_own_page_and_a_followed_link_are_served(client: FlaskClient, headers: dict[str, str]) -> None:
    """Following a link from a mail to the page or to a download only reads."""
    assert client.get("/v1/files", headers=headers).status_code == 200


def test_a_form_of_another_site_cannot_write(client: FlaskClient) -> None:
    """A navigation from another site may read but never write."""
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}

    assert_problem(client.post("/v1/uploads", json=A_SONG, headers=headers), 403, "foreign_origin")


def test_a_listed_origin_is_served(ports: Ports) -> None:
    """Pages named in CORS_ORIGINS may call the API, and their browsers may read the answers."""
    client = client_of(Settings(auth_mode="open", cors_origins=LISTED), ports)
    headers = {"Origin": LISTED, "Sec-Fetch-Site": "same-site"}

    response = client.post("/v1/uploads", json=A_SONG, headers=headers)

    assert response.status_code == 201
    assert response.headers["Access-Control-Allow-Origin"] == LISTED
    assert client.options("/v1/uploads", headers=headers).status_code == 200
    assert_problem(client.get("/v1/files", headers={"Origin": "http://localhost:5174"}), 403, "foreign_origin")


def test_the_network_is_served_where_that_is_meant(ports: Ports) -> None:
    """ALLOW_OPEN_ON_NETWORK=1 admits other machines, but no pages of other sites."""
    settings = Settings(auth_mode="open", host="0.0.0.0", allow_open_on_network=True)
    client = client_of(settings, ports)
    there = {"environ_overrides": {"REMOTE_ADDR": "10.0.0.5"}}

    assert client.get("/v1/files", headers={"Host": "moodrop.lan:5000"}, **there).status_code == 200
    foreign = client.get("/v1/files", headers={"Host": "moodrop.lan:5000", "Origin": "http://evil.example"}, **there)
    assert_problem(foreign, 403, "foreign_origin")


def test_health_is_guarded_as_well(client: FlaskClient) -> None:
    """There is no exempt address that somebody could rely on."""
    for address in ("/healthz", "/readyz", "/v1/session", "/docs", "/nope"):
        assert_problem(client.get(address, headers={"Host": "evil.example"}), 403, "not_local")
