"""The pytest plugin behind `make torture`: skips the rows that have passed for this commit and records the others.

A row is one test with the marker `torture`. Its result goes to .moodrop/torture.json when it ends, and to
docs/torture.md when the run ends, interrupted or not.
"""

import json
import subprocess
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from dev.project import ROOT, STATE

RECORD = STATE / "torture.json"
TABLE = ROOT / "docs" / "torture.md"
NOT_RUN = "not run yet"
HEAD = """\
# The attacks at full size

`make torture` runs the attacks of `make test` at full size and writes this table. It takes hours, and you may interrupt
it: the next run resumes with the rows that have not passed for the checked-out commit. `commit` is the last commit that
changed more than documents; a `+` means that there were uncommitted changes.

| row | size | result | time | commit |
|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Row:
    """The last result of one row."""

    name: str
    size: str
    result: str = NOT_RUN
    seconds: float = 0
    commit: str = ""


class Torture:
    """The pytest hooks of one run."""

    def __init__(self, *, record: Path = RECORD, table: Path = TABLE, commit: str = "") -> None:
        self._record, self._table = record, table
        self._commit = commit or commit_at_hand()
        self._rows = {row.name: row for row in read_rows(record, table)}
        self._sizes: dict[str, str] = {}
        self._began: dict[str, float] = {}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Skip rows that have passed. A row missing from the table gets a line there."""
        for item in items:
            self._sizes[item.nodeid] = size_of(item)
            self._rows.setdefault(item.nodeid, Row(item.nodeid, self._sizes[item.nodeid]))
        passed = [item for item in items if self._has_passed(item.nodeid)]
        if passed:
            config.hook.pytest_deselected(items=passed)
            items[:] = [item for item in items if not self._has_passed(item.nodeid)]

    def _has_passed(self, name: str) -> bool:
        row = self._rows[name]
        # With uncommitted changes nobody can tell whether the rows still test the same code.
        return row.result == "passed" and row.commit == self._commit and not self._commit.endswith("+")

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._began[nodeid] = time.monotonic()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Record the row at the end of its call, and again if its setup or cleanup failed."""
        if report.when == "call" or not report.passed:
            seconds = round(time.monotonic() - self._began[report.nodeid], 1)
            name, size = report.nodeid, self._sizes[report.nodeid]
            self._rows[name] = Row(name, size, report.outcome, seconds, self._commit)
            self._record.parent.mkdir(exist_ok=True)
            self._record.write_text(json.dumps([asdict(row) for row in self._rows.values()], indent=1))

    def pytest_sessionfinish(self) -> None:
        """Write the table, even for an interrupted run."""
        if self._sizes:
            rows = sorted(self._rows.values(), key=lambda row: row.name)
            self._table.write_text(HEAD + "".join(map(_line, rows)) + notes_below(self._table))


def size_of(item: pytest.Item) -> str:
    """Return the size that the marker names: `@pytest.mark.torture("1,000 rounds")`."""
    marker = item.get_closest_marker("torture")
    return str(marker.args[0]) if marker and marker.args else ""


def commit_at_hand() -> str:
    """Return the last commit that changed more than documents, with a + if files differ from it."""
    code = ["--", ".", ":!docs", ":!*.md"]
    changes = _git("status", "--porcelain", *code)
    return _git("log", "-1", "--format=%h", *code) + ("+" if changes else "")


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def read_rows(record: Path, table: Path) -> Iterator[Row]:
    """Yield the known results of the rows: from the committed table, then from this checkout's own record."""
    if table.is_file():
        for line in table.read_text().splitlines():
            if line.startswith("| `"):
                name, size, result, took, commit = (cell.strip(" `*") for cell in line.strip("|").split("|"))
                yield Row(name, size, result, float(took.removesuffix(" s").replace(",", "") or 0), commit)
    if record.is_file():
        yield from (Row(**row) for row in json.loads(record.read_text()))


def notes_below(table: Path) -> str:
    """Return the notes that people wrote below the table: all text from the first headline on."""
    _, headline, text = table.read_text().partition("\n## ") if table.is_file() else ("", "", "")
    return headline + text


def _line(row: Row) -> str:
    took = f"{row.seconds:,.1f} s" if row.commit else ""
    result = row.result if row.result in ("passed", NOT_RUN) else f"**{row.result}**"
    return f"| `{row.name}` | {row.size} | {result} | {took} | {row.commit} |\n"


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Torture(), "torture")
