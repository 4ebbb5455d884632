"""`python -m bench [WORD…]`: measures the rows (those that contain all the words); 1 if one fails.

Prints each result, and writes it into docs/benchmarks.md and bench/results.json. `--print` writes nothing; `--table`
measures nothing and writes the table anew, for instance after a promise has changed.
"""

import argparse
import importlib
import pkgutil
import signal
import sys
import traceback
from datetime import UTC, datetime

from bench import rows
from bench.machine import OthersLoad, commit, machine, versions
from bench.page import PAGE, rewritten
from bench.results import Results, Run, latest, read_results, write_results
from bench.row import Result, Row
from bench.table import header_line, result_line

# What most people ask first; the others follow in the order of their names.
FIRST = ("upload_url", "batch", "crowds", "media_lists", "client", "browser")


def all_rows() -> list[Row]:
    others = sorted({module.name for module in pkgutil.iter_modules(rows.__path__)} - {*FIRST})
    modules = [importlib.import_module(f"{rows.__name__}.{name}") for name in (*FIRST, *others)]
    return [row for module in modules for row in module.ROWS]


def write(results: Results) -> None:
    """Write what is known of the rows that there are."""
    known = all_rows()
    write_results(results[key] for row in known if (key := (row.what, row.against)) in results)
    PAGE.write_text(rewritten(PAGE.read_text(encoding="utf-8"), known, results), encoding="utf-8")


def measure(row: Row) -> tuple[Result, str] | None:
    """Return the result and what ran beside it; None, and say why, if the row cannot be measured."""
    others = OthersLoad()
    try:
        result = row.run()
    except Exception:  # noqa: BLE001 - hours of other rows may follow
        sys.stderr.write(f"{row.what}, {row.against}: not measured\n{traceback.format_exc()}")
        return None
    return result, others.beside()


def measure_all(chosen: list[Row], *, prints_only: bool) -> bool:
    """Measure and write one after the other, because some take long; return whether all keep their promise."""
    sys.stdout.write(header_line())
    good = True
    at, on, has = commit(), machine(), versions()
    for row in chosen:
        measured = measure(row)
        if measured is None:
            good = False
            continue
        result, beside = measured
        good = good and result.passed is not False
        sys.stdout.write(result_line(result))
        sys.stdout.flush()
        if not prints_only:
            run = Run(f"{datetime.now(UTC):%Y-%m-%d}", at, on, has, beside)
            write({**read_results(), (row.what, row.against): latest(result, run)})
    return good


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__.partition("\n")[0])
    parser.add_argument("words", nargs="*", help="only rows that contain all of these")
    parser.add_argument("--print", action="store_true", dest="prints_only", help="write no file")
    parser.add_argument("--table", action="store_true", help="write the table anew from the latest results")
    asked = parser.parse_args()
    if asked.table:
        write(read_results())
        return 0
    named = [(row, f"{row.what} {row.against}".lower()) for row in all_rows()]
    chosen = [row for row, name in named if all(word.lower() in name for word in asked.words)]
    if not chosen:
        parser.error(f"no row contains: {' '.join(asked.words)}")
    # Like Ctrl-C: stops the servers and removes their gigabytes.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    return 0 if measure_all(chosen, prints_only=asked.prints_only) else 1


if __name__ == "__main__":
    sys.exit(main())
