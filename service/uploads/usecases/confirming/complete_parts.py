"""Makes an object of the parts: one confirm at a time, under a lease in the document.

VersityGW may answer two simultaneous Completes with different etags, and the answer of a Complete is not always what is
stored. Therefore there is a lease, and only HEAD tells the result: see docs/design/07-multipart.md.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import NamedTuple

from service.shared.errors import MoodropError
from service.store.errors import StoreUnavailable
from service.store.model import StoredObject, StoredPart
from service.uploads.errors import (
    PartMismatch,
    PartsMissing,
    UploadBusy,
)
from service.uploads.model import Upload, UploadChanges, UploadStatus
from service.uploads.part_plan import PartPlan, require_plan
from service.uploads.ports import Ports
from service.uploads.usecases.lifetimes import completing_until
from service.uploads.usecases.starting.multipart import list_stored, open_anew
from service.uploads.usecases.starting.signed_requests import part_algorithm, store_id
from service.uploads.usecases.transitions import reread

# Longer than the adapter waits for a Complete (60 s), so that there are never two. If a confirm dies, the next one
# takes over when the lease ends.
LEASE = timedelta(seconds=90)
# The pauses while another confirm is at work: a Complete takes some 10 ms on MinIO, 0.5 s for each GiB on VersityGW.
WAITS_S = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.0)
# The pauses before Complete is repeated: it fails if a part is sent again between listing it and Complete.
RETRIES_S = (0.05, 0.2, 0.5)


class SentPart(NamedTuple):
    """A part as its client sent it: its number and the etag that the store answered."""

    part_number: int
    etag: str


class CompletedUpload(NamedTuple):
    """An upload under the lease of a confirm, and its object; None if there is none."""

    upload: Upload
    stored: StoredObject | None


def check_sent(upload: Upload, sent: Sequence[SentPart]) -> None:
    """Raise NotMultipart or PartNumberInvalid if the client names parts that the upload does not have."""
    plan = require_plan(upload)
    for part_number, _ in sent:
        plan.size_of(part_number)


def complete_parts(ports: Ports, upload: Upload, sent: Sequence[SentPart]) -> CompletedUpload:
    """Take the lease of a pending upload and make its object of the parts, unless the object exists already.

    If another confirm ended the upload, it is returned as it is. Raises PartsMissing, PartMismatch, UploadBusy. If the
    store does not answer to Complete, the lease stays until it runs out, because the store may still be at work. If it
    answers with a failure, the next confirm may begin at once.
    """
    is_recovery = completing_until(upload) is not None
    try:
        upload = _acquire_lease(ports, upload)
    except UploadBusy:
        # That confirm may have died after its Complete.
        if stored := ports.objects.head(upload.bucket, upload.object_key):
            return CompletedUpload(upload, stored)
        raise
    if upload.status is not UploadStatus.PENDING:
        return CompletedUpload(upload, None)
    with _release_on_error(ports, upload):
        stored = ports.objects.head(upload.bucket, upload.object_key) if is_recovery else None
    for pause in (0.0, *RETRIES_S):
        ports.sleep(pause)
        stored = stored or _complete(ports, upload, sent)
        if stored is not None:
            return CompletedUpload(upload, stored)
    _release(ports, upload)
    return CompletedUpload(upload, None)


def _acquire_lease(ports: Ports, upload: Upload) -> Upload:
    for pause in (*WAITS_S, None):
        if upload.status is not UploadStatus.PENDING:
            return upload
        if leased := _take_lease(ports, upload):
            return leased
        if pause is not None:
            ports.sleep(pause)
            upload = reread(ports, upload)
    raise UploadBusy(f"another confirm of upload {upload.upload_id} is at work")


def _take_lease(ports: Ports, upload: Upload) -> Upload | None:
    now, until = ports.now(), completing_until(upload)
    if until is not None and now < until:
        return None
    expected: UploadChanges = {"status": UploadStatus.PENDING, "completing_until": until}
    return ports.records.change(upload.upload_id, expected, {"completing_until": now + LEASE})


def _release(ports: Ports, upload: Upload) -> None:
    """Let the next confirm begin at once."""
    expected: UploadChanges = {"status": UploadStatus.PENDING, "completing_until": completing_until(upload)}
    ports.records.change(upload.upload_id, expected, {"completing_until": None})


@contextmanager
def _release_on_error(ports: Ports, upload: Upload) -> Iterator[None]:
    """Release the lease if a step before Complete fails: the store is not at work, so nobody has to wait for it."""
    try:
        yield
    except MoodropError:
        _release(ports, upload)
        raise


def _complete(ports: Ports, upload: Upload, sent: Sequence[SentPart]) -> StoredObject | None:
    with _release_on_error(ports, upload):
        stored = _list_parts(ports, upload)
        if stored is None:
            return _find_completed(ports, upload)
        # The store may have kept half a part. The etag of that is not what it answers for a whole part.
        unproven = not (part_algorithm(upload) or ports.objects.refuses_half_bodies)
        parts = _check_parts(require_plan(upload), stored, sent, has_to_name_all=unproven)
    try:
        ports.objects.complete_multipart(upload.bucket, upload.object_key, store_id(upload), parts)
    except StoreUnavailable as error:
        if not error.is_answered:
            raise
        with _release_on_error(ports, upload):
            return _existing(ports, upload, error)
    return ports.objects.head(upload.bucket, upload.object_key)


def _existing(ports: Ports, upload: Upload, error: StoreUnavailable) -> StoredObject:
    """Return what a Complete made although its answer was a failure. Raises that failure if it made nothing."""
    if stored := ports.objects.head(upload.bucket, upload.object_key):
        return stored
    raise error


def _list_parts(ports: Ports, upload: Upload) -> list[StoredPart] | None:
    stored = list_stored(ports, upload)
    if stored == []:  # for a moment, on MinIO, while a part is replaced
        ports.sleep(RETRIES_S[0])
        stored = list_stored(ports, upload)
    return stored


def _find_completed(ports: Ports, upload: Upload) -> StoredObject:
    stored = ports.objects.head(upload.bucket, upload.object_key)
    if stored is None:
        open_anew(ports, upload)
        raise PartsMissing(f"the store has dropped all parts; send them again: 1-{require_plan(upload).part_count}")
    return stored


def _check_parts(
    plan: PartPlan, stored: Sequence[StoredPart], sent: Sequence[SentPart], *, has_to_name_all: bool
) -> list[StoredPart]:
    """Return the stored parts of the plan. Raises PartsMissing, PartMismatch."""
    by_number = {part.part_number: part for part in stored}
    require_parts(by_number, plan.part_numbers)
    for part in (by_number[number] for number in plan.part_numbers):
        if part.size_bytes != plan.size_of(part.part_number):
            planned = plan.size_of(part.part_number)
            raise PartMismatch(f"part {part.part_number} has {part.size_bytes} bytes, its plan {planned}")
    for number, etag in sent:
        require_etag(by_number[number], etag)
    if has_to_name_all:
        _require_named(sent, plan.part_numbers)
    return [by_number[number] for number in plan.part_numbers]


def _require_named(sent: Sequence[SentPart], numbers: Sequence[int]) -> None:
    unnamed = sorted(set(numbers) - {number for number, _ in sent})
    if unnamed:
        raise PartMismatch(f"this store may have kept half of a part: name the etags of {shortened(unnamed)}, too")


def require_parts(there: Collection[int], numbers: Sequence[int]) -> None:
    """Raise PartsMissing, naming the missing ones of the ascending numbers."""
    missing = [number for number in numbers if number not in there]
    if missing:
        raise PartsMissing(f"{len(missing)} of {len(numbers)} parts are missing: {shortened(missing)}")


def require_etag(part: StoredPart, sent: str) -> None:
    """Raise PartMismatch if the client names another etag than the part has, with or without quotes."""
    if sent.strip('"') != part.etag:
        raise PartMismatch(f"part {part.part_number} has the etag {part.etag}, sent was {sent[:80]}")


def shortened(numbers: Sequence[int], most: int = 10) -> str:
    """Write ascending numbers as runs; of many, only the first: `1-4, 7, … (120 in all)`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    text = ", ".join("-".join(map(str, run)) for run in runs[:most])
    return text if len(runs) <= most else f"{text}, … ({len(numbers)} in all)"
