"""A file from the store to this disk: in ranges, several at once, under its final name only when it is whole."""

import errno
import os
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast

from moodrop.digests import base64_of, digest_of, new_digest
from moodrop.errors import DiskFull, DownloadCorrupt, FileUnwritable, MoodropError, StoreNoAnswer
from moodrop.line import Line, is_the_stores
from moodrop.model import File
from moodrop.parsing import parse
from moodrop.progress import Meter
from moodrop.retries import Stop
from moodrop.sources import CHUNK_BYTES
from moodrop.together import wait_for_all
from moodrop.wire import Signed, SignedDownload

RANGE_BYTES = 16 * 1024 * 1024
LONGEST_NAME_BYTES = 255 - len(".part")


def download_to_path(line: Line, file: File, to: Path, meter: Meter, *, parallel: int, verify: bool) -> Path:
    """Fetch to `to`, or into it where it is a folder; return where the file is.

    Raises FileUnwritable, DiskFull, DownloadCorrupt, StoreRefused; whatever happens, no part of it has the final name.
    """
    final = to / local_name(file.filename) if to.is_dir() else to
    unfinished = final.with_name(final.name + ".part")
    with _on_disk(unfinished):
        try:
            with unfinished.open("w+b", buffering=0) as out:
                _Ranges(line, file, cast(BinaryIO, out), meter, parallel).fetch()
                if verify:
                    _verify(file, cast(BinaryIO, out))
            unfinished.replace(final)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
    return final


def download_to_stream(line: Line, file: File, to: BinaryIO, meter: Meter, *, verify: bool) -> None:
    """Write the bytes to `to` in order. What is found to be corrupt has been written by then."""
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


def local_name(filename: str) -> str:
    """The file's name as one name in a folder here, whatever the service says."""
    last = re.split(r"[/\\]", filename)[-1]
    kept = "".join(character for character in last if character.isprintable()).strip()
    if not kept.strip("."):
        return "file"
    stem, dot, extension = kept.rpartition(".")
    room = LONGEST_NAME_BYTES - len((dot + extension).encode())
    if not stem or room < 1:
        return kept.encode()[:LONGEST_NAME_BYTES].decode(errors="ignore")
    return stem.encode()[:room].decode(errors="ignore") + dot + extension


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
        starts = range(0, self.file.size_bytes, RANGE_BYTES)
        with ThreadPoolExecutor(self.parallel, thread_name_prefix="moodrop-range") as pool:
            fetched = [pool.submit(self._fetch, line, urls, start) for start in starts]
            wait_for_all(fetched, stop)

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


def _verify(file: File, out: BinaryIO) -> None:
    """Raises DownloadCorrupt where the file has a checksum, and it is not that of the bytes."""
    if file.checksum:
        out.seek(0)
        _compare(file, digest_of(iter(lambda: out.read(CHUNK_BYTES), b""), file.checksum.algorithm))


def _compare(file: File, value_base64: str) -> None:
    if file.checksum and value_base64 != file.checksum.value_base64:
        said = f"{file.checksum.algorithm} is {value_base64}, not {file.checksum.value_base64}"
        raise DownloadCorrupt(f"{file.filename}: its {said}")
