"""Uploads many files: small ones in batches, started and confirmed with one call each; large ones one by one."""

import math
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path

from moodrop.http.cancellation import CancelToken
from moodrop.model import NewFile, UploadResult
from moodrop.transfer.context import ClientContext
from moodrop.transfer.ordering import StartGate, start_gates
from moodrop.transfer.progress import OnProgress
from moodrop.transfer.unfinished import UnfinishedUploads
from moodrop.transfer.upload_batch import UploadBatch
from moodrop.transfer.wait_all import wait_for_some

# While one batch is sent, the next is started and the one before is confirmed.
BATCHES_AT_ONCE = 5
BATCH_FILES = 32
BATCH_BYTES = 64 * 1024 * 1024
# For a larger file, a call of its own takes no time compared with its bytes.
SMALL_BYTES = 8 * 1024 * 1024


def upload_many(
    context: ClientContext, files: Iterable[NewFile | Path | str], *, parallel: int, on_progress: OnProgress | None
) -> Iterator[UploadResult]:
    """Yield the result of each file as soon as it is known."""
    cancel = CancelToken(parent=context.cancel)
    batches = split_into_batches(given if isinstance(given, NewFile) else NewFile(given) for given in files)
    with (
        ThreadPoolExecutor(parallel, thread_name_prefix="moodrop-file") as requests,
        ThreadPoolExecutor(BATCHES_AT_ONCE, thread_name_prefix="moodrop-batch") as pool,
    ):
        batch = UploadBatch(context.with_cancel(cancel), requests, UnfinishedUploads(context), parallel, on_progress)
        try:
            yield from _send_batches(pool, batch.send, zip(batches, start_gates(cancel), strict=False))
        finally:
            cancel.cancel()
            for each in (pool, requests):
                each.shutdown(wait=False, cancel_futures=True)


def _send_batches(
    pool: ThreadPoolExecutor,
    send: Callable[[list[NewFile], StartGate], list[UploadResult]],
    batches: Iterator[tuple[list[NewFile], StartGate]],
) -> Iterator[UploadResult]:
    # Submit no more batches than can run: `files` may be endless.
    running: set[Future[list[UploadResult]]] = {pool.submit(send, *each) for each in islice(batches, BATCHES_AT_ONCE)}
    while running:
        done, running = wait_for_some(running)
        running |= {pool.submit(send, *each) for each in islice(batches, len(done))}
        for future in done:
            yield from future.result()


def split_into_batches(files: Iterable[NewFile]) -> Iterator[list[NewFile]]:
    """Yield large files alone and small ones in batches, all in their order."""
    batch = list[NewFile]()
    total = 0.0
    for new in files:
        size_bytes = _size_of(new)
        is_large = size_bytes > SMALL_BYTES
        if is_large and batch:
            yield batch
            batch = []
            total = 0
        batch = [*batch, new]
        total += size_bytes
        if is_large or len(batch) == BATCH_FILES or total >= BATCH_BYTES:
            yield batch
            batch = []
            total = 0
    if batch:
        yield batch


def _size_of(new: NewFile) -> float:
    """Return the size; infinity if only reading would tell, and 0 if the file cannot be read: that fails later."""
    if not isinstance(new.source, str | Path) or str(new.source) == "-":
        return math.inf
    try:
        return Path(new.source).stat().st_size
    except (OSError, ValueError):
        return 0
