"""Parts become an object: one confirm at a time, under a lease that stands in the document.

Of two Completes at once VersityGW may answer both, with different etags, and what a Complete answered is not always
what is stored. So there is a lease, and HEAD alone tells what came of it: see docs/design/07-multipart.md.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from service.shared.errors import MoodropError
from service.store.model import StoredObject, StoredPart
from service.uploads.errors import (
    PartMismatch,
    PartsMissing,
    UploadBusy,
)
from service.uploads.model import Upload, UploadChanges, UploadStatus
from service.uploads.part_plan import PartPlan, require_plan
from service.uploads.ports import Ports
from service.uploads.usecases.starting.multipart import held_parts, open_anew
from service.uploads.usecases.starting.signed_requests import part_algorithm, store_id
from service.uploads.usecases.transitions import reread

# Longer than the adapter waits for a Complete (60 s): there are never two of them. A confirm that died before its
# Complete is taken over after it.
LEASE = timedelta(seconds=90)
# How long another confirm is waited for, look by look: a Complete takes some 10 ms on MinIO, 0.5 s a GiB on VersityGW.
WAITS_S = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.0)
# A part that is sent again between the look at it and Complete makes Complete fail.
RETRIES_S = (0.05, 0.2, 0.5)

SentPart = tuple[int, str]  # the part's number, and the etag that the store answered to its client


def check_sent(upload: Upload, sent: Sequence[SentPart]) -> None:
    """Raises NotMultipart, PartNumberInvalid where the client names parts that the upload has not."""
    plan = require_plan(upload)
    for part_number, _ in sent:
        plan.size_of(part_number)


def joined(ports: Ports, upload: Upload, sent: Sequence[SentPart]) -> tuple[Upload, StoredObject | None]:
    """A pending upload under this confirm's lease, and its object, made of the parts where it was not there yet.

    Or the upload as another confirm has ended it. Raises PartsMissing, PartMismatch, UploadBusy. Where the store did
    not answer to Complete, the lease stays until it runs out: it may be at work still.
    """
    is_recovery = _leased_until(upload) is not None
    try:
        upload = _leased(ports, upload)
    except UploadBusy:
        # That confirm may have died after its Complete.
        if stored := ports.objects.head(upload.bucket, upload.object_key):
            return upload, stored
        raise
    if upload.status is not UploadStatus.PENDING:
        return upload, None
    with _released_on_error(ports, upload):
        stored = ports.objects.head(upload.bucket, upload.object_key) if is_recovery else None
    for pause in (0.0, *RETRIES_S):
        ports.sleep(pause)
        stored = stored or _complete(ports, upload, sent)
        if stored is not None:
            return upload, stored
    _release(ports, upload)
    return upload, None


def _leased(ports: Ports, upload: Upload) -> Upload:
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
    now, until = ports.now(), _leased_until(upload)
    if until is not None and now < until:
        return None
    expected: UploadChanges = {"status": UploadStatus.PENDING, "completing_until": until}
    return ports.records.change(upload.upload_id, expected, {"completing_until": now + LEASE})


def _leased_until(upload: Upload) -> datetime | None:
    return upload.multipart.completing_until if upload.multipart else None


def _release(ports: Ports, upload: Upload) -> None:
    """Let the next confirm begin at once."""
    expected: UploadChanges = {"status": UploadStatus.PENDING, "completing_until": _leased_until(upload)}
    ports.records.change(upload.upload_id, expected, {"completing_until": None})


@contextmanager
def _released_on_error(ports: Ports, upload: Upload) -> Iterator[None]:
    """For what comes before a Complete: nothing is at work in the store that the next confirm has to wait for."""
    try:
        yield
    except MoodropError:
        _release(ports, upload)
        raise


def _complete(ports: Ports, upload: Upload, sent: Sequence[SentPart]) -> StoredObject | None:
    with _released_on_error(ports, upload):
        held = _held(ports, upload)
        if held is None:
            return _joined_or_dropped(ports, upload)
        # The store may have kept half a part; its etag is not the one that a client was answered for a whole part.
        unproven = not (part_algorithm(upload) or ports.objects.refuses_half_bodies)
        parts = _checked(require_plan(upload), held, sent, has_to_name_all=unproven)
    ports.objects.complete_multipart(upload.bucket, upload.object_key, store_id(upload), parts)
    return ports.objects.head(upload.bucket, upload.object_key)


def _held(ports: Ports, upload: Upload) -> list[StoredPart] | None:
    held = held_parts(ports, upload)
    if held == []:  # for a moment, on MinIO, while a part is replaced
        ports.sleep(RETRIES_S[0])
        held = held_parts(ports, upload)
    return held


def _joined_or_dropped(ports: Ports, upload: Upload) -> StoredObject:
    stored = ports.objects.head(upload.bucket, upload.object_key)
    if stored is None:
        open_anew(ports, upload)
        raise PartsMissing(f"the store has dropped all parts; send them again: 1-{require_plan(upload).part_count}")
    return stored


def _checked(
    plan: PartPlan, held: Sequence[StoredPart], sent: Sequence[SentPart], *, has_to_name_all: bool
) -> list[StoredPart]:
    """The parts of the plan. Raises PartsMissing, PartMismatch."""
    by_number = {part.part_number: part for part in held}
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
    """Raises PartsMissing, which names those of the ascending numbers that are not there."""
    missing = [number for number in numbers if number not in there]
    if missing:
        raise PartsMissing(f"{len(missing)} of {len(numbers)} parts are missing: {shortened(missing)}")


def require_etag(part: StoredPart, sent: str) -> None:
    """Raises PartMismatch where the client was answered another one, with or without its quotes."""
    if sent.strip('"') != part.etag:
        raise PartMismatch(f"part {part.part_number} has the etag {part.etag}, sent was {sent[:80]}")


def shortened(numbers: Sequence[int], most: int = 10) -> str:
    """Ascending numbers as runs, the first ones of many: `1-4, 7, … (120 in all)`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    told = ", ".join("-".join(map(str, run)) for run in runs[:most])
    return told if len(runs) <= most else f"{told}, … ({len(numbers)} in all)"
