"""The table of docs/benchmarks.md, and the line of a given speed."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from bench.__main__ import all_rows, measure
from bench.line import Link, line
from bench.page import PAGE, rewritten, tables
from bench.results import Latest, Run, latest, read_results, write_results
from bench.row import Reach, Row, Samples

RUN = Run("2026-12-01", "1234abcd", "a machine", "a version", "")


def a_row(what: str, limit: float = 1.5) -> Row:
    return Row(what, "theirs", Reach.at_least(limit), lambda: Samples("/s", [100, 100, 100], [150, 160, 170]))


def a_result(row: Row) -> Latest:
    return latest(row.run(), RUN)


def test_the_page_shows_the_latest_results_and_todays_promises() -> None:
    """After a promise has changed: `python -m bench --table`."""
    page = PAGE.read_text(encoding="utf-8")

    assert rewritten(page, all_rows(), read_results()) == page


def test_no_two_rows_have_the_same_name() -> None:
    """A result is kept by it."""
    rows = [(row.what, row.against) for row in all_rows()]

    assert len(rows) == len(set(rows))


def test_a_row_is_judged_by_what_is_promised_now() -> None:
    results = {("one", "theirs"): a_result(a_row("one"))}

    assert "| one | theirs: 100 /s | 160 /s | 1.60 | 1.55 to 1.65 | ≥ 1.5 | pass | 2026-12-01 1234abcd |" in tables(
        [a_row("one")], results
    )
    assert "| ≥ 1.7 | **fail** |" in tables([a_row("one", limit=1.7)], results)


def test_a_row_without_a_result_is_shown_and_one_that_is_gone_is_not() -> None:
    shown = tables([a_row("new")], {("gone", "theirs"): a_result(a_row("gone"))})

    assert "| new | theirs | | | | ≥ 1.5 | | not yet |" in shown
    assert "gone" not in shown


def test_a_busy_machine_is_named() -> None:
    busy = replace(a_result(a_row("one")), run=replace(RUN, beside="others 40 %"))

    assert "| 2026-12-01 1234abcd, others 40 % |" in tables([a_row("one")], {("one", "theirs"): busy})


def test_a_row_that_cannot_be_measured_is_reported_and_ends_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Hours of other rows may follow."""

    def fail() -> Samples:
        raise RuntimeError("no such server")

    assert measure(replace(a_row("one"), measure=fail)) is None
    assert "one, theirs: not measured" in (reported := capsys.readouterr().err)
    assert "no such server" in reported
    assert measure(a_row("two")) is not None


def test_results_are_read_as_they_were_written(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    first, second = a_result(a_row("one")), replace(a_result(a_row("two")), spread=None)

    write_results([first, second], file)

    assert list(read_results(file).values()) == [first, second]


def test_what_is_around_the_table_stays() -> None:
    page = PAGE.read_text(encoding="utf-8")

    emptied = rewritten(page, [], {})

    assert emptied.startswith(page[: page.index("<!--")])
    assert emptied.endswith(page[page.rindex("-->") :])


def test_a_line_passes_everything_no_faster_than_it_is() -> None:
    """Its connections share it."""
    sent, bytes_per_s = b"x" * 500_000, 2_000_000
    with ExitStack() as opened, ThreadPoolExecutor(4) as threads:
        server = opened.enter_context(socket.create_server(("127.0.0.1", 0)))
        port = opened.enter_context(line(server.getsockname(), Link(bytes_per_s)))
        begun = time.monotonic()
        counted = [threads.submit(_count, server) for _ in range(2)]
        answers = list(threads.map(partial(_send, port), [sent] * 2))
        took = time.monotonic() - begun

        assert answers == [b"500000"] * 2
        assert [one.result() for one in counted] == [500_000] * 2
    # Less what the line makes up for after a pause.
    assert took > 2 * len(sent) / bytes_per_s - 0.1


def _count(server: socket.socket) -> int:
    """Take one connection, and answer how many bytes came before its end."""
    client, _ = server.accept()
    with client, client.makefile("rb") as received:
        size = len(received.read())
        client.sendall(str(size).encode())
    return size


def _send(port: int, sent: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), 60) as client, client.makefile("rb") as answer:
        client.sendall(sent)
        client.shutdown(socket.SHUT_WR)
        return answer.read()
