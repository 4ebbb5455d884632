"""The latest result of each row, in bench/results.json: a run replaces the rows that it measured, and no others."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.row import Result, Row, Unit

FILE = Path(__file__).with_name("results.json")


@dataclass(frozen=True, slots=True)
class Run:
    """When, where and with what a row was measured; `beside` is what else the machine did, and empty if nothing."""

    date: str
    commit: str
    machine: str
    versions: str
    beside: str


@dataclass(frozen=True, slots=True)
class Latest:
    """The latest result of a row, without its promise: that is judged anew whenever the table is written."""

    what: str
    against: str
    unit: Unit
    baseline: float
    ours: float
    ratio: float
    spread: tuple[float, float] | None  # None: not recorded, of a result from before this file
    run: Run

    def of(self, row: Row) -> Result:
        return Result(row, self.unit, self.baseline, self.ours, self.ratio, self.spread or (self.ratio, self.ratio))


Results = dict[tuple[str, str], Latest]


def latest(result: Result, run: Run) -> Latest:
    row = result.row
    return Latest(row.what, row.against, result.unit, result.baseline, result.ours, result.ratio, result.spread, run)


def read_results(file: Path = FILE) -> Results:
    read = (_from_json(row) for row in json.loads(file.read_text(encoding="utf-8")))
    return {(one.what, one.against): one for one in read}


def write_results(results: Iterable[Latest], file: Path = FILE) -> None:
    """Write one row a line, so that two runs of different rows merge."""
    lines = ",\n".join(json.dumps(asdict(one), ensure_ascii=False) for one in results)
    file.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def _from_json(row: dict[str, Any]) -> Latest:
    spread = row["spread"] and (row["spread"][0], row["spread"][1])
    return Latest(**{**row, "spread": spread, "run": Run(**row["run"])})
