"""`python -m bench [WORD…]`: measures the rows (those that contain all the words) and prints them; 1 if one fails."""

import importlib
import pkgutil
import signal
import sys

from bench import rows
from bench.row import Result, Row
from bench.table import header_line, result_line


def all_rows() -> list[Row]:
    modules = [
        importlib.import_module(f"{rows.__name__}.{module.name}") for module in pkgutil.iter_modules(rows.__path__)
    ]
    return [row for module in modules for row in module.ROWS]


def main(words: list[str]) -> int:
    chosen = [row for row in all_rows() if all(word.lower() in f"{row.what} {row.against}".lower() for word in words)]
    if not chosen:
        sys.stderr.write(f"no row of the bench contains: {' '.join(words)}\n")
        return 2
    # Like Ctrl-C: stops the servers and removes their gigabytes.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.stdout.write(header_line())
    results: list[Result] = []
    for row in chosen:
        results.append(row.run())
        sys.stdout.write(result_line(results[-1]))  # now, because some rows take long
        sys.stdout.flush()
    return 1 if any(result.passed is False for result in results) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
