"""Many files: small ones in groups, whose start and confirm are one call each; large ones one by one."""

import math
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from pathlib import Path

from moodrop.http.cancellation import Stop
from moodrop.model import NewFile, UploadResult
from moodrop.transfer.context import Line
from moodrop.transfer.ordering import Turn, turns
from moodrop.transfer.progress import OnProgress
from moodrop.transfer.unfinished import Unfinished
from moodrop.transfer.upload_batch import Group

# While one group is sent, the next is started and the one before confirmed.
GROUPS_AT_ONCE = 5
GROUP_FILES = 32
GROUP_BYTES = 64 * 1024 * 1024
# Beyond that a call of its own costs nothing beside the bytes.
SMALL_BYTES = 8 * 1024 * 1024


def upload_many(
    line: Line, files: Iterable[NewFile | Path | str], *, parallel: int, on_progress: OnProgress | None
) -> Iterator[UploadResult]:
    """Yield the result of each, as it is known."""
    stop = Stop(parent=line.retries.stop)
    groups = grouped(given if isinstance(given, NewFile) else NewFile(given) for given in files)
    with (
        ThreadPoolExecutor(parallel, thread_name_prefix="moodrop-file") as requests,
        ThreadPoolExecutor(GROUPS_AT_ONCE, thread_name_prefix="moodrop-group") as pool,
    ):
        group = Group(line.until(stop), requests, Unfinished(line), parallel, on_progress)
        try:
            yield from _at_once(pool, group.send, zip(groups, turns(stop), strict=False))
        finally:
            stop.set()
            for each in (pool, requests):
                each.shutdown(wait=False, cancel_futures=True)


def _at_once(
    pool: ThreadPoolExecutor,
    send: Callable[[list[NewFile], Turn], list[UploadResult]],
    groups: Iterator[tuple[list[NewFile], Turn]],
) -> Iterator[UploadResult]:
    # No more than are at work: `files` may be endless.
    running: set[Future[list[UploadResult]]] = {pool.submit(send, *each) for each in islice(groups, GROUPS_AT_ONCE)}
    while running:
        done, running = wait(running, return_when=FIRST_COMPLETED)
        running |= {pool.submit(send, *each) for each in islice(groups, len(done))}
        for future in done:
            yield from future.result()


def grouped(files: Iterable[NewFile]) -> Iterator[list[NewFile]]:
    """Yield large files alone, small ones together; all in their order."""
    group, total = list[NewFile](), 0.0
    for new in files:
        size_bytes = _size_of(new)
        is_large = size_bytes > SMALL_BYTES
        if is_large and group:
            yield group
            group, total = [], 0
        group, total = [*group, new], total + size_bytes
        if is_large or len(group) == GROUP_FILES or total >= GROUP_BYTES:
            yield group
            group, total = [], 0
    if group:
        yield group


def _size_of(new: NewFile) -> float:
    """Infinite where only reading tells, 0 where its error is to be told later."""
    if not isinstance(new.source, str | Path) or str(new.source) == "-":
        return math.inf
    try:
        return Path(new.source).stat().st_size
    except (OSError, ValueError):
        return 0
