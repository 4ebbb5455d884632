"""No request waits for the broker, whatever is wrong with it: none of their threads ever speaks to it."""

import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr

from dev.ports import free_port
from service.accounts.adapters.open_auth import LOCAL_OWNER
from service.app import create_app
from service.ports import Ports
from service.settings import Settings
from tests.builders import ALICE, a_sent_upload
from tests.helpers.worker import wait_until

pytestmark = pytest.mark.real
FILES = 5


@contextmanager
def dead() -> Iterator[int]:
    """Nobody listens."""
    yield free_port()


@contextmanager
def black_hole() -> Iterator[int]:
    """No answer even to the first packet: the line of those who wait to be accepted is full."""
    with ExitStack() as stack:
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(8):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            with suppress(BlockingIOError):
                waiting.connect(server.getsockname())
        yield server.getsockname()[1]


@contextmanager
def silent() -> Iterator[int]:
    """It accepts connections, and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@contextmanager
def slow() -> Iterator[int]:
    """It answers a byte at a time, and is never done."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_drip, args=(server,), daemon=True).start()
        yield server.getsockname()[1]


def _drip(server: socket.socket) -> None:
    with suppress(OSError):
        while True:
            connection, _ = server.accept()
            with connection, suppress(ConnectionError):
                for byte in b"\x01\x00\x00\x00\x00\xff\xff" + bytes(4096):
                    connection.sendall(bytes([byte]))
                    time.sleep(0.05)


@cache
def connections() -> list[tuple[int, str]]:
    """Return the list in which Python notes each connection of this process from now on: its port, and its thread."""
    noted: list[tuple[int, str]] = []

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "socket.connect" and isinstance(arguments[1], tuple):
            noted.append((arguments[1][1], threading.current_thread().name))

    sys.addaudithook(note)  # for as long as the process lives
    return noted


def callers_of(port: int) -> set[str]:
    return {thread for called, thread in connections() if called == port}


@pytest.mark.parametrize("broker", [dead, black_hole, silent, slow])
def test_only_the_thread_of_the_bell_speaks_to_the_broker(settings: Settings, broker: Callable[[], Any]) -> None:
    """Requests that bring news are answered by threads that only note it."""
    with broker() as port:
        connections().clear()
        url = SecretStr(f"amqp://127.0.0.1:{port}")
        with a_service(settings.model_copy(update={"media": True, "job_broker_url": url})) as (client, ports):
            statuses = [confirm(client, ports) for _ in range(FILES)]
            wait_until(lambda: callers_of(port))

    assert statuses == [200] * FILES
    assert callers_of(port) == {"bell"}


@contextmanager
def a_service(settings: Settings) -> Iterator[tuple[FlaskClient, Ports]]:
    app = create_app(settings)
    shared = app.extensions["moodrop"]
    shared.preparation.ensure()
    yield app.test_client(), shared.ports
    shared.ports.records.close()
    shared.ports.accounts.attempts.close()


def confirm(client: FlaskClient, ports: Ports) -> int:
    upload = a_sent_upload(ports, replace(ALICE, owner=LOCAL_OWNER))
    return client.post(f"/v1/uploads/{upload.upload_id}/confirm").status_code
