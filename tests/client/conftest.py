"""The client on the real stack, with a transport that records its requests."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from moodrop import Client
from service.accounts.adapters.jwt.authenticator import issue_token
from service.settings import Settings
from tests.client.recording import RecordingTransport
from tests.conftest import MongodServer, Service, Store, services, settings_for
from tests.helpers.tokens import SECRET


@pytest.fixture(scope="session")
def client_settings(minio: Store, mongod: MongodServer) -> Settings:
    return settings_for(minio, mongod, auth_mode="jwt", jwt_secret=SECRET, history=True)


@pytest.fixture(scope="session")
def service(client_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for all tests of the client; each test has its own user."""
    with services(tmp_path_factory.mktemp("client")) as start:
        yield start(client_settings)


@pytest.fixture
def token(client_settings: Settings) -> str:
    """Return the token of a new user."""
    scopes = ("uploads:write", "files:read", "files:write")
    return issue_token(client_settings, uuid4().hex, scopes, at=datetime.now(UTC), expires_in=3600)


@pytest.fixture
def wire(service: Service) -> RecordingTransport:
    return RecordingTransport(service.url)


@pytest.fixture
def moodrop(service: Service, token: str, wire: RecordingTransport) -> Iterator[Client]:
    """A client of that service with the recording transport."""
    with Client(service.url, token, transport=wire) as client:
        yield client


@pytest.fixture
def a_file(tmp_path: Path) -> Callable[..., Path]:
    """Make a file of random bytes."""

    def make(name: str = "song.mp3", size_bytes: int = 1000) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.urandom(size_bytes))
        return path

    return make
