"""A bad line to a server: a proxy of TCP that delays, trickles, cuts or swallows what the server answers."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Literal
from urllib.parse import urlsplit

Ill = Literal["delays", "trickles", "cuts", "swallows"]

DELAY_S = 5.0
BYTES_A_SECOND = 1024
# Of an answer, before the line is cut: not even its first line is whole.
BYTES_BEFORE_A_CUT = 12
# So that a closed socket sends a reset.
_NO_LINGER = struct.pack("ii", 1, 0)


class BadLine:
    """Bytes go to the server at once, and come back as the line is at that moment, on open connections too."""

    def __init__(self, server_url: str) -> None:
        parts = urlsplit(server_url)
        self._server = (parts.hostname or "", parts.port or 80)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._is_over = threading.Event()
        self._ill: Ill | None = None
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def serve(self) -> None:
        """Accept connections until the line is closed."""
        with suppress(OSError):
            while True:
                self._start(self._connect, self._listener.accept()[0])

    def close(self) -> None:
        self._is_over.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    @contextmanager
    def being(self, ill: Ill) -> Iterator[None]:
        """Have the line be so during the block."""
        self._ill = ill
        try:
            yield
        finally:
            self._ill = None

    def _connect(self, client: socket.socket) -> None:
        with suppress(OSError):
            server = socket.create_connection(self._server)
            self._start(self._carry, server, client, self._answer)
            self._carry(client, server, lambda to, data: to.sendall(data))

    def _start(self, target: Callable[..., None], *args: object) -> None:
        threading.Thread(target=target, args=args, daemon=True).start()

    def _carry(self, source: socket.socket, to: socket.socket, send: Callable[[socket.socket, bytes], None]) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                send(to, data)
        for end in (source, to):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _answer(self, client: socket.socket, data: bytes) -> None:
        match self._ill:
            case "swallows":
                return
            case "cuts":
                client.sendall(data[:BYTES_BEFORE_A_CUT])
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
                client.close()
                raise ConnectionResetError
            case "delays":
                self._is_over.wait(DELAY_S)
                client.sendall(data)
            case "trickles":
                for at in range(0, len(data), BYTES_A_SECOND // 8):
                    self._is_over.wait(1 / 8 if self._ill else 0)
                    client.sendall(data[at : at + BYTES_A_SECOND // 8])
            case _:
                client.sendall(data)


@contextmanager
def bad_line(server_url: str) -> Iterator[BadLine]:
    """Run a line to the server, which is good as long as nobody says otherwise."""
    line = BadLine(server_url)
    thread = threading.Thread(target=line.serve)
    thread.start()
    try:
        yield line
    finally:
        line.close()
        thread.join()
