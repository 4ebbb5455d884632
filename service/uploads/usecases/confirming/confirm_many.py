"""Confirms many uploads with as few round trips as possible."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from contextvars import copy_context
from typing import TypeVar

from service.shared.errors import MoodropError, Unavailable
from service.shared.model import Caller
from service.shared.scopes import UPLOADS_WRITE, require
from service.store.model import StoredObject
from service.uploads.model import TransferKind, Upload, UploadStatus
from service.uploads.object_keys import owner_slug
from service.uploads.ports import Ports
from service.uploads.usecases.access import reaches
from service.uploads.usecases.confirming.confirm import NO_METADATA, confirm_puts, confirm_upload

# Each confirm is a HEAD and a durable write: waiting, not computing.
AT_ONCE = 8

T = TypeVar("T")
R = TypeVar("R")


def confirm_uploads(ports: Ports, caller: Caller, upload_ids: Sequence[str]) -> list[Upload | MoodropError]:
    """Confirm each upload; return, in the same order, its file or the error.

    Uploads by one PUT that arrived as declared, which are nearly all, are read and recorded together. Raises
    Unavailable as soon as the store or the database does not answer: asking for each upload would take forever, and
    confirming an upload twice does no harm.
    """
    require(caller, UPLOADS_WRITE)

    def head(upload: Upload) -> tuple[Upload, StoredObject | None]:
        return upload, ports.objects.arrived(upload.bucket, upload.object_key)

    pending = _pending(ports, caller, upload_ids)
    # If all are confirmed already, the store is not asked.
    with ports.objects.many(owner_slug(caller.owner)) if pending else nullcontext():
        heads = _each(head, [upload for upload in pending if upload.kind is TransferKind.PUT])
        arrived = [row for row in heads if not isinstance(row, MoodropError)]
        files = {file.upload_id: file for file in confirm_puts(ports, caller, arrived)}
        others = [upload_id for upload_id in upload_ids if upload_id not in files]
        rows = _each(lambda one: confirm_upload(ports, caller, one, NO_METADATA), others)
    ends = dict(zip(others, rows, strict=True))
    return [files.get(upload_id) or ends[upload_id] for upload_id in upload_ids]


def _pending(ports: Ports, caller: Caller, upload_ids: Sequence[str]) -> list[Upload]:
    return [
        upload
        for upload in ports.records.get_many(upload_ids)
        if reaches(caller, upload) and upload.status is UploadStatus.PENDING
    ]


def _each(work: Callable[[T], R], items: Iterable[T]) -> list[R | MoodropError]:
    """Return the result of `work` for each item, or its error; several run at once. Raises Unavailable at once."""
    outages: list[Unavailable] = []

    def guarded(item: T) -> R | MoodropError:
        if outages:  # the others need not try
            raise outages[0]
        try:
            return work(item)
        except Unavailable as error:
            outages.append(error)
            raise
        except MoodropError as error:
            return error

    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        # Each thread uses its request's place at the store.
        return [done.result() for done in [pool.submit(copy_context().run, guarded, item) for item in items]]
    finally:
        pool.shutdown(cancel_futures=True)
