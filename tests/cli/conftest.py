"""The installed command in a process of its own, against gunicorn on the real MinIO and mongod."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from dev.servers import MongodServer
from service.accounts.adapters.jwt.authenticator import issue_token
from service.settings import Settings
from service.shared.scopes import ALL_SCOPES
from tests.cli.command import MIB, Command
from tests.cli.terminal import Terminal
from tests.conftest import ROOT, Service, Store, services, settings_for
from tests.e2e.weak_line import WeakLine


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that `pip install .` fills; the package's dependencies are already there."""
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
    """One service for all these tests; each user sees only their own files."""
    settings = settings_for(
        minio,
        mongod,
        auth_mode="jwt",
        jwt_secret=uuid4().hex,
        minio_public_endpoint=shared_line.url,
        history=True,
    )
    with services(tmp_path_factory.mktemp("service")) as start:
        yield start(settings), settings


@pytest.fixture
def line(shared_line: WeakLine) -> Iterator[WeakLine]:
    """Return the proxy through which the command reaches the store."""
    shared_line.requests.clear()
    yield shared_line
    shared_line.restore()


@pytest.fixture
def anybody(installed: Path, tmp_path: Path) -> Command:
    """A user who has not yet configured the command."""
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
    """Return the token of a new user."""
    return issue_token(shared_service[1], f"u{uuid4().hex[:12]}", ALL_SCOPES, at=datetime.now(UTC), expires_in=3600)


@pytest.fixture
def moodrop(anybody: Command, shared_service: tuple[Service, Settings], token: str, line: WeakLine) -> Command:
    """A new user of the shared service, configured by the environment."""
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
