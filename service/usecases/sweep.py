"""The sweeper: ends what was never finished, and removes what a dead URL may have re-created.

It acts on documents whose `expires_at` has passed, which is never before the last URL is dead. Any number
of sweepers may run at once, and a crash in the middle is mended by the next run.
"""

from contextlib import suppress
from dataclasses import dataclass

from service.errors import MoodropError, Unavailable, UploadExpired
from service.model import FileMetadata, TransferKind, Upload, UploadStatus
from service.ports import Ports
from service.usecases.purge import COPY_IN_FLIGHT, purge_copies, purge_objects, purge_staging
from service.usecases.staged import settle_staged
from service.usecases.transitions import await_durable, reread

BATCH = 200


@dataclass(slots=True)
class SweepReport:
    """What one sweep did, by count."""

    confirmed: int = 0  # staged files that had arrived but were never asked for
    expired: int = 0  # pending uploads that were not confirmed in time
    removed: int = 0  # documents of uploads that are over
    tidied: int = 0  # files at rest whose place under incoming/ was emptied

    @property
    def total(self) -> int:
        return self.confirmed + self.expired + self.removed + self.tidied


def sweep(ports: Ports) -> SweepReport:
    """Handle all that is due now. Raises StoreUnavailable or DatabaseUnavailable; then run it again."""
    report = SweepReport()
    while True:
        batch = list(ports.records.due(ports.now(), BATCH))
        before = report.total
        for upload in batch:
            with suppress(UploadExpired):  # another sweeper was first
                _sweep_one(ports, upload, report)
        if len(batch) < BATCH or report.total == before:
            return report


def _sweep_one(ports: Ports, upload: Upload, report: SweepReport) -> None:
    if upload.status is UploadStatus.PENDING and upload.kind is TransferKind.STAGED:
        upload = _settle(ports, upload, report)
    if upload.status is UploadStatus.PENDING:
        expected, changes = {"status": UploadStatus.PENDING}, {"status": UploadStatus.EXPIRED}
        changed = ports.records.change(upload.upload_id, expected, changes)
        report.expired += changed is not None
        upload = changed or reread(ports, upload)
    if not purge_copies(ports, upload):
        _put_off(ports, upload)
    elif upload.status is UploadStatus.READY:
        _tidy(ports, upload, report)
    else:
        _remove(ports, upload, report)


def _settle(ports: Ports, upload: Upload, report: SweepReport) -> Upload:
    try:
        settled = settle_staged(ports, upload, FileMetadata())
    except Unavailable:
        raise
    except MoodropError:  # nothing arrived, or its key is taken: it ends like any other
        return upload
    report.confirmed += settled.status is UploadStatus.READY
    return ports.records.get(upload.upload_id) or settled


def _put_off(ports: Ports, upload: Upload) -> None:
    expected = {"status": upload.status, "expires_at": upload.expires_at}
    ports.records.change(upload.upload_id, expected, {"expires_at": ports.now() + COPY_IN_FLIGHT})


def _tidy(ports: Ports, upload: Upload, report: SweepReport) -> None:
    """A staged file at rest: empty its place under incoming/ for the last time."""
    if upload.kind is TransferKind.STAGED:
        purge_staging(ports, upload)
    expected = {"status": UploadStatus.READY, "expires_at": upload.expires_at}
    report.tidied += ports.records.change(upload.upload_id, expected, {"expires_at": None}) is not None


def _remove(ports: Ports, upload: Upload, report: SweepReport) -> None:
    if upload.status is UploadStatus.REPLACED:
        settle_staged(ports, upload, FileMetadata())
        purge_staging(ports, upload)
    else:
        await_durable(ports, upload)
        purge_objects(ports, upload)
    report.removed += ports.records.remove(upload.upload_id, {"status": upload.status})
