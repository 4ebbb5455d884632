"""Requests of one connection that stay on their thread, and those of others, which wait for it.

The worker has a single thread here, so that its answers have one order.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from time import sleep

import pytest
from gunicorn.config import Config

from dev import children
from dev.ports import free_port
from service.server.connection import Connection
from service.server.limits import MOST_BESIDE
from service.server.reading import RequestReader
from service.server.staying import MOST_IN_A_ROW, take_next
from tests.conftest import ROOT

QUIET = 16
BUSY = 500
CONFIGURED = """
worker_class = "service.server.worker.Worker"
logger_class = "service.server.gunicorn_logger.Logger"
threads = 1
keepalive = 75
control_socket_disable = True
"""


@pytest.fixture
def hold(tmp_path: Path) -> Path:
    """A pipe: who opens it for writing waits until the app is at /hold, which lasts until it is closed again."""
    os.mkfifo(tmp_path / "hold")
    return tmp_path / "hold"


@pytest.fixture
def port(tmp_path: Path, hold: Path) -> Iterator[int]:
    """A server of `numbering_wsgi` with one thread."""
    port = free_port()
    configuration = tmp_path / "conf.py"
    configuration.write_text(CONFIGURED + f'bind = "127.0.0.1:{port}"\n')
    command = [sys.executable, "-m", "gunicorn", "-c", str(configuration), "tests.server.numbering_wsgi:app"]
    with (tmp_path / "log").open("wb") as log:
        process = children.spawn(
            command, output=log, env={**os.environ, "AUTH_MODE": "open", "HOLD": str(hold)}, cwd=ROOT
        )
        try:
            _wait(port, process, tmp_path / "log")
            yield port
        finally:
            children.stop(process)


def _wait(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            sleep(0.05)
            continue
        return
    raise AssertionError(log.read_text())


class Client:
    """A connection."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._received = self.socket.makefile("rb")

    def close(self) -> None:
        self._received.close()
        self.socket.close()

    def ask(self, *paths: str, caller: str = "a") -> None:
        """Send these requests together."""
        requests = (f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {caller}\r\n\r\n" for path in paths)
        self.socket.sendall("".join(requests).encode())

    def read(self) -> int:
        """Return the number of the next answer."""
        length = 0
        while (line := self._received.readline()) != b"\r\n":
            assert line, "the connection ended"
            if line.lower().startswith(b"content-length: "):
                length = int(line.split()[1])
        return int(self._received.read(length))


@pytest.mark.parametrize("same_caller", [True, False], ids=["of one caller", "of others"])
def test_a_busy_connection_keeps_no_quiet_one_waiting(port: int, hold: Path, *, same_caller: bool) -> None:
    """All 16 are answered long before the busy one is through; of other callers, each before its next but one."""
    with ExitStack() as stack:
        busy, *quiet, last = (stack.enter_context(closing(Client(port))) for _ in range(QUIET + 2))
        for client in (*quiet, last):  # each is known to the poller
            client.ask("/healthz")
            client.read()
        busy.ask("/hold", *["/"] * BUSY)
        with hold.open("wb"):
            for number, client in enumerate(quiet):
                client.ask("/", caller="a" if same_caller else f"quiet {number}")
            last.ask("/healthz")  # the poller takes them in their order: it has all of them by then
            last.read()

        assert busy.read() == 1
        answered = [client.read() for client in quiet]
        assert [busy.read() for _ in range(BUSY)][-1] == BUSY + QUIET + 1

    most = QUIET + MOST_IN_A_ROW * (MOST_BESIDE + 1) + QUIET if same_caller else 2 * QUIET + 1
    assert max(answered) <= 1 + most
    assert len(set(answered)) == QUIET


def test_who_is_alone_stays_and_gets_all_answers_in_order(port: int) -> None:
    """More requests in a row than a connection may stay for, in pieces that end anywhere."""
    with closing(Client(port)) as client:
        client.ask("/", "/healthz", *["/"] * MOST_IN_A_ROW * 3)
        client.socket.sendall(b"GET / HTTP/1.1\r\nHo")
        first, health, *more = [client.read() for _ in range(2 + MOST_IN_A_ROW * 3)]
        client.socket.sendall(b"st: x\r\n\r\n")
        more.append(client.read())

    assert (first, health) == (1, 0)
    assert more == list(range(2, 3 + MOST_IN_A_ROW * 3))


@pytest.mark.parametrize(
    ("line", "caller", "stays"),
    [
        ("GET /v1/files", "a", True),
        ("POST /v1/uploads", "a", True),
        ("GET /v1/files", "b", False),
        ("GET /healthz", "a", False),
        ("POST /v1/uploads/1/confirm", "a", False),
    ],
)
def test_what_has_to_be_queued_goes_back_whole(line: str, caller: str, *, stays: bool) -> None:
    """A request of another caller behind the same proxy, of another pool, or that may wait for the store."""
    near, far = socket.socketpair()
    with near, far:
        near.setblocking(False)
        address = ("127.0.0.1", 1)
        conn = Connection(near, address, address, RequestReader(Config(), address, lambda path: 1000))
        conn.take(conn.reader.feed(b"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: a\r\n\r\n"))
        first = conn.request
        far.sendall(f"{line} HTTP/1.1\r\nHost: x\r\nAuthorization: {caller}\r\n\r\n".encode())

        assert take_next(conn) is stays

    assert (conn.request is first, conn.unqueued is None) == (not stays, stays)
    assert (conn.request if stays else conn.unqueued).path == line.split()[1]
    assert conn.caller == "a"


TOO_LARGE = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n"


@pytest.mark.parametrize("bad", [b"GET / HTTP/9\r\n\r\n", b"\x16\x03\x01\r\n\r\n", TOO_LARGE])
def test_what_is_no_request_is_refused_behind_others(port: int, bad: bytes) -> None:
    """The ones before it have their answers, and nothing after it is read."""
    with closing(Client(port)) as client:
        client.socket.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 3 + bad + b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")

        assert [client.read() for _ in range(3)] == [1, 2, 3]
        rest = client._received.read()  # noqa: SLF001 - until the server closes
    assert rest.startswith(b"HTTP/1.1 4")
    assert rest.count(b"HTTP/1.1") == 1
