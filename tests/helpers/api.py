"""The API on both stores in memory, in both modes; every answer is checked against the OpenAPI document."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.accounts.adapters.jwt.authenticator import JwtAuthenticator
from service.accounts.adapters.session_auth import SessionAuthenticator
from service.accounts.adapters.upload_tokens import JwtUploadTokens
from service.app import create_app
from service.ports import Ports
from service.settings import Settings
from service.uploads.policy import Policy
from service.uploads.queries import UploadQuery
from tests.conftest import Clock
from tests.helpers.openapi_check import CheckedClient
from tests.helpers.tokens import SECRET

SONG = b"ID3 not quite a song"
A_SONG: dict[str, Any] = {"filename": "a song.mp3", "content_type": "audio/mpeg", "size_bytes": len(SONG)}
UNKNOWN_ID = "01JD8ZK3V0X5W9QH2M4N6P7R8S"
FAR = datetime(9999, 1, 1, tzinfo=UTC)


def session_authenticator(ports: Ports) -> SessionAuthenticator:
    """Return the cookie's authenticator on these ports."""
    accounts = ports.accounts
    return SessionAuthenticator(ports.sessions, accounts.users, accounts.policy, ports.now)


def client_of(settings: Settings, ports: Ports) -> FlaskClient:
    """Return a checked client of an app with these settings and stores."""
    app = create_app(settings, ports)
    app.test_client_class = CheckedClient
    return app.test_client()


@pytest.fixture
def client(ports: Ports) -> FlaskClient:
    """A client in open mode, in memory."""
    return client_of(Settings(auth_mode="open"), ports)


@pytest.fixture
def jwt_client(ports: Ports) -> Callable[..., FlaskClient]:
    """Make clients with bearer tokens, in memory, with the same stores as `client`; settings may be given."""

    def make(**values: Any) -> FlaskClient:
        settings = Settings(**{"auth_mode": "jwt", "jwt_secret": SECRET, "media": False, "history": False, **values})
        tokens = JwtUploadTokens(ports.keyring, ports.now)
        asked = (tokens, JwtAuthenticator(settings, ports.now), session_authenticator(ports))
        policy = Policy.from_settings(settings)
        return client_of(settings, replace(ports, authenticators=asked, upload_tokens=tokens, policy=policy))

    return make


@pytest.fixture
def written(ports: Ports) -> Callable[[], list[str]]:
    """Return everything that is recorded now, to compare before and after."""

    def read() -> list[str]:
        at_rest = [ports.records.page(UploadQuery(owner, limit=10_000)) for owner in ("local", "u1")]
        return sorted(map(repr, [*ports.records.due(FAR, 10_000), *(file for page in at_rest for file in page)]))

    return read


@pytest.fixture
def send(ports: Ports, clock: Clock) -> Callable[..., int]:
    """Play the client that uses a transfer; return the store's status."""

    def put(transfer: dict[str, Any], body: bytes = SONG, **changed: str) -> int:
        headers = {**transfer["headers"], **{name.replace("_", "-"): value for name, value in changed.items()}}
        status: int = ports.objects.send(transfer["url"], at=clock(), body=body, headers=headers)[0]
        return status

    return put


@pytest.fixture
def a_file(client: FlaskClient, send: Callable[..., int]) -> Callable[..., dict[str, Any]]:
    """Upload and confirm a file of the local user; return the answer."""

    def make(**fields: Any) -> dict[str, Any]:
        started = client.post("/v1/uploads", json={**A_SONG, **fields}).get_json()
        assert send(started["transfer"]) == 200
        file: dict[str, Any] = client.post(f"/v1/uploads/{started['upload_id']}/confirm").get_json()
        return file

    return make


@pytest.fixture
def put_part(ports: Ports, clock: Clock) -> Callable[[str, bytes], str]:
    """Send a part as a browser does, without headers of ours; return the store's ETag."""

    def put(url: str, body: bytes) -> str:
        assert ports.objects.send(url, at=clock(), body=body) == (200, b"")
        return "sent"

    return put
