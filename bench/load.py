"""A load generator with keep-alive connections, each of which sends its next request after every answer.

It works like wrk and, at the rates of this bench, measures the same (docs/benchmarks.md), but needs no installation.
"""

import re
import selectors
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bench.row import Samples

CONNECTIONS = 8  # as many as the service has threads
ROUNDS = 15  # the spread of nine is as wide as what some rows fall short
ROUND_SECONDS = 1.0
SILENCE_SECONDS = 30
_LENGTH = re.compile(rb"\r\nContent-Length: (\d+)\r\n", re.IGNORECASE)


@dataclass(frozen=True)
class Target:
    """A request that is sent again and again."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    json: str = ""  # the body of a POST; a GET if empty

    @property
    def address(self) -> tuple[str, int]:
        parts = urlsplit(self.url)
        return parts.hostname or "", parts.port or 80

    @property
    def request(self) -> bytes:
        parts = urlsplit(self.url)
        address = f"{parts.path}?{parts.query}" if parts.query else parts.path
        body = self.json.encode()
        about_body = {"Content-Type": "application/json", "Content-Length": len(body)} if body else {}
        headers = {"Host": parts.netloc, **self.headers, **about_body}
        named = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"{'POST' if body else 'GET'} {address} HTTP/1.1\r\n{named}\r\n".encode() + body


class Connection:
    """A connection with one request in flight."""

    def __init__(self, target: Target) -> None:
        self.socket = socket.create_connection(target.address, SILENCE_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._request = target.request
        self._received = bytearray()

    def close(self) -> None:
        self.socket.close()

    def send(self) -> None:
        self._received.clear()
        self.socket.sendall(self._request)

    def is_answered(self) -> bool:
        """Read what has arrived; return whether the answer is complete. Raises RuntimeError if it is no 200 or 201."""
        chunk = self.socket.recv(65536)
        self._received += chunk
        end = self._received.find(b"\r\n\r\n")
        if not chunk or (end >= 0 and not self._received.startswith((b"HTTP/1.1 200", b"HTTP/1.1 201"))):
            raise RuntimeError(f"not answered as expected: {bytes(self._received[:500])!r}")
        length = _LENGTH.search(self._received, 0, end + 2)
        return bool(end >= 0 and length and len(self._received) >= end + 4 + int(length[1]))


@contextmanager
def connect_all(target: Target, count: int) -> Iterator[selectors.BaseSelector]:
    with selectors.DefaultSelector() as ready:
        connections = [Connection(target) for _ in range(count)]
        try:
            for connection in connections:
                ready.register(connection.socket, selectors.EVENT_READ, connection)
            yield ready
        finally:
            for connection in connections:
                with closing(connection):
                    ready.unregister(connection.socket)


def measure_rate(target: Target, *, seconds: float = 0, count: int = 0, connections: int = CONNECTIONS) -> float:
    """Send requests for `seconds`, or until `count` answers have arrived; return answers per second."""
    with connect_all(target, connections) as ready:
        start = time.perf_counter()
        answered = 0
        for key in ready.get_map().values():
            key.data.send()
        while (now := time.perf_counter()) - start < seconds or answered < count:
            for key, _ in ready.select(SILENCE_SECONDS):
                if key.data.is_answered():
                    answered += 1
                    key.data.send()
        return answered / (now - start)


def measure_waits(target: Target, *, seconds: float, connections: int) -> list[float]:
    """Send requests for `seconds`, and until each connection has had an answer; return how long each answer took.

    Raises RuntimeError if one is refused.
    """
    waits: list[float] = []
    with connect_all(target, connections) as ready:
        sent = dict[int, float]()
        unanswered = set[int]()

        def send(connection: Connection) -> None:
            sent[id(connection)] = time.perf_counter()
            connection.send()

        start = time.perf_counter()
        for key in ready.get_map().values():
            unanswered.add(id(key.data))
            send(key.data)
        while time.perf_counter() - start < seconds or unanswered:
            for key, _ in ready.select(SILENCE_SECONDS):
                if key.data.is_answered():
                    waits.append(time.perf_counter() - sent[id(key.data)])
                    unanswered.discard(id(key.data))
                    send(key.data)
    return waits


def measure_rates(baseline: Target, ours: Target) -> Samples:
    """Measure the answers per second of both, one right after the other in each round."""
    samples = Samples("/s", [], [])
    for target in (baseline, ours):
        measure_rate(target, seconds=ROUND_SECONDS)  # warms the caches, and Node's compiler
    for _ in range(ROUNDS):
        samples.baseline.append(measure_rate(baseline, seconds=ROUND_SECONDS))
        samples.ours.append(measure_rate(ours, seconds=ROUND_SECONDS))
    return samples
