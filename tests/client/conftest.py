"""The client on the real stack: a transport that counts what goes out, and breaks what a test wants broken."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from moodrop import Client
from service.accounts.adapters.jwt.authenticator import issue_token
from service.shared.settings import Settings
from tests.conftest import MongodServer, Service, Store, services, settings_for
from tests.helpers.tokens import SECRET

MIB = 1024 * 1024
Break = Callable[[httpx.Request], httpx.Response | None]


@dataclass
class Wire(httpx.BaseTransport):
    """Real HTTP, written down. `breaks` see each request to the store first: they may raise, or answer themselves."""

    service_url: str
    sent: list[httpx.Request] = field(default_factory=list)
    breaks: list[Break] = field(default_factory=list)
    lost: list[Break] = field(default_factory=list)
    real: httpx.HTTPTransport = field(default_factory=httpx.HTTPTransport)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        for look in self.breaks:
            if answer := look(request):
                return answer
        answer = self.real.handle_request(request)
        for look in self.lost:
            # It got through, and its answer is lost.
            if look(request):
                answer.close()
        return answer

    def close(self) -> None:
        self.real.close()

    def is_to_store(self, request: httpx.Request) -> bool:
        return not str(request.url).startswith(self.service_url)

    @property
    def puts(self) -> list[httpx.Request]:
        return [request for request in self.sent if request.method == "PUT"]

    @property
    def calls(self) -> list[str]:
        """Those to the service: method and path."""
        ours = [request for request in self.sent if not self.is_to_store(request)]
        return [f"{request.method} {request.url.path}" for request in ours]

    def part_numbers(self) -> list[int]:
        """Of the parts that were sent, as often as they were."""
        return sorted(int(number) for put in self.puts if (number := put.url.params.get("partNumber")))


@pytest.fixture(scope="session")
def client_settings(minio: Store, mongod: MongodServer) -> Settings:
    return settings_for(minio, mongod, auth_mode="jwt", jwt_secret=SECRET)


@pytest.fixture(scope="session")
def service(client_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for all tests of the client; each test is a user of its own."""
    with services(tmp_path_factory.mktemp("client")) as start:
        yield start(client_settings)


@pytest.fixture
def token(client_settings: Settings) -> str:
    """Of a user whom nobody else knows."""
    scopes = ("uploads:write", "files:read", "files:write")
    return issue_token(client_settings, uuid4().hex, scopes, at=datetime.now(UTC), expires_in=3600)


@pytest.fixture
def wire(service: Service) -> Wire:
    return Wire(service.url)


@pytest.fixture
def moodrop(service: Service, token: str, wire: Wire) -> Iterator[Client]:
    """A client of that service, on that wire."""
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
