"""A load generator: keep-alive connections, each of which asks again as soon as it is answered.

Of wrk's kind and, at the rates of this bench, of wrk's results (docs/benchmarks.md), but there on every machine.
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
ROUNDS = 9
ROUND_SECONDS = 1.0
SILENCE_SECONDS = 30
_LENGTH = re.compile(rb"\r\nContent-Length: (\d+)\r\n", re.IGNORECASE)


@dataclass(frozen=True)
class Target:
    """What is asked for, over and over."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    json: str = ""  # what is posted; nothing makes it a GET

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
    """One connection with one request under way."""

    def __init__(self, target: Target) -> None:
        self.socket = socket.create_connection(target.address, SILENCE_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._request = target.request
        self._received = bytearray()

    def close(self) -> None:
        self.socket.close()

    def ask(self) -> None:
        self._received.clear()
        self.socket.sendall(self._request)

    def is_answered(self) -> bool:
        """Take in what has come; tell whether that is the whole answer. Raises where it is no 200."""
        came = self.socket.recv(65536)
        self._received += came
        end = self._received.find(b"\r\n\r\n")
        if not came or (end >= 0 and not self._received.startswith(b"HTTP/1.1 200")):
            raise RuntimeError(f"not answered as expected: {bytes(self._received[:500])!r}")
        length = _LENGTH.search(self._received, 0, end + 2)
        return bool(end >= 0 and length and len(self._received) >= end + 4 + int(length[1]))


@contextmanager
def connected(target: Target, count: int) -> Iterator[selectors.BaseSelector]:
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


def answers(target: Target, *, seconds: float = 0, count: int = 0, connections: int = CONNECTIONS) -> float:
    """Ask until the time is over or, without one, until `count` answers are there; return answers per second."""
    with connected(target, connections) as ready:
        start, answered = time.perf_counter(), 0
        for key in ready.get_map().values():
            key.data.ask()
        while (now := time.perf_counter()) - start < seconds or answered < count:
            for key, _ in ready.select(SILENCE_SECONDS):
                if key.data.is_answered():
                    answered += 1
                    key.data.ask()
        return answered / (now - start)


def rates_in_turns(baseline: Target, ours: Target) -> Samples:
    """Answers per second of both, one right after the other in each round."""
    samples = Samples("/s", [], [])
    for target in (baseline, ours):
        answers(target, seconds=ROUND_SECONDS)  # warms the caches, and Node's compiler
    for _ in range(ROUNDS):
        samples.baseline.append(answers(baseline, seconds=ROUND_SECONDS))
        samples.ours.append(answers(ours, seconds=ROUND_SECONDS))
    return samples
