"""A line of a given speed to a server on this machine: a proxy, all of whose connections together are no faster.

The kernel moves the bytes from socket to socket, so that the line itself takes little of the processors.
"""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

# What Ethernet and TCP leave of 1 Gbit/s for what is sent, at 1,500 bytes a packet.
GIGABIT_BYTES_PER_S = 1e9 / 8 * 1448 / 1538
# A pipe's size, and thus the most that is moved at once: half a millisecond of the line.
CHUNK = 65536
# Little waits inside the line, so that it is the sender who waits.
BUFFER = 4 * CHUNK


class Pace:
    """Lets bytes pass at a rate, whoever sends them."""

    def __init__(self, bytes_per_s: float) -> None:
        self._bytes_per_s = bytes_per_s
        self._lock = threading.Lock()
        self._free_at = 0.0

    def wait(self, size: int) -> None:
        """Return when these bytes have left the line."""
        with self._lock:
            now = time.monotonic()
            # A sleep that lasts too long is made up for by the next ones, but silence is not.
            self._free_at = max(self._free_at, now - 0.05) + size / self._bytes_per_s
            left = self._free_at - now
        if left > 0:
            time.sleep(left)


@contextmanager
def line(to: tuple[str, int], bytes_per_s: float) -> Iterator[int]:
    """Yield the port on 127.0.0.1 at which the line begins."""
    with ExitStack() as opened:
        listening = opened.enter_context(socket.create_server(("127.0.0.1", 0)))
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        paces = Pace(bytes_per_s), Pace(bytes_per_s)
        threading.Thread(target=_accept, args=(listening, to, paces), daemon=True).start()
        yield int(listening.getsockname()[1])
        # Wakes the thread that accepts; closing alone does not.
        listening.shutdown(socket.SHUT_RDWR)


def _accept(listening: socket.socket, to: tuple[str, int], paces: tuple[Pace, Pace]) -> None:
    with suppress(OSError):
        while True:
            client, _ = listening.accept()
            threading.Thread(target=_connect, args=(client, to, paces), daemon=True).start()


def _connect(client: socket.socket, to: tuple[str, int], paces: tuple[Pace, Pace]) -> None:
    """Serve one connection until both sides have ended."""
    up, down = paces
    with client, suppress(OSError), socket.create_connection(to) as server:
        for one in (client, server):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        answers = threading.Thread(target=_pass, args=(server, client, down), daemon=True)
        answers.start()
        _pass(client, server, up)
        answers.join()


def _pass(source: socket.socket, target: socket.socket, pace: Pace) -> None:
    """Pass on what one side sends, until it ends."""
    out, into = os.pipe()
    try:
        with suppress(OSError):
            while size := os.splice(source.fileno(), into, CHUNK):
                pace.wait(size)
                while size:
                    size -= os.splice(out, target.fileno(), size)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)
    finally:
        os.close(out)
        os.close(into)
