"""The command as it is installed, run as a process of its own, against gunicorn on the real MinIO and mongod."""

import json
import os
import pty
import select
import shutil
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from dev.servers import MongodServer
from service.accounts.adapters.jwt.authenticator import issue_token
from service.shared.scopes import ALL_SCOPES
from service.shared.settings import Settings
from tests.conftest import ROOT, Service, Store, services, settings_for
from tests.e2e.weak_line import WeakLine

MIB = 1024 * 1024
PATIENCE_S = 60


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `pip install .` fills; what the package depends on is there already."""
    copy, target = tmp_path_factory.mktemp("source") / "moodrop", tmp_path_factory.mktemp("installed")
    # setuptools builds in the folder that it is given: not in the checkout, beside other runs.
    ignored = shutil.ignore_patterns(".*", "web", "__pycache__", "*.egg-info", "build")
    shutil.copytree(ROOT, copy, ignore=ignored)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    done = subprocess.run([*pip, "--target", target, copy], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    return target


@pytest.fixture(scope="session")
def shared_line(minio: Store) -> Iterator[WeakLine]:
    line = WeakLine(minio.endpoint)
    yield line
    line.close()


@pytest.fixture(scope="session")
def shared_service(
    shared_line: WeakLine, minio: Store, mongod: MongodServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Service, Settings]]:
    """One service for all these tests, which tells each user's files apart."""
    settings = settings_for(
        minio, mongod, auth_mode="jwt", jwt_secret=uuid4().hex, minio_public_endpoint=shared_line.url
    )
    with services(tmp_path_factory.mktemp("service")) as start:
        yield start(settings), settings


@pytest.fixture
def line(shared_line: WeakLine) -> Iterator[WeakLine]:
    """What the command reaches the store by."""
    shared_line.requests.clear()
    yield shared_line
    shared_line.mend()


@dataclass(frozen=True)
class Ran:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def rows(self) -> list[Any]:
        """What --json printed."""
        return [json.loads(line) for line in self.lines]


@dataclass
class Command:
    """The command in the hands of one user, with a home of its own."""

    program: Path
    home: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: object, stdin: bytes = b"", **more: str) -> Ran:
        """Run it in a pipe, in the user's home."""
        done = subprocess.run(
            self.line(*arguments), input=stdin, capture_output=True, timeout=PATIENCE_S, check=False, **self.place(more)
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    def start(self, *arguments: object, **more: str) -> "subprocess.Popen[bytes]":
        pipe = subprocess.PIPE
        return subprocess.Popen(self.line(*arguments), stdin=pipe, stdout=pipe, stderr=pipe, **self.place(more))

    def line(self, *arguments: object) -> list[str]:
        return [sys.executable, str(self.program / "bin" / "moodrop"), *map(str, arguments)]

    def place(self, more: dict[str, str]) -> dict[str, Any]:
        return {"cwd": self.home, "env": {**self.environment, **more}}

    def file(self, file_id: str) -> bytes:
        """What the library holds, fetched by the command."""
        done = subprocess.run(
            self.line("get", file_id, "-o", "-"), capture_output=True, check=True, timeout=PATIENCE_S, **self.place({})
        )
        return done.stdout


@pytest.fixture
def anybody(installed: Path, tmp_path: Path) -> Command:
    """Somebody who has not told the command where to go."""
    home = tmp_path / "home"
    home.mkdir()
    environment = {
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(installed),
        "PYTHONWARNINGS": "error",
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "TMPDIR": str(tmp_path),
    }
    return Command(installed, home, environment)


@pytest.fixture
def token(shared_service: tuple[Service, Settings]) -> str:
    """A new user's."""
    return issue_token(shared_service[1], f"u{uuid4().hex[:12]}", ALL_SCOPES, at=datetime.now(UTC), expires_in=3600)


@pytest.fixture
def moodrop(anybody: Command, shared_service: tuple[Service, Settings], token: str, line: WeakLine) -> Command:
    """A new user of the shared service, known by the environment."""
    anybody.environment |= {"MOODROP_URL": shared_service[0].url, "MOODROP_TOKEN": token}
    return anybody


@pytest.fixture
def a_file(anybody: Command) -> Callable[..., Path]:
    """Make a file of random bytes in the user's home."""

    def make(name: str = "song.mp3", size_bytes: int = 1000) -> Path:
        path = anybody.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            while size_bytes > 0:
                size_bytes -= file.write(os.urandom(min(size_bytes, MIB)))
        return path

    return make


class Terminal:
    """A pseudo-terminal with a command in it, as somebody sits before it."""

    def __init__(self, command: Command, *arguments: object, **more: str) -> None:
        near, far = pty.openpty()
        self._near = near
        # With the terminal as its own, so that Ctrl-C typed there reaches it.
        line = ["setsid", "--ctty", *command.line(*arguments)]
        self.process = subprocess.Popen(line, stdin=far, stdout=far, stderr=far, **command.place(more))
        os.close(far)
        self.shown = ""

    def read_until(self, wanted: Callable[[str], bool]) -> str:
        """Return what is shown when it is what is wanted."""
        until = time.monotonic() + PATIENCE_S
        while not wanted(self.shown):
            assert time.monotonic() < until, self.shown
            if not self._read():
                assert wanted(self.shown), self.shown
                break
        return self.shown

    def type_unseen(self, text: str) -> None:
        """Wait until what is typed is not shown; a person is no faster."""
        until(lambda: not termios.tcgetattr(self._near)[3] & termios.ECHO)
        self.type(text)

    def type(self, text: str) -> None:
        os.write(self._near, text.encode())

    def finish(self) -> int:
        """Read to the end; return how the command ended."""
        while self._read():
            pass
        return self.process.wait(PATIENCE_S)

    def _read(self) -> bool:
        ready, _, _ = select.select([self._near], [], [], PATIENCE_S)
        assert ready, self.shown
        # EIO: nobody has the other end open any more.
        with suppress(OSError):
            chunk = os.read(self._near, 65536)
            self.shown += chunk.decode(errors="replace")
            return bool(chunk)
        return False

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE_S)
        os.close(self._near)


@pytest.fixture
def terminal(anybody: Command) -> Iterator[Callable[..., Terminal]]:
    """Start the command in a pseudo-terminal."""
    opened: list[Terminal] = []

    def start(*arguments: object, **more: str) -> Terminal:
        opened.append(Terminal(anybody, *arguments, **more))
        return opened[-1]

    yield start
    for one in opened:
        one.close()


def until(holds: Callable[[], bool]) -> None:
    """Wait for it."""
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)
