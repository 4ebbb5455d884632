"""The writer of a log's lines: in order, none twice, and never waited for."""

import io
import logging
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.server.logs import line_writer
from service.server.logs.line_writer import LineWriter


def record(text: str) -> logging.LogRecord:
    return logging.LogRecord("requests", logging.INFO, __file__, 0, text, None, None)


def writer_to(stream: io.TextIOBase) -> LineWriter:
    return LineWriter(stream, "{} dropped".format)  # type: ignore[arg-type]


class Stopped(io.TextIOBase):
    """A stream that takes nothing until it is let go."""

    def __init__(self) -> None:
        self.taken = ""
        self.go, self.came = threading.Event(), threading.Event()

    def write(self, text: str) -> int:
        self.came.set()
        self.go.wait(60)
        self.taken += text
        return len(text)


@pytest.fixture
def stopped() -> Iterator[Stopped]:
    stream = Stopped()
    yield stream
    stream.go.set()


def test_lines_keep_their_order() -> None:
    stream = io.StringIO()
    writer = writer_to(stream)

    for number in range(3000):
        writer.handle(record(str(number)))
    writer.flush()

    assert stream.getvalue().split() == [str(number) for number in range(3000)]


def test_a_line_is_written_without_a_flush(stopped: Stopped) -> None:
    """At a time when no other request comes."""
    writer_to(stopped).handle(record("alone"))

    assert stopped.came.wait(60)


def test_a_reader_that_stops_is_not_waited_for(stopped: Stopped, monkeypatch: pytest.MonkeyPatch) -> None:
    """A number of lines is kept for it, and those dropped are counted."""
    monkeypatch.setattr(line_writer, "MOST_WAITING", 3)
    monkeypatch.setattr(line_writer, "LONGEST_FLUSH_S", 0.01)
    writer = writer_to(stopped)
    writer.handle(record("written"))
    assert stopped.came.wait(60)

    for number in range(8):
        writer.handle(record(f"line {number}"))
    writer.flush()  # returns although nobody takes anything
    assert stopped.taken == ""

    stopped.go.set()
    monkeypatch.setattr(line_writer, "LONGEST_FLUSH_S", 60)
    writer.flush()
    assert stopped.taken.splitlines() == ["written", "line 0", "line 1", "line 2", "5 dropped"]


def test_lines_that_cannot_be_written_are_counted() -> None:
    """A full disk says so with each write; nothing is raised in the thread, and the next line is tried again."""
    stream, full = io.StringIO(), [True]

    class Disk(io.TextIOBase):
        def write(self, text: str) -> int:
            if full:
                raise OSError(28, "No space left on device")
            return stream.write(text)

    writer = writer_to(Disk())
    writer.handle(record("lost"))
    writer.flush()
    full.clear()
    writer.handle(record("kept"))
    writer.flush()

    assert stream.getvalue().splitlines() == ["kept", "1 dropped"]


# As gunicorn does: its thread holds no lock that the child needs.
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_process_that_forks_writes_in_both(tmp_path: Path) -> None:
    """gunicorn's workers have what its parent has set up, but not its threads."""
    out = tmp_path / "out"
    with out.open("w") as stream:
        writer = writer_to(stream)
        writer.handle(record("parent"))
        writer.flush()
        child = os.fork()
        if not child:
            writer.handle(record("child"))
            writer.flush()
            os._exit(0)
        os.waitpid(child, 0)

    assert out.read_text().split() == ["parent", "child"]
