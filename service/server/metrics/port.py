"""Answers on METRICS_PORT, where /metrics is and nothing else."""

from collections.abc import Callable
from typing import Any

# Of the app: its metrics, if it counts.
EXTENSION = "moodrop.metrics"
PATH = "/metrics"
TYPE = "text/plain; version=0.0.4; charset=utf-8"


class MetricsPort:
    """`text` is called for each scrape, and takes as long as the database needs."""

    def __init__(self, port: int, text: Callable[[], bytes]) -> None:
        self._port = port
        self._text = text

    def has(self, server: Any) -> bool:
        """Return whether a connection to that address of ours came by this port."""
        return isinstance(server, tuple) and server[1] == self._port

    def answer(self, request: Any) -> bytes:
        """Return the complete answer, after which the connection is closed."""
        if (request.method, request.path) != ("GET", PATH):
            return _answer("404 Not Found", "text/plain", b"GET /metrics\n")
        return _answer("200 OK", TYPE, self._text())


def _answer(status: str, media_type: str, body: bytes) -> bytes:
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body
