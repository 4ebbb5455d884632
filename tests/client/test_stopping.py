"""Ctrl-C, `close()` and failures stop pending calls at once, even if the other side stays silent for an hour."""

import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from moodrop import Client
from moodrop.errors import Stopped
from service.settings import Settings
from tests.client.recording import MIB
from tests.conftest import ROOT, Service, Store, services
from tests.e2e.weak_line import WeakLine
from tests.helpers.signals import signal_another_thread

SILENT_S = 3600
# A test fails if it takes longer.
TIMEOUT_S = 20

PROGRAM = """
import sys
from moodrop import Client, NewFile
url, token, source, file_id = sys.argv[1:]
with Client(url, token, timeout_s={silent_s}, retries=0) as client:
    print("begins", flush=True)
    {task}
"""
TASKS = {
    "upload of a small file": "client.upload('small.mp3')",
    "upload in parts": "client.upload(source, parallel=3)",
    "upload of many": "list(client.upload_many(['small.mp3', source, 'small.mp3']))",
    "download in ranges": "client.download(file_id, 'copy', parallel=3)",
    "download to a stream": "client.download(file_id, sys.stdout.buffer)",
}


@pytest.fixture(scope="module")
def line(minio: Store) -> Iterator[WeakLine]:
    """Return the proxy through which the client reaches the store."""
    made = WeakLine(minio.endpoint)
    yield made
    made.close()


@pytest.fixture(scope="module")
def slow_service(
    line: WeakLine, client_settings: Settings, minio: Store, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """Return the service whose URLs lead through that proxy."""
    with services(tmp_path_factory.mktemp("slow")) as start:
        yield start(client_settings.model_copy(update={"minio_public_endpoint": line.url}))


@pytest.mark.real
@pytest.mark.parametrize("task", TASKS)
def test_ctrl_c_waits_for_no_silent_line(
    task: str, slow_service: Service, token: str, line: WeakLine, a_file: Callable[..., Path], tmp_path: Path
) -> None:
    """No thread keeps the program alive; stored parts stay."""
    source, _ = a_file("film.mp4", 40 * MIB), a_file("small.mp3")
    with Client(slow_service.url, token) as client:
        file_id = client.upload(source).file_id
    line.requests.clear()
    line.hold_after(1)
    script = PROGRAM.format(silent_s=SILENT_S, task=TASKS[task])
    command = [sys.executable, "-W", "error", "-c", script, slow_service.url, token, source, file_id]
    running = subprocess.Popen(
        command, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        while not line.is_blocked:
            assert running.poll() is None, running.communicate()
        signal_another_thread(running.pid, signal.SIGINT)
        _, errors = running.communicate(timeout=TIMEOUT_S)
    finally:
        running.kill()
        running.wait()
        line.restore()

    assert running.returncode == -signal.SIGINT
    assert errors.rstrip().endswith(b"KeyboardInterrupt"), errors
    assert not any("copy" in path.name for path in tmp_path.iterdir())


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A server that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


@pytest.fixture
def unreachable() -> Iterator[socket.socket]:
    """A server that accepts no connections: its queue is full, and the system drops new ones."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        waiting = [socket.create_connection(server.getsockname()) for _ in range(1)]
        yield server
        for one in waiting:
            one.close()


@pytest.mark.parametrize("kind", ["silent", "unreachable"])
def test_closing_ends_a_call_that_nobody_answers(kind: str, request: pytest.FixtureRequest) -> None:
    """Also while it is still connecting."""
    server: socket.socket = request.getfixturevalue(kind)
    client = Client(f"http://127.0.0.1:{server.getsockname()[1]}", timeout_s=SILENT_S)
    raised = list[BaseException]()

    def ask() -> None:
        try:
            client.whoami()
        except BaseException as error:  # noqa: BLE001  looked at below
            raised.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    # Wait until it has begun; the result is the same either way.
    asking.join(0.3)
    client.close()
    asking.join(TIMEOUT_S)

    assert [type(error) for error in raised] == [Stopped]
