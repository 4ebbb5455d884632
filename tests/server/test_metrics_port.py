"""METRICS_PORT: what is there, and whose connections came by it; and the files in which workers count."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from service.server.metrics import files as metrics_files
from service.server.metrics.files import FOLDER, give_place, on_exit, on_starting, post_fork, start_files
from service.server.metrics.port import MetricsPort

PORT = 9464


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files of all users, and an environment that names no folder yet."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv(FOLDER, "")
    monkeypatch.delenv(FOLDER)
    return tmp_path


def answer(method: str, path: str) -> bytes:
    return MetricsPort(PORT, lambda: b"a_metric 1\n").answer(SimpleNamespace(method=method, path=path))


def test_the_metrics_are_there_and_nothing_else() -> None:
    """Whoever reaches the port reaches nothing of the service by it."""
    head, _, body = answer("GET", "/metrics").partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n")
    assert (b"Content-Length: 11\r\nConnection: close" in head, body) == (True, b"a_metric 1\n")

    for method, path in (("POST", "/metrics"), ("HEAD", "/metrics"), ("GET", "/metrics/"), ("GET", "/"), ("GET", "")):
        assert answer(method, path).startswith(b"HTTP/1.1 404 Not Found\r\n")


@pytest.mark.parametrize(
    ("address", "is_there"),
    [
        (("127.0.0.1", PORT), True),
        (("::1", PORT, 0, 0), True),
        (("127.0.0.1", 5000), False),
        ("/run/a.sock", False),
        ("", False),
    ],
)
def test_the_socket_says_by_which_port_a_connection_came(address: Any, is_there: bool) -> None:
    """Not the request, which may name any host. A socket of the file system has a name alone."""
    assert MetricsPort(PORT, bytes).has(address) is is_there


def test_the_folder_is_this_users_alone_and_empty(place: Path) -> None:
    """What a lost service left there would be counted on."""
    folder = place / f"moodrop-metrics-{os.getuid()}-{PORT}"
    folder.mkdir(mode=0o700)
    (folder / "counter_0.db").write_bytes(b"left")

    start_files(PORT)

    assert list(folder.iterdir()) == []
    assert os.environ[FOLDER] == str(folder)
    on_exit(None)
    assert not folder.exists()
    on_exit(None)


@pytest.mark.parametrize("made", [lambda folder: folder.mkdir(0o755), lambda folder: folder.symlink_to("/")])
def test_a_folder_of_somebody_else_stops_the_start(place: Path, made: Callable[[Path], None]) -> None:
    """They could read and change the counts, or have the service empty a folder of its own user."""
    folder = place / f"moodrop-metrics-{os.getuid()}-{PORT}"
    made(folder)

    with pytest.raises(SystemExit, match=f"{folder}, for its metrics, belongs to somebody else"):
        start_files(PORT)

    assert FOLDER not in os.environ


@pytest.mark.parametrize(("port", "is_there"), [(PORT, True), (0, False)])
def test_without_a_port_nothing_is_made(
    place: Path, monkeypatch: pytest.MonkeyPatch, port: int, is_there: bool
) -> None:
    """And no worker counts."""
    monkeypatch.setattr(metrics_files, "settings_or_exit", lambda: SimpleNamespace(metrics_port=port))
    counting: list[object] = []
    monkeypatch.setattr(metrics_files, "count_at_place", counting.append)
    worker = SimpleNamespace(place=0)

    on_starting(None)
    post_fork(None, worker)

    assert (list(place.iterdir()) != [], counting) == (is_there, [0] if is_there else [])
    on_exit(None)


@pytest.mark.parametrize(("taken", "given"), [([], 0), ([0, 1], 2), ([1, 2], 0), ([0, 2], 1)])
def test_a_worker_takes_the_lowest_place_that_is_free(taken: list[int], given: int) -> None:
    """That of a worker that ended, if there is one: so there are never more files than workers."""
    worker = SimpleNamespace()
    server = SimpleNamespace(WORKERS={number: SimpleNamespace(place=at) for number, at in enumerate(taken)})

    give_place(server, worker)

    assert worker.place == given
