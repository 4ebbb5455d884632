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
# At most a pipe's size, and on a slow line a packet's: a small request then waits for little of a large one.
LARGEST_CHUNK, SMALLEST_CHUNK, CHUNK_SECONDS = 65536, 1448, 0.01
# Little waits inside the line, so that it is the sender who waits. Less than a packet of loopback would slow it down.
BUFFERED_CHUNKS, SMALLEST_BUFFER = 4, 65536
QUIET_SECONDS = 1


class Link:
    """What may pass each way, to however many servers."""

    def __init__(self, bytes_per_s: float) -> None:
        self.up, self.down = Pace(bytes_per_s), Pace(bytes_per_s)
        self.chunk = round(min(LARGEST_CHUNK, max(SMALLEST_CHUNK, bytes_per_s * CHUNK_SECONDS)))

    def wait_until_quiet(self) -> None:
        """Return when nothing has passed for a second: a client that hangs up leaves its last bytes to the kernel."""
        while max(self.up.free_at, self.down.free_at) > time.monotonic() - QUIET_SECONDS:
            time.sleep(0.1)


class Pace:
    """Lets bytes pass at a rate, whoever sends them."""

    def __init__(self, bytes_per_s: float) -> None:
        self._bytes_per_s = bytes_per_s
        self._lock = threading.Lock()
        self.free_at = 0.0

    def wait(self, size: int) -> None:
        """Return when these bytes have left the line."""
        with self._lock:
            now = time.monotonic()
            # A sleep that lasts too long is made up for by the next ones, but silence is not.
            self.free_at = max(self.free_at, now - 0.05) + size / self._bytes_per_s
            left = self.free_at - now
        if left > 0:
            time.sleep(left)


@contextmanager
def line(to: tuple[str, int], through: Link) -> Iterator[int]:
    """Yield the port on 127.0.0.1 at which the line to this server begins."""
    with ExitStack() as opened:
        listening = opened.enter_context(socket.create_server(("127.0.0.1", 0)))
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, max(SMALLEST_BUFFER, BUFFERED_CHUNKS * through.chunk))
        threading.Thread(target=_accept, args=(listening, to, through), daemon=True).start()
        yield int(listening.getsockname()[1])
        # Wakes the thread that accepts; closing alone does not.
        listening.shutdown(socket.SHUT_RDWR)


def _accept(listening: socket.socket, to: tuple[str, int], through: Link) -> None:
    with suppress(OSError):
        while True:
            client, _ = listening.accept()
            threading.Thread(target=_connect, args=(client, to, through), daemon=True).start()


def _connect(client: socket.socket, to: tuple[str, int], through: Link) -> None:
    """Serve one connection until both sides have ended."""
    with client, suppress(OSError), socket.create_connection(to) as server:
        for one in (client, server):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        answers = threading.Thread(target=_pass, args=(server, client, through.down, through.chunk), daemon=True)
        answers.start()
        _pass(client, server, through.up, through.chunk)
        answers.join()


def _pass(source: socket.socket, target: socket.socket, pace: Pace, chunk: int) -> None:
    """Pass on what one side sends, until it ends."""
    out, into = os.pipe()
    try:
        with suppress(OSError):
            while size := os.splice(source.fileno(), into, chunk):
                pace.wait(size)
                while size:
                    size -= os.splice(out, target.fileno(), size)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)
    finally:
        os.close(out)
        os.close(into)
