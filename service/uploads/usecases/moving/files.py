"""Moves one file to another store: copies its recorded version, compares digests, and switches by one update.

Nothing is removed here: URLs that were issued go on to lead to the former object. A crash before the switch leaves a
copy that no document names; the next try writes another one and removes it.
"""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from service.store.errors import StoreUnavailable
from service.store.model import OpenObject, StoredObject
from service.uploads.model import AT_REST, Checksum, LeftCopy, TransferKind, Upload, UploadChanges
from service.uploads.ports import Ports
from service.uploads.usecases.moving.model import MoveDerived, MoveReport, Problem
from service.uploads.usecases.purge import purge_copies
from service.uploads.usecases.upkeep.reconcile import CLOCKS_APART

TRIES = 5


def move_file(
    ports: Ports, upload_id: str, source: str, to: str, move_derived: MoveDerived, report: MoveReport
) -> Problem | None:
    """Move the file from the bucket `source` to the store `to`; return why it stayed. Safe to repeat."""
    for _ in range(TRIES):
        upload = ports.records.get(upload_id)
        if upload is None or upload.status not in AT_REST or upload.bucket != source:
            return None  # deleted, replaced or moved meanwhile
        target = ports.policy.bucket_in(to, upload.content_type or "")
        if upload.left and upload.left.bucket != target:
            return Problem.WAITS
        report.derived += move_derived(upload, target)
        made = _copy_back(ports, upload) or _copy(ports, upload, target)
        if isinstance(made, Problem):
            if _is_as_before(ports, upload):
                return made
            continue
        if _switch(ports, upload, target, made, report):
            return None
    return Problem.BUSY


def _is_as_before(ports: Ports, upload: Upload) -> bool:
    now = ports.records.get(upload.upload_id)
    return now is not None and (now.status, now.bucket, now.source) == (upload.status, upload.bucket, upload.source)


def _copy_back(ports: Ports, upload: Upload) -> StoredObject | None:
    """Return the copy that the file left in the target, if it moved away from there and the copy is as it was."""
    left = upload.left
    stored = ports.objects.head(left.bucket, upload.object_key, left.version_id) if left else None
    if left is None or stored is None or not stored.is_readable:
        return None
    is_untouched = stored.etag == left.etag and stored.modified_at <= left.at + CLOCKS_APART
    return stored if is_untouched and stored.size_bytes == upload.size_bytes else None


def _copy(ports: Ports, upload: Upload, target: str) -> StoredObject | Problem:
    try:
        opened = ports.objects.read(upload.bucket, upload.object_key, upload.version_id, if_match=upload.etag or "")
    except StoreUnavailable:
        return _unreadable(ports, upload)
    if opened is None:
        is_there = ports.objects.head(upload.bucket, upload.object_key, upload.version_id) is not None
        return Problem.CHANGED if is_there else Problem.GONE
    if opened.size_bytes != upload.size_bytes:
        return Problem.CHANGED
    digests = _Digests(opened.chunks, upload.checksum)
    try:
        made = ports.objects.write(target, upload.object_key, replace(opened, chunks=iter(digests)))
    except StoreUnavailable:
        if not digests.broke_off:
            raise
        return _unreadable(ports, upload)
    if digests.are_right(opened, made):
        return made
    ports.objects.delete_version(target, upload.object_key, made.version_id)
    return Problem.CHANGED


def _unreadable(ports: Ports, upload: Upload) -> Problem:
    """Return the problem of one damaged object, which keeps no other file; raise if the whole store is at fault."""
    ports.objects.ping(upload.bucket)
    return Problem.UNREADABLE


class _Digests:
    """Passes chunks on and computes their digests: the one that was recorded, and sha256."""

    def __init__(self, chunks: Iterator[bytes], recorded: Checksum | None) -> None:
        self._chunks = chunks
        self._recorded = recorded
        names = {"sha256", *([recorded.algorithm] if recorded and recorded.algorithm != "crc32c" else [])}
        self._made: dict[str, Any] = {name: hashlib.new(name, usedforsecurity=False) for name in names}
        self._size = 0
        self.broke_off = False

    def __iter__(self) -> Iterator[bytes]:
        self.broke_off = True
        for chunk in self._chunks:
            self._size += len(chunk)
            for made in self._made.values():
                made.update(chunk)
            self.broke_off = False
            yield chunk
            self.broke_off = True
        self.broke_off = False

    def are_right(self, opened: OpenObject, made: StoredObject) -> bool:
        """Return whether these were the confirmed bytes, all of them, and the store that took them shows the same."""
        computed = {name: base64.b64encode(made.digest()).decode() for name, made in self._made.items()}
        recorded = self._recorded
        # Without a crc32c of our own, one that was recorded is not compared.
        if recorded and recorded.verified and computed.get(recorded.algorithm) not in (None, recorded.value_base64):
            return False
        shown = made.checksums.get("sha256")
        return self._size == opened.size_bytes == made.size_bytes and shown in (None, computed["sha256"])


def _switch(ports: Ports, upload: Upload, target: str, made: StoredObject, report: MoveReport) -> bool:
    """Have the document name the copy, unless the file has changed; then remove what else is under the key there."""
    expected: UploadChanges = {
        "status": upload.status,
        "bucket": upload.bucket,
        "version_id": upload.version_id,
        "etag": upload.etag,
        "left": upload.left,  # somebody may be removing the copy that is moved back to
    }
    changes: UploadChanges = {
        "bucket": target,
        "version_id": made.version_id,
        "etag": made.etag,
        "moved_at": ports.now(),
        "moved_source": upload.source,
        "left": LeftCopy(upload.bucket, upload.version_id, upload.etag, ports.now()),
    }
    is_return = upload.left is not None and upload.left.version_id == made.version_id
    if ports.records.change(upload.upload_id, expected, changes) is None:
        now = ports.records.get(upload.upload_id)
        is_over = now is None or now.status not in AT_REST
        # Without versions another mover's copy may be there by now.
        if not is_return and (made.version_id or is_over):
            ports.objects.delete_version(target, upload.object_key, made.version_id)
        return False
    report.moved += 1
    report.moved_bytes += upload.size_bytes or 0
    report.returned += is_return
    if upload.kind is TransferKind.STAGED:
        purge_copies(ports, replace(upload, bucket=target))  # some may be other uploads'
    else:
        ports.objects.purge(target, upload.object_key, keep={made.version_id})
    return True
