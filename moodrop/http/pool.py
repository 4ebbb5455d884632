"""Kept HTTP/1.1 connections on the standard library's sockets, each of which another thread may cut."""

import http.client
import select
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from urllib.parse import SplitResult

from moodrop.http.bounded_reads import BoundedResponse
from moodrop.http.cancellation import Stop

# What an early answer (no, thank you) looks like to the one who still sends.
HUNG_UP = (BrokenPipeError, ConnectionResetError, ssl.SSLEOFError)

NAP_S = 0.2

Address = tuple[str, str, int]


class Connection(http.client.HTTPConnection):
    """Yield a connection that one thread uses at a time. Raises OSError, HTTPException, Endless."""

    response_class = BoundedResponse

    def __init__(self, address: Address, *, timeout_s: float, context: ssl.SSLContext | None) -> None:
        super().__init__(address[1], address[2], timeout=timeout_s)
        self.address = address
        self._context = context
        self._is_cut = False

    def connect(self) -> None:
        error: OSError | None = None
        for family, kind, protocol, _, place in socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM):
            # Known to `cut` from here on: a host that does not answer at all is silent for long.
            self.sock = socket.socket(family, kind, protocol)
            self.sock.settimeout(self.timeout)
            try:
                self.sock.connect(place)
                break
            except OSError as refused:
                self.close()
                error = refused
        if error and not self.sock:
            raise error
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._context:
            self.sock = self._context.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
            self.sock.do_handshake()

    def cut(self) -> None:
        """End what is under way; its thread finds the line broken. Called from another one."""
        self._is_cut = True
        if sock := self.sock:
            with suppress(OSError):
                # The socket's own: that of TLS would drop its state under the reader's hands.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)

    @property
    def is_usable(self) -> bool:
        """Whether the other side has kept it open. One that has something to say has said goodbye."""
        if self.sock is None or self._is_cut:
            return False
        poll = select.poll()
        poll.register(self.sock, select.POLLIN)
        return not poll.poll(0)

    def ask(
        self, method: str, url: SplitResult, headers: Iterable[tuple[str, str]], send_body: Callable[[], None]
    ) -> BoundedResponse:
        """Send the head and the body; return the answer, whose body is still to be read."""
        self.putrequest(method, f"{url.path or '/'}?{url.query}".rstrip("?"), skip_host=True, skip_accept_encoding=True)
        try:
            for name, value in headers:
                self.putheader(name, value)
        except ValueError as error:
            raise http.client.HTTPException(str(error)) from error
        if self.sock:
            # The deadline of the last answer may have shortened the time-out.
            self.sock.settimeout(self.timeout)
        self.endheaders()
        try:
            send_body()
        except HUNG_UP:
            # It may have said why before it hung up.
            answer = self._answer()
            answer.will_close = True
            return answer
        return self._answer()

    def _answer(self) -> BoundedResponse:
        answer = self.getresponse()
        assert isinstance(answer, BoundedResponse)
        return answer


class Connections:
    """`count` at most are in use; thread-safe."""

    def __init__(self, count: int, *, timeout_s: float, new_context: Callable[[], ssl.SSLContext]) -> None:
        self._timeout_s = timeout_s
        self._new_context = new_context
        self._context: ssl.SSLContext | None = None
        self._free = threading.Semaphore(count)
        self._idle: list[Connection] = []
        self._is_closed = False
        self._lock = threading.Lock()

    def take(self, address: Address, stop: Stop) -> Connection:
        """One for you alone, until `give_back`; it is cut when `stop` is set. Raises Stopped."""
        while not self._free.acquire(timeout=NAP_S):
            stop.check()
        try:
            connection = self._kept(address) or self._new(address)
            stop.call_when_set(connection.cut)
        except BaseException:
            self._free.release()
            raise
        return connection

    def give_back(self, connection: Connection, stop: Stop, *, reusable: bool) -> None:
        stop.forget(connection.cut)
        with self._lock:
            kept = reusable and not self._is_closed
            if kept:
                self._idle.append(connection)
        if not kept:
            connection.close()
        self._free.release()

    def close(self) -> None:
        """Close those that nobody uses, and the others when they are given back."""
        with self._lock:
            idle, self._idle, self._is_closed = self._idle, [], True
        for connection in idle:
            connection.close()

    def _kept(self, address: Address) -> Connection | None:
        with self._lock:
            found = next((one for one in reversed(self._idle) if one.address == address), None)
            if found is None:
                return None
            self._idle.remove(found)
        if found.is_usable:
            return found
        found.close()
        return self._kept(address)

    def _new(self, address: Address) -> Connection:
        return Connection(address, timeout_s=self._timeout_s, context=self._tls() if address[0] == "https" else None)

    def _tls(self) -> ssl.SSLContext:
        # Late: it takes longer than a small file does.
        with self._lock:
            self._context = self._context or self._new_context()
            return self._context
