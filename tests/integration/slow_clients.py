"""Clients that hold connections without a complete request: several kinds, many at once."""

import itertools
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

# A file of the service that is larger than the kernel's buffers for a client that does not read.
LARGE_FILE = "/docs/static/js/redoc.standalone.js"
TINY_BUFFER = 2048


class Attackers:
    """Many connections to one service, kept open until `stop`; closed ones are opened again."""

    def __init__(self, url: str, kind: str, count: int, token: str) -> None:
        parts = urlsplit(url)
        self._address = (parts.hostname, parts.port)
        self._begin, self._drip = KINDS[kind]
        self._host = parts.netloc
        self._token = token
        self._small = kind.startswith("reader")
        self._count = count
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._open: dict[socket.socket, Iterator[bytes]] = {}

    def _connect(self) -> None:
        sock = socket.socket()
        if self._small:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, TINY_BUFFER)
        sock.settimeout(2)
        with suppress(OSError):
            sock.connect(self._address)
            first = self._begin(self._host, self._token)
            if first:
                sock.sendall(first)
        sock.setblocking(False)
        self._open[sock] = itertools.cycle(bytes([byte]) for byte in self._drip) if self._drip else iter(())

    def _run(self) -> None:
        while not self._stopping.wait(1.0):
            for sock, drip in list(self._open.items()):
                if self._is_closed(sock) or not self._send(sock, drip):
                    sock.close()
                    del self._open[sock]
            while len(self._open) < self._count and not self._stopping.is_set():
                self._connect()

    def _is_closed(self, sock: socket.socket) -> bool:
        if self._small:
            return False
        try:
            return sock.recv(65536) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True

    def _send(self, sock: socket.socket, drip: Iterator[bytes]) -> bool:
        byte = next(drip, b"")
        try:
            if byte:
                sock.send(byte)
        except BlockingIOError:
            pass
        except OSError:
            return False
        return True

    def start(self) -> None:
        for _ in range(self._count):
            self._connect()
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()
        for sock in self._open:
            sock.close()


Begin = Callable[[str, str], bytes]


def _post(more: str, body: bytes = b"", *, with_token: bool = True) -> Begin:
    def begin(host: str, token: str) -> bytes:
        known = f"Authorization: Bearer {token}\r\n" if with_token else ""
        head = f"POST /v1/uploads HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n{known}{more}\r\n\r\n"
        return head.encode() + body

    return begin


def _get(path: str, times: int = 1, end: str = "\r\n\r\n") -> Begin:
    def begin(host: str, token: str) -> bytes:
        return f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}{end}".encode() * times

    return begin


# What each client sends at once, and what it then sends at one byte per second.
KINDS: dict[str, tuple[Begin, bytes]] = {
    "silent": (lambda host, token: b"", b""),
    "half a line": (lambda host, token: b"GET /hea", b""),
    "half a header": (_get("/healthz", end="\r\nX-A: "), b""),
    "dripping header": (_get("/healthz", end="\r\nX-A: "), b"abcdefgh"),
    "dripping header lines": (_get("/healthz", end="\r\n"), b"X: y\r\n"),
    "half a body": (_post("Content-Length: 1000", b"{"), b""),
    "half a body without token": (_post("Content-Length: 1000", b"{", with_token=False), b""),
    "half a large body": (_post("Content-Length: 1000000", b"{" + b" " * 900_000), b""),
    "dripping body": (_post("Content-Length: 1000", b"{"), b'"a": "b", '),
    "half a chunk": (_post("Transfer-Encoding: chunked", b"400\r\n{"), b""),
    "half a chunk's size": (_post("Transfer-Encoding: chunked", b"4"), b"0000000"),
    "endless trailers": (_post("Transfer-Encoding: chunked", b"0\r\n"), b"a: b\r\n"),
    "waiting for the go-ahead": (_post("Content-Length: 1000\r\nExpect: 100-continue"), b""),
    "kept alive": (_get("/healthz"), b""),
    "reader": (_get(LARGE_FILE), b""),
    "reader of many": (_get(LARGE_FILE, times=20), b""),
    "reader of a list": (_get("/docs/openapi.json", times=20), b""),
    "TLS": (lambda host, token: bytes.fromhex("16030100a5010000a10303") + bytes(100), b""),
    "garbage": (lambda host, token: bytes(range(128, 256)) * 8, b"\xff"),
}


@contextmanager
def attacking(url: str, kind: str, count: int, token: str) -> Iterator[None]:
    """Keep so many clients of that kind connected."""
    attackers = Attackers(url, kind, count, token)
    attackers.start()
    try:
        yield
    finally:
        attackers.stop()
