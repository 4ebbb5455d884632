"""An office's environment: HTTP_PROXY without NO_PROXY, and a service or store on the same machine."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from moodrop import Client
from moodrop.errors import NoAnswer
from moodrop.http.cancellation import CancelToken
from moodrop.http.httpx_transport import HttpxTransport
from moodrop.http.transport import Request

ANSWER = b"{}"


def answer_of(url: str) -> bytes:
    transport = HttpxTransport(None, timeout_s=5, connections=1)
    try:
        return transport.handle_request(Request("GET", url, {}, CancelToken())).body
    finally:
        transport.close()


class _Service(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def port() -> Iterator[int]:
    """Return the port of a local server that answers as the service does."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Service) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def proxy_is(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy)
        monkeypatch.setenv(name.lower(), proxy)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_machine_is_asked_directly(host: str, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """For a proxy, localhost is the proxy itself."""
    proxy_is(monkeypatch, "http://127.0.0.1:9")

    assert answer_of(f"http://{host}:{port}/v1/session") == ANSWER


def test_another_machine_is_asked_by_the_proxy(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name does not exist; the proxy answers for it."""
    proxy_is(monkeypatch, f"http://127.0.0.1:{port}")

    assert answer_of("http://moodrop.invalid/v1/session") == ANSWER


@pytest.mark.parametrize("proxy", ["gopher://127.0.0.1:70", "socks5://127.0.0.1:1080", "http://[::1"])
def test_a_proxy_that_cannot_be_used_is_named(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line, before anything is sent."""
    proxy_is(monkeypatch, proxy)

    with pytest.raises(NoAnswer, match="proxy of the environment") as caught:
        Client("http://moodrop.invalid")

    assert "NO_PROXY" in caught.value.hint
