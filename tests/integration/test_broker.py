"""The bell, on a real RabbitMQ: quick where there is one, and never in anybody's way where there is none."""

import os
import socket
import threading
import time
from collections.abc import Iterator

import pika
import pytest

from service.jobs.rabbitmq.bell import LONGEST_LINE, RabbitBell
from service.jobs.rabbitmq.connecting import LONGEST_QUEUE, QUEUE, connect
from tests.helpers.rabbitmq import RabbitServer, is_installed, rabbit_server
from tests.helpers.worker import wait_until
from worker.doorbell import Doorbell

FILE_ID = "01JD8ZK3V0X5W9QH2M4N6P7R8S"

# CI has it, and must not skip these.
needs_rabbitmq = pytest.mark.skipif(
    not is_installed() and "CI" not in os.environ, reason="there is no rabbitmq-server (Debian's package)"
)


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitServer]:
    with rabbit_server(tmp_path_factory.mktemp("rabbitmq")) as server:
        yield server


@pytest.fixture
def doorbells() -> Iterator[list[Doorbell]]:
    """Those that a test adds end with it."""
    stopping: list[Doorbell] = []
    yield stopping
    for doorbell in stopping:
        doorbell.stop()
        doorbell.join(10)


def listening(url: str, doorbells: list[Doorbell], slots: int = 2) -> Doorbell:
    doorbell = Doorbell(url, slots, threading.Event())
    doorbells.append(doorbell)
    doorbell.start()
    wait_until(lambda: doorbell.listens, 60)
    return doorbell


def woken_within(doorbell: Doorbell, seconds: float) -> bool:
    """Whether a ring ended the wait, rather than the time."""
    started = time.monotonic()
    doorbell.wait(seconds)
    return time.monotonic() - started < seconds


@pytest.mark.real
@needs_rabbitmq
def test_a_ring_wakes_one_slot(broker: RabbitServer, doorbells: list[Doorbell]) -> None:
    """And the next wait finds nothing left of it."""
    doorbell = listening(broker.url, doorbells)

    RabbitBell(broker.url).ring(FILE_ID)

    assert woken_within(doorbell, 20)
    assert not woken_within(doorbell, 0.5)


@pytest.mark.real
@needs_rabbitmq
@pytest.mark.parametrize(
    "rings",
    [
        pytest.param(LONGEST_QUEUE + 500, id="more_than_it_keeps"),
        pytest.param(100_000, id="100000_rings", marks=pytest.mark.torture("100,000 rings")),
    ],
)
def test_garbage_and_a_flood_of_rings_wake_it_like_any_other(
    broker: RabbitServer, doorbells: list[Doorbell], rings: int
) -> None:
    """What a ring says is not read, the queue keeps the newest of too many, and the worker keeps one a slot."""
    channel = connect(broker.url)
    with channel.connection:
        for number in range(rings):
            channel.basic_publish("", QUEUE, b"\xff\x00" * 500 if number % 2 else b"")
    doorbell = listening(broker.url, doorbells, slots=2)

    with pika.BlockingConnection(pika.URLParameters(broker.url)) as connection:
        channel = connection.channel()
        wait_until(lambda: channel.queue_declare(QUEUE, passive=True).method.message_count == 0, 60)

    assert woken_within(doorbell, 20)
    assert woken_within(doorbell, 20)
    assert not woken_within(doorbell, 0.5)


@pytest.mark.real
@needs_rabbitmq
def test_a_broker_that_was_away_is_found_again(broker: RabbitServer, doorbells: list[Doorbell]) -> None:
    """Rings in between are lost, and cost nobody a wait."""
    bell, doorbell = RabbitBell(broker.url), listening(broker.url, doorbells)
    bell.ring(FILE_ID)
    assert woken_within(doorbell, 20)

    broker.stop()
    wait_until(lambda: not doorbell.listens, 60)
    for _ in range(2 * LONGEST_LINE):
        bell.ring(FILE_ID)
    broker.start()
    wait_until(lambda: doorbell.listens, 90)

    def rings_through() -> bool:
        bell.ring(FILE_ID)
        return woken_within(doorbell, 1)

    wait_until(rings_through, 60)


def test_rings_that_nobody_takes_hold_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread of the bell waits for a broker; those who ring do not wait for it, also where its line is full."""
    # As a thread that waits for a silent broker, it takes none; unlike that one, it never will.
    monkeypatch.setattr(RabbitBell, "_run", lambda _: None)
    bell = RabbitBell("amqp://127.0.0.1:1")

    for _ in range(2 * LONGEST_LINE):
        bell.ring(FILE_ID)  # would never return


def test_a_broker_that_speaks_another_protocol_is_reported_once(caplog: pytest.LogCaptureFixture) -> None:
    """By the kind of the error alone: an address holds a password. The library's own seven lines are left out."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_answer_garbage, args=(server,), daemon=True).start()
        bell = RabbitBell(f"amqp://user:hunter2hunter2@127.0.0.1:{server.getsockname()[1]}")
        bell.ring(FILE_ID)
        wait_until(lambda: "out of reach" in caplog.text, 30)

    assert "hunter2" not in caplog.text
    assert [record.name for record in caplog.records if record.name.startswith("pika")] == []


def _answer_garbage(server: socket.socket) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection:
            connection.sendall(b"\xce" + b"HTTP/1.1 400 \x00\xff\xff\xff\xff" * 100)


def test_a_doorbell_without_a_broker_waits_as_long_as_it_is_told() -> None:
    """So polling goes on."""
    doorbell = Doorbell("amqp://127.0.0.1:1", 2, threading.Event())

    assert not woken_within(doorbell, 0.3)
