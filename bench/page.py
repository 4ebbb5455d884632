"""Writes the table of docs/benchmarks.md, between two comments there, from the latest results."""

from collections.abc import Iterable, Iterator, Sequence

from bench.results import Latest, Results, Run
from bench.row import Row
from bench.table import quantity, reach_of, verdict_of
from dev.project import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- `make bench` writes what follows -->\n", "<!-- end of what `make bench` writes -->\n"
HEAD = ("what", "baseline", "ours", "ratio", "middle half", "reach", "verdict", "measured")
RUNS = ("measured", "machine", "versions")


def rewritten(page: str, rows: Sequence[Row], results: Results) -> str:
    """Return the page with the tables of these results."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{tables(rows, results)}\n{END}{after}"


def tables(rows: Sequence[Row], results: Results) -> str:
    """Return a table of all rows, and one of the runs that they come from."""
    latest = [results.get((row.what, row.against)) for row in rows]
    runs = {(_when(one.run), one.run.machine, one.run.versions) for one in latest if one}
    measured = (_cells(row, one) for row, one in zip(rows, latest, strict=True))
    return "".join([*_table(HEAD, measured), "\n", *_table(RUNS, sorted(runs, reverse=True))])


def _cells(row: Row, one: Latest | None) -> Sequence[str]:
    if one is None:
        return (row.what, row.against, "", "", "", reach_of(row), "", "not yet")
    verdict, theirs = verdict_of(one.of(row)), quantity(one.baseline, one.unit)
    return (
        row.what,
        row.against if row.against == theirs else f"{row.against}: {theirs}",
        quantity(one.ours, one.unit),
        f"{one.ratio:.2f}",
        f"{one.spread[0]:.2f} to {one.spread[1]:.2f}" if one.spread else "",
        reach_of(row),
        "**fail**" if verdict == "FAIL" else verdict,
        ", ".join(filter(None, (_when(one.run), one.run.beside))),
    )


def _when(run: Run) -> str:
    return f"{run.date} {run.commit}".strip()


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for cells in (head, ["---"] * len(head), *rows):
        yield f"|{'|'.join(f' {cell} ' if cell else ' ' for cell in cells)}|\n"
