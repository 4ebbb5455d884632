"""A persistent HTTP/1.1 connection on the standard library's sockets. Other threads can cut it."""

import http.client
import select
import socket
import ssl
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import SplitResult

from moodrop.http.bounded_reads import BoundedResponse

# What the sender sees if the server refuses early and closes the connection.
HUNG_UP = (BrokenPipeError, ConnectionResetError, ssl.SSLEOFError)


class Address(NamedTuple):
    """Where a connection leads."""

    scheme: str
    host: str
    port: int


class Connection(http.client.HTTPConnection):
    """A connection that one thread uses at a time. Raises OSError, HTTPException, EndlessResponse."""

    response_class = BoundedResponse

    def __init__(self, address: Address, *, timeout_s: float, context: ssl.SSLContext | None) -> None:
        super().__init__(address.host, address.port, timeout=timeout_s)
        self.address = address
        self._context = context
        self._is_cut = False

    def connect(self) -> None:
        error: OSError | None = None
        for family, kind, protocol, _, place in socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM):
            # Set before connecting, so that `cut` can end even the wait for a host that does not answer.
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
        """Shut the socket down from another thread; the thread that uses it gets an error at once."""
        self._is_cut = True
        if sock := self.sock:
            with suppress(OSError):
                # SSLSocket.shutdown would drop the TLS state while the other thread reads.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)

    @property
    def is_usable(self) -> bool:
        """Whether the server has kept it open. Unexpected data on an idle connection means that it is closing."""
        if self.sock is None or self._is_cut:
            return False
        poll = select.poll()
        poll.register(self.sock, select.POLLIN)
        return not poll.poll(0)

    def send_request(
        self, method: str, url: SplitResult, headers: Iterable[tuple[str, str]], send_body: Callable[[], None]
    ) -> BoundedResponse:
        """Send the head and the body; return the response, whose body is still unread."""
        self.putrequest(method, f"{url.path or '/'}?{url.query}".rstrip("?"), skip_host=True, skip_accept_encoding=True)
        try:
            for name, value in headers:
                self.putheader(name, value)
        except ValueError as error:
            raise http.client.HTTPException(str(error)) from error
        if self.sock:
            # The deadline of the last response may have shortened the time-out.
            self.sock.settimeout(self.timeout)
        self.endheaders()
        try:
            send_body()
        except HUNG_UP:
            # The server may have sent its reason first.
            response = self._response()
            response.will_close = True
            return response
        return self._response()

    def _response(self) -> BoundedResponse:
        response = self.getresponse()
        assert isinstance(response, BoundedResponse)
        return response
