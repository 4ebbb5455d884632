"""Pages of other origins: only listed ones may call, and preflights need no token."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.helpers.tokens import bearer

LISTED = "https://app.example.com"
OTHER_LISTED = "http://localhost:5173"
PREFLIGHT = {
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization,content-type,if-match,if-none-match,idempotency-key",
}
JwtClient = Callable[..., FlaskClient]


def test_a_listed_origin_may_ask_without_a_token(jwt_client: JwtClient) -> None:
    """The preflight's answer allows the methods and headers that the API needs."""
    client = jwt_client(cors_origins=f"{LISTED},{OTHER_LISTED}")

    response = client.options("/v1/uploads", headers={"Origin": LISTED, **PREFLIGHT})

    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == LISTED
    assert "POST" in response.headers["Access-Control-Allow-Methods"]
    assert {"authorization", "content-type", "if-match", "if-none-match", "idempotency-key"} <= set(
        response.headers["Access-Control-Allow-Headers"].lower().split(", ")
    )
    assert "Origin" in response.headers["Vary"]


def test_a_listed_origin_may_read_the_answer(jwt_client: JwtClient) -> None:
    """Also an error, with its id and Retry-After."""
    client = jwt_client(cors_origins=LISTED)

    for response in (
        client.get("/v1/files", headers={"Origin": LISTED, **bearer()}),
        client.get("/v1/files", headers={"Origin": LISTED}),
        client.get("/nope", headers={"Origin": LISTED}),
    ):
        assert response.headers["Access-Control-Allow-Origin"] == LISTED
        assert {"X-Request-ID", "Retry-After", "ETag"} <= set(
            response.headers["Access-Control-Expose-Headers"].split(", ")
        )


@pytest.mark.parametrize("origin", ["capacitor://localhost", "https://localhost", "http://[::1]:5173"])
def test_an_app_and_an_ipv6_address_may_be_listed(jwt_client: JwtClient, origin: str) -> None:
    """The address's brackets are no pattern."""
    client = jwt_client(cors_origins="http://[::1]:5173/,capacitor://localhost,https://LOCALHOST:443")

    response = client.options("/v1/uploads", headers={"Origin": origin, **PREFLIGHT})

    assert response.headers["Access-Control-Allow-Origin"] == origin
    for other in ("http://1:5173", "http://::5173", f"{origin}.evil.example", f"{origin}0"):
        assert "Access-Control-Allow-Origin" not in client.get("/v1/session", headers={"Origin": other}).headers


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "https://app.example.com.evil.example",
        "https://app-example.com",
        "https://appXexample.com",
        "http://app.example.com",
        "https://app.example.com:8443",
        "https://app.example.com:443",
        "https://app.example.com:",
        "https://app.example.com/",
        "https://app.example.com/path",
        "https://app.example.com?x",
        "https://app.example.com#x",
        "https://app.example.com.",
        "https://app.example.co",
        "https://app.example.comm",
        "https://x.app.example.com",
        "https://example.com",
        "https://xapp.example.com",
        "https://evil.example/https://app.example.com",
        "https://app.example.com@evil.example",
        "https://user@app.example.com",
        "https://app.example.com,https://evil.example",
        "https://app.example.com https://evil.example",
        "https://\u0430pp.example.com".encode().decode("latin-1"),  # a Cyrillic letter
        "https://xn--pp-6kc.example.com",
        "//app.example.com",
        "app.example.com",
        "file://",
        "chrome-extension://app.example.com",
        "https://[::1]",
        "http://1:5173",
        "capacitor://localhost.evil.example",
        "null",
        "*",
    ],
)
@pytest.mark.parametrize("listed", [LISTED, ""])
def test_another_origin_may_not(jwt_client: JwtClient, listed: str, origin: str) -> None:
    """No header lets a browser pass on the answer; an empty list admits nobody."""
    client = jwt_client(cors_origins=listed)

    for response in (
        client.options("/v1/uploads", headers={"Origin": origin, **PREFLIGHT}),
        client.get("/v1/files", headers={"Origin": origin, **bearer()}),
        client.get("/s3/params?filename=a&type=audio/mpeg", headers={"Origin": origin, **bearer()}),
        client.get("/v1/session", headers={"Origin": origin}),
        client.get("/nope", headers={"Origin": origin}),
    ):
        assert "Access-Control-Allow-Origin" not in response.headers
        assert "Access-Control-Allow-Credentials" not in response.headers
