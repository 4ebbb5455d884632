"""Fetches a file in ranges, several at once."""

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import BinaryIO

from moodrop.calls.parsing import parse
from moodrop.calls.signed_requests import SignedDownload, SignedRequest
from moodrop.errors import DownloadCorrupt, MoodropError, StoreNoAnswer
from moodrop.http.cancellation import CancelToken
from moodrop.model import File
from moodrop.transfer.context import ClientContext, is_of_the_store
from moodrop.transfer.progress import ProgressMeter
from moodrop.transfer.wait_all import wait_all

RANGE_BYTES = 16 * 1024 * 1024


@dataclass
class SignedUrl:
    """The file's signed URL, replaced when it has expired or the store refuses it."""

    context: ClientContext
    file: File
    _signed: SignedRequest | None = None
    _is_renewed: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def read(self, offset: int, size_bytes: int) -> Iterator[bytes]:
        """Yield these bytes as they arrive. Raises StoreRefused, StoreNoAnswer (also for a wrong number of bytes)."""
        signed = self._current()
        headers = dict(signed.headers)
        if size_bytes != self.file.size_bytes:
            headers["Range"] = f"bytes={offset}-{offset + size_bytes - 1}"
        left_bytes = size_bytes
        if not left_bytes and offset:
            return
        try:
            with self.context.store.get(signed.url, headers, self.context.cancel) as chunks:
                for chunk in chunks:
                    left_bytes -= len(chunk)
                    if left_bytes < 0:
                        break
                    yield chunk
        except MoodropError:
            self._drop(signed)
            raise
        if left_bytes:
            raise StoreNoAnswer(f"the object store sends more or fewer bytes than {self.file.filename} has")

    def _current(self) -> SignedRequest:
        with self._lock:
            if self._signed is None or self._signed.is_expired:
                content = self.context.service.call("GET", f"/v1/files/{self.file.file_id}/download")
                signed = parse(SignedDownload, content).request
                if self._is_renewed:
                    self._require_same_bytes()
                self._signed, self._is_renewed = signed, True
            return self._signed

    def _require_same_bytes(self) -> None:
        """Raise DownloadCorrupt if the file got other bytes since the first URL: each URL is for one version.

        An etag does not tell: the same bytes have another one once they are in another store.
        """
        now = parse(File, self.context.service.call("GET", f"/v1/files/{self.file.file_id}"))
        if now.confirmed_at != self.file.confirmed_at:
            raise DownloadCorrupt(f"{self.file.filename} got other bytes while it was downloaded")

    def _drop(self, refused: SignedRequest) -> None:
        with self._lock:
            if self._signed is refused:
                self._signed = None


@dataclass
class RangeFetcher:
    """Fetches the ranges of one file into an open file."""

    context: ClientContext
    file: File
    out: BinaryIO
    meter: ProgressMeter
    parallel: int

    def fetch(self) -> None:
        """Fetch all ranges. Raises the first failure."""
        cancel = CancelToken(parent=self.context.cancel)
        context = self.context.with_cancel(cancel)
        url = SignedUrl(context, self.file)
        # Each worker takes the next range: a list of all ranges of an absurd size would fill the memory.
        starts = _RangeStarts(iter(range(0, self.file.size_bytes, RANGE_BYTES)))
        with ThreadPoolExecutor(self.parallel, thread_name_prefix="moodrop-range") as pool:
            futures = [pool.submit(self._fetch_some, context, url, starts) for _ in range(self.parallel)]
            wait_all(futures, cancel)

    def _fetch_some(self, context: ClientContext, url: SignedUrl, starts: "_RangeStarts") -> None:
        while (start := starts.take()) is not None:
            self._fetch(context, url, start)

    def _fetch(self, context: ClientContext, url: SignedUrl, start: int) -> None:
        size_bytes = min(RANGE_BYTES, self.file.size_bytes - start)

        def fetch_once() -> None:
            attempt = self.meter.attempt(context.cancel)
            try:
                position = start
                for chunk in url.read(start, size_bytes):
                    self._write(position, chunk)
                    position += len(chunk)
                    attempt.add(len(chunk))
            except BaseException:
                attempt.undo()
                raise

        context.retries.run(fetch_once, should_retry=is_of_the_store)

    def _write(self, position: int, chunk: bytes) -> None:
        rest = memoryview(chunk)
        while rest:
            written = os.pwrite(self.out.fileno(), rest, position)
            rest = rest[written:]
            position += written


@dataclass
class _RangeStarts:
    """The offsets of the ranges that no worker has taken yet."""

    remaining: Iterator[int]
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> int | None:
        with self._lock:
            return next(self.remaining, None)
