"""Formats the results as a table, one line each."""

from bench.row import Result, Row, Unit

COLUMNS = {"what": 44, "baseline": 48, "ours": 11, "ratio": 8, "spread": 15, "reach": 17, "verdict": 7}


def header_line() -> str:
    return _line(*COLUMNS) + _line(*("-" * width for width in COLUMNS.values()))


def result_line(result: Result) -> str:
    row, (low, high) = result.row, result.spread
    return _line(
        row.what,
        f"{row.against}: {quantity(result.baseline, result.unit)}",
        quantity(result.ours, result.unit),
        f"{result.ratio:.2f}",
        f"{low:.2f} to {high:.2f}",
        f"{reach_of(row)}{row.reach.unit}" if row.reach else "",
        verdict_of(result),
    )


def reach_of(row: Row) -> str:
    """Return the promise, such as `≥ 1.4`; nothing if there is none."""
    return f"{row.reach.sign} {row.reach.limit:g}" if row.reach else ""


def verdict_of(result: Result) -> str:
    return {True: "pass", False: "FAIL", None: ""}[result.passed]


def quantity(value: float, unit: Unit) -> str:
    """Write a measured value for a person: `4.31 µs`, `31.2 MiB`, `2140 /s`, `212 MB/s`, `0.010`."""
    if unit == "/s":
        return f"{value:.0f} /s"
    if unit == "":
        return f"{value:.3f}"
    steps = {
        "s": ((1, "s"), (1e-3, "ms"), (1e-6, "µs")),
        "B": ((2**20, "MiB"), (2**10, "KiB")),
        "B/s": ((1e6, "MB/s"), (1e3, "kB/s")),
    }[unit]
    size, name = next((step for step in steps if value >= step[0]), steps[-1])
    return f"{value / size:.3g} {name}"


def _line(*cells: str) -> str:
    padded = [f"{cell:<{width}}" for cell, width in zip(cells, COLUMNS.values(), strict=True)]
    return "  ".join(padded).rstrip() + "\n"
