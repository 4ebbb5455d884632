"""A receiver of webhooks on this machine: it verifies each by the library that receivers use, and answers as told."""

import http.server
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from standardwebhooks import Webhook

from dev.ports import free_port

SECRET = "whsec_dGhlIHB1YmxpYyBzZWNyZXQgb2YgdGhlc2UgdGVzdHM="
OTHER_SECRET = "whsec_YW5vdGhlciBzZWNyZXQgb2YgdGhlc2UgdGVzdHM="


@dataclass
class Received:
    """One request: its headers, by lower-case name, and its body."""

    path: str
    headers: dict[str, str]
    body: bytes

    def verify(self, secret: str = SECRET) -> dict[str, Any]:
        """Return the content. Raises WebhookVerificationError."""
        content: dict[str, Any] = Webhook(secret).verify(self.body, self.headers)
        return content


@dataclass
class WebhookServer:
    """What it received, and how it answers: a status, or whatever `answer` writes."""

    port: int
    received: list[Received] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)  # of the next requests; then 204
    answer: Callable[[http.server.BaseHTTPRequestHandler], None] | None = None
    arrived: threading.Condition = field(default_factory=threading.Condition)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks/secret-of-the-path"

    def wait_for(self, count: int, seconds: float = 30) -> bool:
        """Whether so many requests arrive within the time."""
        with self.arrived:
            return self.arrived.wait_for(lambda: len(self.received) >= count, seconds)

    def types(self) -> list[str]:
        return [json.loads(request.body)["type"] for request in self.received]


@contextmanager
def webhook_server() -> Iterator[WebhookServer]:
    server = WebhookServer(free_port())

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with server.arrived:
                headers = {name.lower(): value for name, value in self.headers.items()}
                server.received.append(Received(self.path, headers, body))
                status = server.statuses.pop(0) if server.statuses else 204
                server.arrived.notify_all()
            if server.answer:
                server.answer(self)
                return
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.send_header("Location", f"http://127.0.0.1:{server.port}/elsewhere")
            self.end_headers()

        def do_GET(self) -> None:
            with server.arrived:
                server.received.append(Received(self.path, {}, b"{}"))
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            pass

    httpd = http.server.ThreadingHTTPServer(("127.0.0.1", server.port), Handler)
    httpd.daemon_threads = True
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        httpd.shutdown()
        httpd.server_close()
        thread.join(10)
