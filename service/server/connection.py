"""One client's connection: what phase it is in, and until when it may stay there."""

import math
import time
from contextlib import suppress
from enum import Enum, auto
from ipaddress import IPv6Address
from socket import SHUT_WR, socket
from typing import Any

from service.server.answers import Answer
from service.server.limits import ANSWER_S, BODY_S, HEAD_S, LINGER_S, SLOWEST_BYTES_PER_S
from service.server.reading import RequestReader


class Phase(Enum):
    """What a connection waits for."""

    IDLE = auto()  # the first byte of a request
    HEAD = auto()
    BODY = auto()
    WORKING = auto()  # a thread, which handles the request
    ANSWERING = auto()  # its client, to read the answer
    CLOSING = auto()  # its client, to hang up


class Connection:
    """What gunicorn calls `conn`: it reads `sock`, `client` and `server` while it handles the request."""

    def __init__(self, sock: socket, client: Any, server: Any, reader: RequestReader) -> None:
        self.socket = sock
        self.client = client
        self.server = server
        self.peer = peer_of(client)
        self.reader = reader
        self.answer = Answer(sock)
        self.request: Any = None
        self.caller: Any = self.peer
        self.keeps_alive = False
        self.watched_for = 0
        self.counted_bytes = 0
        self.phase = Phase.IDLE
        self.since = time.monotonic()
        self._patience = HEAD_S
        self._body_bytes = 0

    @property
    def sock(self) -> Answer:
        return self.answer

    @property
    def held_bytes(self) -> int:
        """What it keeps in memory."""
        return self.reader.held_bytes + self.answer.held_bytes + self._body_bytes

    def take(self, request: Any) -> None:
        """Have a whole request to be handled."""
        self.request = request
        self.caller = caller_of(request, self.peer)
        self._body_bytes = self.reader.taken_bytes
        self.enter(Phase.WORKING)

    def leave(self) -> None:
        """Be done with the request."""
        self.request = None
        self._body_bytes = 0

    def enter(self, phase: Phase, patience: float = math.inf) -> None:
        """Begin the phase, which ends `patience` seconds later at the latest. Does nothing if it is in it already."""
        if phase is not self.phase:
            self.phase = phase
            self.since = time.monotonic()
            self._patience = patience
            self.answer.sent_bytes = 0

    def wait_for_request(self) -> None:
        """Enter the phase that what has come leads to."""
        if self.reader.in_body:
            self.enter(Phase.BODY, BODY_S)
        elif self.reader.has_begun:
            self.enter(Phase.HEAD, HEAD_S)

    def wait_for_client(self) -> None:
        """Enter the phase in which the client reads the answer."""
        self.enter(Phase.ANSWERING, ANSWER_S)

    def say_goodbye(self) -> None:
        """Tell the client that nothing more will come. Raises OSError where it is gone."""
        self.enter(Phase.CLOSING, LINGER_S)
        self.socket.shutdown(SHUT_WR)

    @property
    def deadline(self) -> float:
        """When its phase ends, whatever happens; more bytes move it on only in the phases that carry many."""
        moved = self.reader.held_bytes if self.phase is Phase.BODY else self.answer.sent_bytes
        return self.since + self._patience + moved / SLOWEST_BYTES_PER_S

    def end_by(self, deadline: float) -> None:
        """Have its phase end by then."""
        self._patience = min(self._patience, deadline - self.since)

    def close(self) -> None:
        """Give back what it holds."""
        self.answer.close()
        with suppress(OSError):  # its client may have gone first
            self.socket.close()


def peer_of(client: Any) -> str:
    """Who is counted as one: an IPv4 address, an IPv6 network of 64 bits; "" behind a Unix socket."""
    if not isinstance(client, tuple):
        return ""
    address = str(client[0])
    if ":" not in address:
        return address
    found = IPv6Address(address.partition("%")[0])
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return found.packed[:8].hex()


def caller_of(request: Any, peer: str) -> str:
    """Whose turn a request takes: what it shows to be let in tells callers apart, else their addresses."""
    cookie = ""
    for name, value in request.headers:
        if name == "AUTHORIZATION":
            return str(value)
        if name == "COOKIE":
            cookie = value
    return cookie or peer


def asks_store(request: Any) -> bool:
    """Whether the request is one that waits for the store: a caller's others do not queue behind those."""
    return bool(request.method == "DELETE" or request.path.endswith(("/confirm", "/complete")))
