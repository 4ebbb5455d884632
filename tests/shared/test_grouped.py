"""Threads that ask at the same time are answered in one step, and never by a step that began before they asked."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from time import monotonic, sleep

import pytest

from service.shared.mongo.grouped import Grouped

FOR_EVER_S = 30


@dataclass
class Server:
    """Doubles numbers; each step stands until the test lets it go on."""

    steps: list[list[int]] = field(default_factory=list)
    go: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    error: Exception | None = None

    def double(self, numbers: list[int]) -> list[int]:
        self.steps.append(numbers)
        assert self.go.acquire(timeout=FOR_EVER_S)
        if self.error:
            raise self.error
        return [2 * number for number in numbers]


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def pool(server: Server) -> Iterator[ThreadPoolExecutor]:
    """Threads; after the test the server lets them all go on."""
    with ThreadPoolExecutor(8) as made:
        yield made
        server.go.release(100)


def ask_during_a_step(server: Server, pool: ThreadPoolExecutor) -> tuple[Future[int], list[Future[int]]]:
    """One thread's question is under way when three others ask."""
    grouped = Grouped(server.double)
    first = pool.submit(grouped.ask, 1)
    until = monotonic() + FOR_EVER_S
    while not server.steps:
        assert monotonic() < until
        sleep(0.001)
    others = [pool.submit(grouped.ask, number) for number in (2, 3, 4)]
    while len(grouped._waiting) < len(others):  # noqa: SLF001 - nothing else tells that they wait
        assert monotonic() < until
        sleep(0.001)
    return first, others


def test_a_single_thread_waits_for_nobody(server: Server) -> None:
    server.go.release(2)
    grouped = Grouped(server.double)
    assert [grouped.ask(1), grouped.ask(2)] == [2, 4]
    assert server.steps == [[1], [2]]


def test_those_who_ask_during_a_step_share_the_next_one(server: Server, pool: ThreadPoolExecutor) -> None:
    """The step under way may have read before they asked: a session that was ended meanwhile would still count."""
    first, others = ask_during_a_step(server, pool)
    server.go.release(2)

    assert first.result(FOR_EVER_S) == 2
    assert [other.result(FOR_EVER_S) for other in others] == [4, 6, 8]
    assert (server.steps[0], sorted(server.steps[1])) == ([1], [2, 3, 4])


def test_an_error_goes_to_all_who_wait(server: Server, pool: ThreadPoolExecutor) -> None:
    """Each would only wait as long for the same one; the next to ask tries anew."""
    first, others = ask_during_a_step(server, pool)
    server.error = ConnectionError("gone")
    server.go.release()

    for each in (first, *others):
        with pytest.raises(ConnectionError):
            each.result(FOR_EVER_S)
    assert server.steps == [[1]]


def test_a_step_that_leaves_somebody_without_an_answer_fails(pool: ThreadPoolExecutor) -> None:
    """For everybody in it: whose answer is missing cannot be told."""
    grouped = Grouped[int, int](lambda numbers: numbers[1:])

    with pytest.raises(ValueError, match="shorter"):
        pool.submit(grouped.ask, 1).result(FOR_EVER_S)
