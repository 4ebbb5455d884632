"""Downloads a file in several ranges at once. It gets its final name only when it is complete."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from moodrop.errors import DiskFull, DownloadCorrupt, FileUnwritable, ServerUnknown
from moodrop.model import File
from moodrop.transfer.context import ClientContext, is_of_the_store
from moodrop.transfer.digests import base64_of, digest_of, new_digest
from moodrop.transfer.progress import ProgressMeter
from moodrop.transfer.ranges import RangeFetcher, SignedUrl
from moodrop.transfer.reservations import reserve
from moodrop.transfer.sources import CHUNK_BYTES


def download_to_path(
    context: ClientContext,
    file: File,
    final: Path,
    meter: ProgressMeter,
    *,
    parallel: int,
    verify: bool,
    replace: bool = False,
) -> Path:
    """Download the file to this path and return the path. An incomplete file never has the final name.

    Raises FileInTheWay, FileUnwritable, DiskFull, DownloadCorrupt, StoreRefused.
    """
    _check_size(file)
    with _on_disk(final), reserve(final, replace=replace) as reservation:
        RangeFetcher(context, file, reservation.out, meter, parallel).fetch()
        _verify(file, reservation.out, checksum=verify)
        reservation.publish(replace=replace)
    return final


def download_to_stream(context: ClientContext, file: File, to: BinaryIO, meter: ProgressMeter, *, verify: bool) -> None:
    """Write the bytes to `to` in order. Raises DownloadCorrupt, but only after all of them are written."""
    _check_size(file)
    digest = new_digest(file.checksum.algorithm) if verify and file.checksum else None
    url = SignedUrl(context, file)
    written = 0

    def read_once() -> None:
        nonlocal written
        for chunk in url.read(written, file.size_bytes - written):
            context.cancel.raise_if_cancelled()
            with _on_disk(Path(getattr(to, "name", "output"))):
                to.write(chunk)
            if digest:
                digest.update(chunk)
            written += len(chunk)
            meter.add(len(chunk))

    context.retries.run(read_once, should_retry=is_of_the_store)
    if digest and file.checksum:
        _compare(file, base64_of(digest))


def _check_size(file: File) -> None:
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
        raise DownloadCorrupt(
            f"{file.filename}: its {file.checksum.algorithm} is {value_base64}, not {file.checksum.value_base64}"
        )
