"""Sweeps: records files that arrived unconfirmed, ends unfinished uploads, and removes what they left.

It checks for the bytes of a pending upload when its URL expires (`next_check_at`), then after longer and longer waits,
and once more before it ends the upload (`expires_at`), which is never before a running PUT can have finished. Any
number of sweepers may run at once, and the next run fixes what a crash left.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.shared.errors import MoodropError, Unavailable
from service.store.errors import StoreDenied, StoreUnavailable
from service.uploads.errors import ObjectMismatch, UploadBusy, UploadExpired
from service.uploads.metadata import FileMetadata
from service.uploads.model import TransferKind, Upload, UploadChanges, UploadStatus
from service.uploads.ports import Ports
from service.uploads.usecases.confirming.confirm import finalize
from service.uploads.usecases.confirming.staged import finalize_staged, trim_staged
from service.uploads.usecases.covers import finalize_cover, release_covers
from service.uploads.usecases.lifetimes import tombstone_until
from service.uploads.usecases.purge import (
    COPY_IN_FLIGHT,
    purge_copies,
    purge_objects,
    purge_staging,
)
from service.uploads.usecases.quota_entries import close_all_entries, close_replaced
from service.uploads.usecases.starting.multipart import is_open, measure_parts
from service.uploads.usecases.transitions import await_durable, end_pending, note_stored, reread

log = logging.getLogger(__name__)

BATCH = 200
# Between the first two checks of an upload; each later wait is twice as long as the one before.
SHORTEST_WAIT = timedelta(seconds=60)
CHECK_TAKES = timedelta(seconds=10)
# How long a tombstone waits for those who still have to be told of it.
UNTOLD_WAIT = timedelta(seconds=60)


@dataclass(slots=True)
class SweepReport:
    """What one sweep did, by count."""

    checked: int = 0  # pending uploads that were checked for their bytes before their time was over
    confirmed: int = 0  # files that had arrived but were never confirmed
    removed: int = 0  # documents of uploads that are over
    expired: int = 0  # removed documents of uploads that did not arrive in time
    tidied: int = 0  # files and ended uploads from which the remains of a late request were removed
    failed: int = 0  # postponed uploads: the store is up but gave no answer about them

    @property
    def total(self) -> int:
        return self.checked + self.confirmed + self.removed + self.tidied


def _always() -> bool:
    return True


def sweep(ports: Ports, may_go_on: Callable[[], bool] = _always) -> SweepReport:
    """Handle everything that is due now. Asks `may_go_on` before each upload.

    Raises StoreUnavailable or DatabaseUnavailable if one of them is down; then run it again.
    """
    report = SweepReport()
    _handle_all(ports, report, may_go_on, ports.records.due, _end)
    _handle_all(ports, report, may_go_on, ports.records.unconfirmed, _check)
    close_all_entries(ports, may_go_on)
    return report


def _handle_all(
    ports: Ports,
    report: SweepReport,
    may_go_on: Callable[[], bool],
    find: Callable[[datetime, int], Iterator[Upload]],
    handle: Callable[[Ports, Upload, SweepReport], None],
) -> None:
    while True:
        batch, before = list(find(ports.now(), BATCH)), report.total
        for upload in batch:
            if not may_go_on():
                return
            _handle(ports, upload, report, handle)
        if len(batch) < BATCH or report.total == before:
            return


def _handle(
    ports: Ports, upload: Upload, report: SweepReport, handle: Callable[[Ports, Upload, SweepReport], None]
) -> None:
    try:
        with suppress(UploadExpired):  # another sweeper was first
            handle(ports, upload, report)
    except (StoreUnavailable, StoreDenied) as problem:
        # A stalled PUT may block one object, or its bucket may be gone: the others must not wait for it.
        ports.objects.ping(ports.policy.bucket)
        log.warning("upload %s is put off: %s (%s)", upload.upload_id, problem.detail, problem.code)
        report.failed += 1
        _postpone(ports, upload)


def _check(ports: Ports, upload: Upload, report: SweepReport) -> None:
    # First, so that only one of two sweepers checks; for a short time, because an outage may cut the check off.
    leased = _postpone_check(ports, upload, ports.now() + CHECK_TAKES)
    if leased is None:
        return
    report.checked += 1
    with suppress(UploadBusy):
        leased = _finalize(ports, leased, report)
    if leased.status is UploadStatus.PENDING:
        waited = ports.now() - leased.urls_expire_at
        _postpone_check(ports, leased, ports.now() + max(waited, SHORTEST_WAIT))


def _postpone_check(ports: Ports, upload: Upload, at: datetime) -> Upload | None:
    expected: UploadChanges = {"status": UploadStatus.PENDING, "next_check_at": upload.next_check_at}
    return ports.records.change(upload.upload_id, expected, {"next_check_at": at})


def _finalize(ports: Ports, upload: Upload, report: SweepReport) -> Upload:
    """Record the upload if all of it has arrived, and return it."""
    if upload.kind is TransferKind.STAGED and not upload.content_type and ports.now() < upload.urls_expire_at:
        return trim_staged(ports, upload)  # the client may still send other bytes
    try:
        if is_open(upload):
            upload = note_stored(ports, upload, measure_parts(ports, upload))
        if _abort_at(upload) is not None:  # aborted: only its client may still complete it
            return upload
        file = finalize(ports, upload, FileMetadata(), by="sweep")
    except (Unavailable, UploadBusy):
        raise
    except ObjectMismatch:  # the parts are too large for a file
        return reread(ports, upload)
    except MoodropError:  # not all has arrived, or its key is taken
        return upload
    report.confirmed += file.status is UploadStatus.READY and file.confirmed_by == "sweep"
    return file if file.upload_id == upload.upload_id else ports.records.get(upload.upload_id) or upload


def _end(ports: Ports, upload: Upload, report: SweepReport) -> None:
    if upload.status is UploadStatus.PENDING:
        upload = _finish(ports, upload, report)
        if upload.status in (UploadStatus.READY, UploadStatus.ATTACHED):
            return
    if upload.status is UploadStatus.PENDING or not purge_copies(ports, upload):
        _postpone(ports, upload)
    elif upload.status is UploadStatus.READY:
        _tidy(ports, upload, report)
    elif upload.status is UploadStatus.ATTACHED:
        finalize_cover(ports, upload)
        _tidy(ports, upload, report)
    else:
        _remove(ports, upload, report)


def _finish(ports: Ports, upload: Upload, report: SweepReport) -> Upload:
    try:
        upload = _finalize(ports, upload, report)
    except UploadBusy:  # its client confirms it right now
        return upload
    if upload.status is UploadStatus.PENDING and not _is_completing(ports, upload):
        upload = end_pending(ports, upload, UploadStatus.ABORTED if _abort_at(upload) else UploadStatus.EXPIRED)
    return upload


def _is_completing(ports: Ports, upload: Upload) -> bool:
    state = upload.multipart
    if state is None or state.abort_at is None or state.completing_until is None:
        return False
    return ports.now() < state.completing_until


def _abort_at(upload: Upload) -> datetime | None:
    return upload.multipart.abort_at if upload.multipart else None


def _postpone(ports: Ports, upload: Upload) -> None:
    now = ports.records.get(upload.upload_id)
    if now and now.expires_at and now.expires_at <= ports.now():
        expected: UploadChanges = {"status": now.status, "expires_at": now.expires_at}
        ports.records.change(upload.upload_id, expected, {"expires_at": ports.now() + COPY_IN_FLIGHT})


def _tidy(ports: Ports, upload: Upload, report: SweepReport) -> None:
    """Remove what running requests may have left beside a finished file or cover, until no request can be left."""
    again_at = None
    if upload.kind is TransferKind.STAGED:
        purge_staging(ports, upload)
        again_at = _tidy_again_at(ports, upload)
    elif upload.kind is TransferKind.MULTIPART:
        ports.objects.abort_multiparts(upload.bucket, upload.object_key)
    _come_again(ports, upload, report, again_at)


def _come_again(ports: Ports, upload: Upload, report: SweepReport, at: datetime | None) -> None:
    expected: UploadChanges = {"status": upload.status, "expires_at": upload.expires_at}
    report.tidied += ports.records.change(upload.upload_id, expected, {"expires_at": at}) is not None


def _tidy_again_at(ports: Ports, upload: Upload) -> datetime | None:
    """Return the next check, at growing intervals, while the URL may still fill incoming/; None once it has expired."""
    now, last = ports.now(), tombstone_until(upload)
    waited = now - (upload.confirmed_at or now)
    return min(last, now + max(waited, SHORTEST_WAIT)) if now < last else None


def _remove(ports: Ports, upload: Upload, report: SweepReport) -> None:
    if upload.status is UploadStatus.REPLACED:
        finalize_staged(ports, upload, FileMetadata())
        purge_staging(ports, upload)
        close_replaced(ports, upload)
    else:
        await_durable(ports, upload)
        purge_objects(ports, upload)
    if upload.status is UploadStatus.DELETED:
        release_covers(ports, upload)
    if upload.expires_at and upload.expires_at > ports.now():
        return  # running requests may still bring bytes, and the document has to stay until they are removed
    if again_at := _tidy_again_at(ports, upload):  # the same, but remove meanwhile what has arrived
        _come_again(ports, upload, report, again_at)
        return
    if upload.outbox:  # whoever made something of the file finds it by this document
        _come_again(ports, upload, report, ports.now() + UNTOLD_WAIT)
        return
    if ports.records.remove(upload.upload_id, {"status": upload.status, "outbox": ()}):
        report.removed += 1
        report.expired += upload.status is UploadStatus.EXPIRED
