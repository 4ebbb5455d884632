"""A TCP line between the browser and the store that a test can block, silence and cut.

Chromium's own offline switch does not affect requests in flight.
"""

import contextlib
import socket
import struct
import threading
from collections import Counter
from urllib.parse import urlsplit

CHUNK = 256 * 1024
MUCH = 1024 * 1024  # more than any request without a body
REQUEST_LINES = (b"PUT ", b"GET ", b"OPTIONS ")
RESET = struct.pack("ii", 1, 0)  # SO_LINGER of zero seconds: close with a reset, like a lost connection


class WeakLine:
    """Forwards bytes to `endpoint` until a test interferes."""

    def __init__(self, endpoint: str) -> None:
        parts = urlsplit(endpoint)
        self._target = (parts.hostname, parts.port)
        self._changed = threading.Condition()
        self._allowance: int | None = None  # bytes towards the store that may still pass; None: all
        self._puts: int | None = None  # PUTs that may still pass; None: all
        self._open = True
        self._silent: set[socket.socket] = set()
        self._spoils = False
        self._passed: Counter[socket.socket] = Counter()
        self.requests = list[str]()  # first lines, such as "PUT /bucket/key?partNumber=1&… HTTP/1.1"
        self._sockets: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def is_blocked(self) -> bool:
        """Whether the allowance is used up, so that bytes wait."""
        with self._changed:
            return self._allowance is not None and self._allowance <= 0

    def hold_after(self, size_bytes: int) -> None:
        """Forward this many more bytes to the store; the next ones wait."""
        self._set(size_bytes)

    def hold_after_puts(self, number: int) -> None:
        """Forward this many whole files; the next one waits, and everything after it."""
        with self._changed:
            self._puts = number

    def release(self) -> None:
        self._set(None)

    def silence(self) -> None:
        """Stop all traffic on the connections that carry a file now, but leave them open; others are unaffected."""
        with self._changed:
            self._silent |= {one for one, passed in self._passed.items() if passed >= MUCH}
            self._changed.notify_all()
        self.release()

    def spoil(self) -> None:
        """Change one byte of the next file or part that goes to the store."""
        with self._changed:
            self._spoils = True

    def cut(self) -> None:
        """Reset every connection, and each new one, until `restore`."""
        with self._changed:
            self._open = False
            for one in self._sockets:
                _reset(one)
            self._changed.notify_all()

    def restore(self) -> None:
        with self._changed:
            self._open = True
        self.release()

    def close(self) -> None:
        self.cut()
        self._listener.close()

    def _set(self, allowance: int | None) -> None:
        with self._changed:
            self._allowance = allowance
            self._puts = None
            self._changed.notify_all()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._join, args=(near,), daemon=True).start()

    def _join(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection(self._target)
        except OSError:
            _reset(near)
            return
        with self._changed:
            self._sockets |= {near, far}
            if not self._open:
                _reset(far)
                _reset(near)
        threading.Thread(target=self._pass_on, args=(far, near, False), daemon=True).start()
        self._pass_on(near, far, True)

    def _pass_on(self, source: socket.socket, sink: socket.socket, counted: bool) -> None:
        with contextlib.suppress(OSError):
            while chunk := source.recv(CHUNK):
                # A client sends a request after the answer to the previous one, so each request begins a chunk.
                if counted and chunk.startswith((b"PUT ", b"GET ")):
                    self._count(chunk[: chunk.find(b"\r")].decode(errors="replace"))
                self._wait(source, len(chunk) if counted else 0)
                sink.sendall(self._spoiled(source, chunk) if counted else chunk)
        with self._changed:
            self._sockets -= {source, sink}
        _reset(source)
        _reset(sink)

    def _count(self, request: str) -> None:
        self.requests.append(request)
        with self._changed:
            if self._puts is None or not request.startswith("PUT "):
                return
            if self._puts == 0:
                self._allowance = 0
            else:
                self._puts -= 1

    def _spoiled(self, source: socket.socket, chunk: bytes) -> bytes:
        with self._changed:
            if not self._spoils or self._passed[source] < MUCH or chunk.startswith(REQUEST_LINES):
                return chunk
            self._spoils = False
        return chunk[:-1] + bytes([chunk[-1] ^ 1])

    def _wait(self, source: socket.socket, size: int) -> None:
        def may_pass() -> bool:
            blocked = size > 0 and self._allowance is not None and self._allowance <= 0
            return not self._open or (source not in self._silent and not blocked)

        with self._changed:
            self._changed.wait_for(may_pass)
            self._passed[source] += size
            if self._allowance is not None:
                self._allowance -= size


def _reset(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        one.shutdown(socket.SHUT_RDWR)
    one.close()
