"""The client's own sockets over TLS: files are encrypted in large pieces, and a wrong certificate ends the call."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from moodrop.http.cancellation import CancelToken
from moodrop.http.sockets import SocketTransport
from moodrop.http.transport import Request, TransportError
from moodrop.transfer.open_source import open_source
from tests.client.recording import MIB
from tests.helpers.certificates import server_context, write_certificate

SIZE = 5 * MIB + 3


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return write_certificate(tmp_path / "certificate.pem")


@pytest.fixture
def url(certificate: Path) -> Iterator[str]:
    """A server that stores what is PUT and returns it."""
    stored: dict[str, bytes] = {}

    class Store(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_PUT(self) -> None:
            stored[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
            self._answer(b"")

        def do_GET(self) -> None:
            self._answer(stored[self.path])

        def _answer(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Store) as server:
        server.daemon_threads = True
        server.socket = server_context(certificate).wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"https://127.0.0.1:{server.server_address[1]}/song"
        server.shutdown()
        thread.join()


@pytest.fixture
def transport() -> Iterator[SocketTransport]:
    transport = SocketTransport(timeout_s=30, connections=2)
    yield transport
    transport.close()


def test_a_file_goes_and_comes(
    url: str,
    certificate: Path,
    transport: SocketTransport,
    a_file: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """If the certificate is trusted, as SSL_CERT_FILE says."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    path, sent = a_file(size_bytes=SIZE), list[int]()

    with open_source(path) as source:
        request = Request("PUT", url, {"Content-Length": str(SIZE - 1)}, CancelToken())
        response = transport.upload(request, source.piece(1, SIZE - 1), sent.append)
    with transport.stream(Request("GET", url, {}, CancelToken())) as streamed:
        came = b"".join(streamed.chunks)

    assert (response.status, sum(sent)) == (200, SIZE - 1)
    assert came == path.read_bytes()[1:]


def test_who_is_not_trusted_gets_nothing(url: str, transport: SocketTransport) -> None:
    with pytest.raises(TransportError, match="certificate"):
        transport.handle_request(Request("GET", url, {}, CancelToken()))
