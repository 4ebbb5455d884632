"""How a HEAD reaches the store: connections, certificates, proxies, retries."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from urllib3.exceptions import HTTPError, SSLError

from service.settings import Settings
from service.store.s3 import head
from service.store.s3.head import MAX_CONNECTIONS, HeadSender
from tests.helpers.certificates import server_context, write_certificate

CERTIFICATES = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
KEY = {"minio_access_key": "4f1d0a9b3c7e5d2f8a6b", "minio_secret_key": "4f1d0a9b3c7e5d2f8a6b"}


@dataclass
class Store:
    """Records the requests, and gives prepared answers."""

    url: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    hangs_up: bool = False
    at_once: threading.Barrier = field(default_factory=lambda: threading.Barrier(1))
    paths: list[str] = field(default_factory=list)
    authorizations: list[str | None] = field(default_factory=list)
    connections: int = 0


def serve(store: Store, certificate: Path | None = None) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            store.connections += 1
            super().setup()

        def do_HEAD(self) -> None:
            store.paths.append(self.path)
            store.authorizations.append(self.headers["Proxy-Authorization"])
            store.at_once.wait()
            if store.hangs_up:
                self.close_connection = True
                return
            self.send_response(store.status)
            for name, value in {"Content-Length": "3", **store.headers}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 64

    server = Server(("127.0.0.1", 0), Handler)
    if certificate:
        server.socket = server_context(certificate).wrap_socket(server.socket, server_side=True)
    store.url = f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    return server


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Store]]:
    """Start a store, without certificates and proxies of the environment."""
    for name in (*CERTIFICATES, *PROXIES, *map(str.upper, PROXIES)):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(head, "LONGEST_PAUSE_S", 0.0)
    servers = []

    def start(certificate: Path | None = None, **values: object) -> Store:
        store = Store(**values)  # type: ignore[arg-type]
        servers.append(serve(store, certificate))
        return store

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def sender(endpoint: str) -> HeadSender:
    return HeadSender(Settings(auth_mode="open", minio_endpoint=endpoint, **KEY), connect_timeout=5, read_timeout=5)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(started: Callable[..., Store], status: int) -> None:
    """The signature is for one address, and another host must not receive the request."""
    elsewhere = started()
    store = started(status=status, headers={"Location": f"{elsewhere.url}/mybucket/uploads/a"})

    with pytest.raises(ClientError, match=str(status)):
        sender(store.url).head("mybucket", "uploads/a")

    assert (len(store.paths), elsewhere.paths) == (1, [])


def test_a_store_that_hangs_up_is_asked_twice(started: Callable[..., Store]) -> None:
    """But no third time by the library."""
    store = started(hangs_up=True)

    with pytest.raises(HTTPError):
        sender(store.url).head("mybucket", "uploads/a")

    assert len(store.paths) == 2


def test_a_refusal_is_not_asked_again(started: Callable[..., Store]) -> None:
    """404 is the usual answer before the bytes arrive."""
    store = started(status=404)

    with pytest.raises(ClientError, match="404"):
        sender(store.url).head("mybucket", "uploads/a")

    assert len(store.paths) == 1


def test_requests_at_once_keep_their_connections(started: Callable[..., Store]) -> None:
    """A new one for each HEAD would cost a round trip, and with TLS three."""
    store = started(at_once=threading.Barrier(MAX_CONNECTIONS))
    heads = sender(store.url)

    with ThreadPoolExecutor(MAX_CONNECTIONS) as pool:
        for _ in range(2):
            list(pool.map(lambda number: heads.head("mybucket", f"uploads/{number}"), range(MAX_CONNECTIONS)))

    assert len(store.paths) == 2 * MAX_CONNECTIONS
    assert store.connections == MAX_CONNECTIONS


@pytest.mark.parametrize("name", CERTIFICATES)
def test_the_stores_certificate_is_checked(
    started: Callable[..., Store], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the file that one of these variables names; any other certificate is refused."""
    certificate = write_certificate(tmp_path / "certificate.pem")
    store = started(certificate)

    with pytest.raises(SSLError, match="certificate verify failed"):
        sender(store.url).head("mybucket", "uploads/a")
    assert store.paths == []

    monkeypatch.setenv(name, str(certificate))
    assert sender(store.url).head("mybucket", "uploads/a")["Content-Length"] == "3"


@pytest.mark.parametrize("scheme", ["http://", ""])
def test_the_proxy_is_told_who_asks(
    started: Callable[..., Store], scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As boto3 does; otherwise a proxy with a password would refuse every confirm."""
    proxy = started()
    monkeypatch.setenv("http_proxy", f"{scheme}moodrop:p%40ss@{proxy.url.removeprefix('http://')}")

    assert sender("http://store.example:9000").head("mybucket", "uploads/a")

    assert proxy.paths == ["http://store.example:9000/mybucket/uploads/a"]
    assert proxy.authorizations == ["Basic bW9vZHJvcDpwQHNz"]


def test_a_proxy_without_a_password_is_told_nothing(
    started: Callable[..., Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = started()
    monkeypatch.setenv("http_proxy", proxy.url)

    assert sender("http://store.example:9000").head("mybucket", "uploads/a")

    assert proxy.authorizations == [None]
