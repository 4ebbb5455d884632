"""One client's connection: its phase, and the deadline of that phase."""

import io
import math
import time
from contextlib import suppress
from enum import Enum, auto
from ipaddress import IPv6Address
from socket import MSG_PEEK, SHUT_WR, socket
from typing import Any

from service.server.limits import ANSWER_S, BODY_S, HEAD_S, LINGER_S, SLOWEST_BYTES_PER_S
from service.server.reading import RequestReader
from service.server.response_buffer import ResponseBuffer

# Calls that wait for the store.
STORE_PATHS = ("/confirm", "/complete", "/s3/download-url")
# How much of a body is compared to recognise a repeated request.
COMPARED_BYTES = 64 * 1024


class Phase(Enum):
    """What the connection is waiting for."""

    IDLE = auto()  # for the first byte of a request
    HEAD = auto()
    BODY = auto()
    WORKING = auto()  # for a thread, or for the thread that handles the request
    ANSWERING = auto()  # for its client to read the answer
    CLOSING = auto()  # for its client to hang up


class Connection:
    """A connection, gunicorn's `conn`: gunicorn reads `sock`, `client` and `server` while it handles the request."""

    def __init__(self, sock: socket, client: Any, server: Any, reader: RequestReader) -> None:
        self.socket = sock
        self.client = client
        self.server = server
        self.peer = peer_of(client)
        self.reader = reader
        self.response = ResponseBuffer(sock)
        self.request: Any = None
        self.caller: Any = self.peer
        self.keeps_alive = False
        self.has_thread = False
        self.takes_turns = True
        # What its thread has read beyond the requests that it handled: see staying.py.
        self.unqueued: Any = None
        self.refused: Exception | None = None
        self.registered_events = 0
        self.counted_bytes = 0
        self.phase = Phase.IDLE
        self.since = time.monotonic()
        self._timeout_s = HEAD_S
        self._body_bytes = 0

    @property
    def sock(self) -> ResponseBuffer:
        return self.response

    @property
    def buffered_bytes(self) -> int:
        """Return how many bytes it holds in memory."""
        return self.reader.buffered_bytes + self.response.buffered_bytes + self._body_bytes

    def take(self, request: Any) -> None:
        """Start handling a complete request."""
        self.request = request
        self.caller = caller_of(request, self.peer)
        self._body_bytes = self.reader.taken_bytes
        self.enter(Phase.WORKING)
        request.taken_at = self.since

    def take_on(self, request: Any) -> None:
        """Start handling the same caller's next request, in the thread that has answered the one before."""
        self.request = request
        self._body_bytes = self.reader.taken_bytes
        self.since = request.taken_at = time.monotonic()

    def leave(self) -> None:
        """Finish handling the request."""
        self.request = None
        self.has_thread = False
        self._body_bytes = 0

    def has_unread(self) -> bool:
        """Return whether the client has sent something that was not read yet."""
        try:
            return bool(self.socket.recv(1, MSG_PEEK))
        except OSError:
            return False

    def was_reset(self) -> bool:
        """Return whether the client reset the connection. One that only stopped sending still waits for its answer."""
        try:
            self.socket.recv(1, MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True
        return False

    def enter(self, phase: Phase, timeout_s: float = math.inf) -> None:
        """Enter the phase, for `timeout_s` seconds at most. Does nothing if the connection is in that phase already."""
        if phase is not self.phase:
            self.phase = phase
            self.since = time.monotonic()
            self._timeout_s = timeout_s
            self.response.sent_bytes = 0

    def wait_for_request(self) -> None:
        """Enter the phase that follows from the bytes received."""
        if self.reader.in_body:
            self.enter(Phase.BODY, BODY_S)
        elif self.reader.has_begun:
            self.enter(Phase.HEAD, HEAD_S)

    def wait_for_client(self) -> None:
        """Enter the phase in which the client reads the answer."""
        self.enter(Phase.ANSWERING, ANSWER_S)

    def say_goodbye(self) -> None:
        """Tell the client that nothing more will come. Raises OSError if the client is gone."""
        self.enter(Phase.CLOSING, LINGER_S)
        self.socket.shutdown(SHUT_WR)

    @property
    def deadline(self) -> float:
        """Return when the phase ends at the latest. Transferred bytes extend only the phases that carry many."""
        moved = self.reader.buffered_bytes if self.phase is Phase.BODY else self.response.sent_bytes
        return self.since + self._timeout_s + moved / SLOWEST_BYTES_PER_S

    def end_by(self, deadline: float) -> None:
        """End the phase by this time."""
        self._timeout_s = min(self._timeout_s, deadline - self.since)

    def close(self) -> None:
        """Release everything it holds."""
        self.response.close()
        with suppress(OSError):  # the client may be gone already
            self.socket.close()


def peer_of(client: Any) -> str:
    """Return the peer whose connections count together: an IPv4 address, an IPv6 /64, or "" behind a Unix socket."""
    if not isinstance(client, tuple):
        return ""
    address = str(client[0])
    if ":" not in address:
        return address
    ip = IPv6Address(address.partition("%")[0])
    if ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    return ip.packed[:8].hex()


def caller_of(request: Any, peer: str) -> str:
    """Return the caller whose turn a request takes: its credential, or its address if it has none."""
    cookie = ""
    for name, value in request.headers:
        if name == "AUTHORIZATION":
            return str(value)
        if name == "COOKIE":
            cookie = value
    return cookie or peer


def asks_store(request: Any) -> bool:
    """Return whether the request waits for the store. The caller's other requests do not queue behind it."""
    is_song = request.path == "/songs" and request.method == "POST"
    return bool(is_song or request.method == "DELETE" or request.path.endswith(STORE_PATHS))


def what_it_asks(request: Any, caller: str) -> int:
    """Return the same number for the same request of the same caller."""
    body = request.body.getbuffer()[:COMPARED_BYTES].tobytes() if isinstance(request.body, io.BytesIO) else b""
    return hash((caller, request.method, request.uri, body))
