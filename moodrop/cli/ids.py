"""The ids of a command line."""

import sys
from collections.abc import Iterable, Iterator


def ids_of(given: Iterable[str]) -> Iterator[str]:
    """Yield them; `-` stands for the first words of the lines of a pipe, such as `moodrop ls` prints."""
    for one in given:
        if one == "-":
            yield from (line.split()[0] for line in sys.stdin if line.strip())
        else:
            yield one
