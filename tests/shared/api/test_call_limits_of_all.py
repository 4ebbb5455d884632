"""CALL_LIMITS in every AUTH_MODE: whatever somebody calls with counts for the same caller, and the answer says so."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from limits.storage import MemoryStorage

from service.accounts.adapters.jwt.authenticator import JwtAuthenticator
from service.accounts.adapters.upload_tokens import JwtUploadTokens
from service.ports import Ports
from service.settings import Settings
from service.shared.adapters.rate_counters import CountedCalls
from service.shared.call_limits import CallLimit
from tests.helpers.accounts import accounts_ports, accounts_settings, bearer, make_key, page_of, register, script_of
from tests.helpers.api import A_SONG, client_of, session_authenticator
from tests.helpers.tokens import SECRET, claims, token

QUOTA = 9
# How somebody starts an upload; returns the headers of the answer.
Start = Callable[[], dict[str, str]]


def limited(ports: Ports) -> Ports:
    """Count in memory, at a time that stands still."""
    limits = {"caller": {"starts": CallLimit(QUOTA, 60), "tokens": CallLimit(QUOTA, 60)}}
    return replace(ports, call_limiter=CountedCalls(lambda: MemoryStorage(wrap_exceptions=True), limits, lambda: 0.0))


def starting(client: FlaskClient, credential: str = "", address: str = "") -> Start:
    headers = bearer(credential) if credential else {}

    def start() -> dict[str, str]:
        if address:
            answer = client.get(f"{address}/s3/params?filename=a.mp3&type=audio/mpeg")
        else:
            answer = client.post("/v1/uploads", json=A_SONG, headers=headers)
        assert answer.status_code in (200, 201), answer.text
        return dict(answer.headers)

    return start


def in_open_mode(ports: Ports) -> tuple[list[Start], list[Start]]:
    """Everybody is the same."""
    client = client_of(Settings(auth_mode="open"), limited(ports))
    return [starting(client), starting(client)], []


def in_jwt_mode(ports: Ports) -> tuple[list[Start], list[Start]]:
    """A token, its session, and an upload token; and somebody else's token."""
    settings = Settings(auth_mode="jwt", jwt_secret=SECRET)
    tokens = JwtUploadTokens(ports.keyring, ports.now)
    asked = (tokens, JwtAuthenticator(settings, ports.now), session_authenticator(ports))
    ports = limited(replace(ports, authenticators=asked, upload_tokens=tokens))
    script, browser = client_of(settings, ports), client_of(settings, ports)
    browser.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    mine, other = (token(claims(sub=owner)) for owner in ("alice", "bob"))
    assert browser.post("/v1/session", headers=bearer(mine)).status_code == 201
    made = script.post("/v1/upload-tokens", json={}, headers=bearer(mine))
    assert made.headers["RateLimit"] == f'"tokens-caller";r={QUOTA - 1};t=60'
    address = f"/u/{made.get_json()['upload_token']}"
    return [starting(script, mine), starting(browser), starting(script, address=address)], [starting(script, other)]


def in_accounts_mode(ports: Ports) -> tuple[list[Start], list[Start]]:
    """A session and an API key; and a guest."""
    settings = accounts_settings(guests="own")
    ports = limited(accounts_ports(ports, settings))
    page, guest = page_of(ports, settings), page_of(ports, settings)
    register(page, ports)
    key = make_key(page)["key"]
    assert guest.post("/api/auth/guest").status_code == 201
    return [starting(page), starting(script_of(ports, settings), key)], [starting(guest)]


@pytest.mark.parametrize("mode", [in_open_mode, in_jwt_mode, in_accounts_mode])
def test_all_credentials_of_a_person_count_together(
    ports: Ports, mode: Callable[[Ports], tuple[list[Start], list[Start]]]
) -> None:
    """And those of nobody else."""
    mine, of_others = mode(ports)

    for number, start in enumerate([*mine, *mine], start=1):
        headers = start()
        assert headers["RateLimit-Policy"] == f'"starts-caller";q={QUOTA};w=60'
        assert headers["RateLimit"] == f'"starts-caller";r={QUOTA - number};t=60'
    for start in of_others:
        assert start()["RateLimit"] == f'"starts-caller";r={QUOTA - 1};t=60'
