"""Scanners on this machine: a real clamd with one signature, and one that answers as a test says."""

import shutil
import socket
import socketserver
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dev.children import spawn, stop

# The test file that every scanner knows, in two parts so that none finds it here.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
NAME = "Moodrop.Test.EICAR"
STREAM_MAX_BYTES = 1024 * 1024
START_S = 60


@contextmanager
def real_clamd(folder: Path) -> Iterator[str]:
    """Run Debian's clamd, which finds EICAR and nothing else; yield its address."""
    database = folder / "db"
    database.mkdir()
    (database / "test.ndb").write_text(f"{NAME}:0:*:{EICAR.hex()}\n")
    address = folder / "clamd.sock"
    (folder / "clamd.conf").write_text(
        f"LocalSocket {address}\nDatabaseDirectory {database}\nForeground yes\n"
        f"StreamMaxLength {STREAM_MAX_BYTES}\nTemporaryDirectory {folder}\n"
    )
    with (folder / "log").open("wb") as log:
        clamd = spawn([shutil.which("clamd") or "clamd", "-c", folder / "clamd.conf"], output=log)
    try:
        until = time.monotonic() + START_S
        while not address.exists():
            assert clamd.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < until
            time.sleep(0.1)
        yield f"unix:{address}"
    finally:
        stop(clamd)


class ScriptedClamd(socketserver.ThreadingTCPServer):
    """Reads a stream and answers what a test says: by TCP, as clamd does. None: never."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, answer: bytes | None) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.answer = answer
        self.received = b""

    @property
    def url(self) -> str:
        return f"tcp://127.0.0.1:{self.socket.getsockname()[1]}"


class _Session(socketserver.BaseRequestHandler):
    server: ScriptedClamd
    request: socket.socket

    def handle(self) -> None:
        stream = self.request.makefile("rb")
        assert stream.read(10) == b"zINSTREAM\0"
        while size := struct.unpack(">I", stream.read(4))[0]:
            self.server.received += stream.read(size)
        if self.server.answer is None:
            stream.read(1)
        else:
            self.request.sendall(self.server.answer)


@contextmanager
def scripted_clamd(answer: bytes | None) -> Iterator[ScriptedClamd]:
    with ScriptedClamd(answer) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield server
        server.shutdown()
