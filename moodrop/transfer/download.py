"""A file from the store to this disk: in ranges, several at once, under its final name only when it is whole."""

import errno
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from moodrop.calls.parsing import parse
from moodrop.calls.signed_requests import Signed, SignedDownload
from moodrop.errors import DiskFull, DownloadCorrupt, FileUnwritable, MoodropError, ServerUnknown, StoreNoAnswer
from moodrop.http.cancellation import Stop
from moodrop.model import File
from moodrop.transfer.context import Line, is_the_stores
from moodrop.transfer.digests import base64_of, digest_of, new_digest
from moodrop.transfer.progress import Meter
from moodrop.transfer.reservations import reserve
from moodrop.transfer.sources import CHUNK_BYTES
from moodrop.transfer.wait_all import wait_for_all

RANGE_BYTES = 16 * 1024 * 1024


def download_to_path(
    line: Line, file: File, final: Path, meter: Meter, *, parallel: int, verify: bool, replace: bool = False
) -> Path:
    """Fetch the file to this very path, and return it.

    Raises FileInTheWay, FileUnwritable, DiskFull, DownloadCorrupt, StoreRefused. An incomplete file never has the
    final name.
    """
    _check(file)
    with _on_disk(final), reserve(final, replace=replace) as reservation:
        _Ranges(line, file, reservation.out, meter, parallel).fetch()
        _verify(file, reservation.out, checksum=verify)
        reservation.publish(replace=replace)
    return final


def download_to_stream(line: Line, file: File, to: BinaryIO, meter: Meter, *, verify: bool) -> None:
    """Write the bytes to `to` in order. What is found to be corrupt has been written by then."""
    _check(file)
    digest = new_digest(file.checksum.algorithm) if verify and file.checksum else None
    urls = _Urls(line, file)
    written = 0

    def once() -> None:
        nonlocal written
        for chunk in urls.read(written, file.size_bytes - written):
            line.retries.stop.check()
            with _on_disk(Path(getattr(to, "name", "output"))):
                to.write(chunk)
            if digest:
                digest.update(chunk)
            written += len(chunk)
            meter.add(len(chunk))

    line.retries.run(once, worth_it=is_the_stores)
    if digest and file.checksum:
        _compare(file, base64_of(digest))


def _check(file: File) -> None:
    """Raise ServerUnknown if no file can be so large."""
    if not 0 <= file.size_bytes < 2**63:
        raise ServerUnknown(f"the service reports a file of {file.size_bytes} bytes")


@contextmanager
def _on_disk(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise DiskFull(f"{path.parent} has no room for {path.name}: {error.strerror}") from error
        raise FileUnwritable(f"{path} cannot be written: {error.strerror or error}") from error


@dataclass
class _Urls:
    """The file's URL, renewed when it has died or the store refuses it."""

    line: Line
    file: File
    _signed: Signed | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def read(self, offset: int, size_bytes: int) -> Iterator[bytes]:
        """Yield these bytes as they come. Raises StoreRefused, StoreNoAnswer (also where they are too few)."""
        signed = self._live()
        headers = dict(signed.headers)
        if size_bytes != self.file.size_bytes:
            headers["Range"] = f"bytes={offset}-{offset + size_bytes - 1}"
        left = size_bytes
        if not left and offset:
            return
        try:
            with self.line.store.get(signed.url, headers, self.line.retries.stop) as chunks:
                for chunk in chunks:
                    left -= len(chunk)
                    if left < 0:
                        break
                    yield chunk
        except MoodropError:
            self._drop(signed)
            raise
        if left:
            raise StoreNoAnswer(f"the object store sends another length than {self.file.filename} has")

    def _live(self) -> Signed:
        with self._lock:
            if self._signed is None or not self._signed.is_alive:
                answer = self.line.service.call("GET", f"/v1/files/{self.file.file_id}/download")
                self._signed = parse(SignedDownload, answer).signed
            return self._signed

    def _drop(self, refused: Signed) -> None:
        with self._lock:
            if self._signed is refused:
                self._signed = None


@dataclass
class _Ranges:
    line: Line
    file: File
    out: BinaryIO
    meter: Meter
    parallel: int

    def fetch(self) -> None:
        """Fetch all ranges. Raises what the first failure was."""
        stop = Stop(parent=self.line.retries.stop)
        line = self.line.until(stop)
        urls = _Urls(line, self.file)
        # Each worker takes the next range, so an absurd size from the service fills no memory.
        starts = _Starts(iter(range(0, self.file.size_bytes, RANGE_BYTES)))
        with ThreadPoolExecutor(self.parallel, thread_name_prefix="moodrop-range") as pool:
            fetched = [pool.submit(self._fetch_some, line, urls, starts) for _ in range(self.parallel)]
            wait_for_all(fetched, stop)

    def _fetch_some(self, line: Line, urls: _Urls, starts: "_Starts") -> None:
        while (start := starts.take()) is not None:
            self._fetch(line, urls, start)

    def _fetch(self, line: Line, urls: _Urls, start: int) -> None:
        size_bytes = min(RANGE_BYTES, self.file.size_bytes - start)

        def once() -> None:
            attempt = self.meter.attempt(line.retries.stop)
            try:
                position = start
                for chunk in urls.read(start, size_bytes):
                    self._write(position, chunk)
                    position += len(chunk)
                    attempt.add(len(chunk))
            except BaseException:
                attempt.undo()
                raise

        line.retries.run(once, worth_it=is_the_stores)

    def _write(self, position: int, chunk: bytes) -> None:
        rest = memoryview(chunk)
        while rest:
            written = os.pwrite(self.out.fileno(), rest, position)
            rest, position = rest[written:], position + written


@dataclass
class _Starts:
    """The starts of the ranges that no worker has taken yet."""

    left: Iterator[int]
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> int | None:
        with self._lock:
            return next(self.left, None)


def _verify(file: File, out: BinaryIO, *, checksum: bool) -> None:
    """Raise DownloadCorrupt if the number of bytes or their checksum is wrong."""
    size_bytes = os.fstat(out.fileno()).st_size
    if size_bytes != file.size_bytes:
        raise DownloadCorrupt(f"{file.filename}: {size_bytes} bytes arrived, not {file.size_bytes}")
    if checksum and file.checksum:
        out.seek(0)
        _compare(file, digest_of(iter(lambda: out.read(CHUNK_BYTES), b""), file.checksum.algorithm))


def _compare(file: File, value_base64: str) -> None:
    if file.checksum and value_base64 != file.checksum.value_base64:
        said = f"{file.checksum.algorithm} is {value_base64}, not {file.checksum.value_base64}"
        raise DownloadCorrupt(f"{file.filename}: its {said}")
