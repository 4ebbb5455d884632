"""Which file of the metrics a worker counts in: the lowest place that no living worker has."""

import fcntl
from itertools import count
from pathlib import Path
from typing import IO

# Held until the process ends, however it ends.
_locks: list[IO[bytes]] = []


def take_place(folder: Path) -> int:
    """Return this worker's place. Its successor, or another worker after a reload, has it next and counts on."""
    for place in count():
        file = (folder / f"{place}.place").open("wb")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            continue
        _locks.append(file)
        return place
    raise AssertionError("there is always one more")
