"""Runs the programs that a row needs, each inside a `with`: MinIO and mongod, our service, baselines."""

import os
import secrets
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from subprocess import Popen

from dev import children
from dev.errors import tail
from dev.ports import free_port
from dev.project import ROOT
from dev.servers import start_minio, start_mongod
from service.accounts.adapters.jwt.authenticator import issue_token
from service.settings import Settings

OWNER = "u1"
SCOPES = ("uploads:write", "files:read", "files:write")
START_SECONDS = 180  # a busy machine
TOKEN_SECONDS = 7200


@dataclass(frozen=True)
class Stores:
    """A MinIO and a mongod for one row, and the environment of a service that uses them."""

    folder: Path
    environment: Mapping[str, str]

    @cached_property
    def settings(self) -> Settings:
        return Settings.model_validate({name.lower(): value for name, value in self.environment.items()})

    @property
    def authorization(self) -> dict[str, str]:
        token = issue_token(self.settings, OWNER, SCOPES, at=datetime.now(UTC), expires_in=TOKEN_SECONDS)
        return {"Authorization": f"Bearer {token}"}


@contextmanager
def stores() -> Iterator[Stores]:
    with tempfile.TemporaryDirectory(prefix="moodrop-bench-") as name:
        folder = Path(name)
        access_key, secret_key = "bench-root", secrets.token_hex(20)
        mongod = start_mongod(folder / "mongod")
        try:
            own_pages = ["http://127.0.0.1:*"]
            minio = start_minio(folder / "minio", access_key=access_key, secret_key=secret_key, cors_origins=own_pages)
            try:
                environment = {
                    "MINIO_ENDPOINT": minio.endpoint,
                    "MINIO_ACCESS_KEY": access_key,
                    "MINIO_SECRET_KEY": secret_key,
                    "MONGODB_URI": mongod.uri,
                    "JWT_SECRET": secrets.token_hex(32),
                }
                yield Stores(folder, environment)
            finally:
                minio.stop()
        finally:
            mongod.stop()


@dataclass(frozen=True)
class Program:
    """A running server and its address."""

    process: Popen[bytes]
    url: str


@contextmanager
def program(
    command: Sequence[str | Path],
    environment: Mapping[str, str],
    *,
    log_path: Path,
    cwd: Path = ROOT,
    answers_at: str = "/",
) -> Iterator[Program]:
    """Run a server that listens on PORT, once it answers `answers_at` with a status below 500."""
    port = free_port()
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    with log_path.open("wb") as log:
        process = children.spawn(command, output=log, env={**inherited, **environment, "PORT": str(port)}, cwd=cwd)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(process, url + answers_at, log_path)
        yield Program(process, url)
    finally:
        children.stop(process)


def _wait(process: Popen[bytes], url: str, log_path: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while not _answers(url):
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"no answer from {url}:\n" + "\n".join(tail(log_path, 20)))
        time.sleep(0.1)


def _answers(url: str) -> bool:
    # No proxy between two programs on this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        opener.open(url, timeout=5).close()
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False
    return True


@contextmanager
def gunicorn(target: str, given: Stores, *, answers_at: str, workers: int = 1) -> Iterator[Program]:
    """Run a module's app with the service's own configuration."""
    command = [sys.executable, "-m", "gunicorn", "-c", "python:service.server.gunicorn_conf", target]
    environment = {**given.environment, "WEB_CONCURRENCY": str(workers)}
    log_path = given.folder / f"{target.partition(':')[0]}.log"
    with program(command, environment, log_path=log_path, answers_at=answers_at) as running:
        yield running


@contextmanager
def granian(target: str, given: Stores, *, answers_at: str, workers: int = 1) -> Iterator[Program]:
    """Run a module's app as SERVER=granian runs the service."""
    command = [sys.executable, "-m", "service.server.granian", target]
    environment = {**given.environment, "WEB_CONCURRENCY": str(workers), "SERVER": "granian"}
    log_path = given.folder / f"{target.partition(':')[0]}-granian.log"
    with program(command, environment, log_path=log_path, answers_at=answers_at) as running:
        yield running


@contextmanager
def service(given: Stores, *, workers: int = 1) -> Iterator[Program]:
    with gunicorn("service.wsgi:app", given, answers_at="/readyz", workers=workers) as running:
        yield running


@contextmanager
def service_on_granian(given: Stores, *, workers: int = 1) -> Iterator[Program]:
    with granian("service.wsgi:app", given, answers_at="/readyz", workers=workers) as running:
        yield running
