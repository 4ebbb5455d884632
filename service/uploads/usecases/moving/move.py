"""Moves all files to another store while they are used, and removes later what they left behind.

It may be stopped and started again at any time, in either direction. Uploads under way end where they began, and a
later run moves them too.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from service.shared.errors import Invalid
from service.store.places import split_place
from service.uploads.model import AT_REST, RecordedObject, TransferKind, Upload, UploadStatus
from service.uploads.ports import Ports
from service.uploads.usecases.lifetimes import tombstone_until
from service.uploads.usecases.moving.files import move_file
from service.uploads.usecases.moving.model import MoveDerived, MoveReport, Stayed
from service.uploads.usecases.purge import COPY_IN_FLIGHT, purge_copies, remove_left
from service.uploads.usecases.upkeep.reconcile import unknown_objects

BATCH = 100
# Each holds one part of a file in memory.
THREADS = 3
# The longest that any URL lives: what the owner of a file may ask for.
GRACE = timedelta(days=7)

# Asked between files.
MayGoOn = Callable[[], bool]


def move_files(
    ports: Ports, to: str, move_derived: MoveDerived, report: MoveReport, may_go_on: MayGoOn
) -> Iterator[MoveReport]:
    """Move the files of all other stores to the store of that name; yield the report after each batch.

    Raises Invalid for an unknown store, and what the stores and the database raise: then run it again.
    """
    with ThreadPoolExecutor(THREADS) as pool:
        for source in sources_of(ports, to):
            rows = _movable(ports, source, report)
            while batch := list(islice(rows, BATCH)):

                def move(row: RecordedObject, source: str = source) -> Stayed | None:
                    if not may_go_on():
                        return None
                    problem = move_file(ports, row.upload_id, source, to, move_derived, report)
                    return Stayed(row.upload_id, source, row.object_key, problem) if problem else None

                report.stayed += [stayed for stayed in pool.map(move, batch) if stayed]
                yield report
                if not may_go_on():
                    report.stopped = True
                    return


def sources_of(ports: Ports, to: str) -> list[str]:
    """Return the buckets of the other stores."""
    stores = {store.name for store in ports.policy.stores}
    if to not in stores:
        raise Invalid(f"the settings name no store {to!r}; they name {', '.join(sorted(stores))}")
    if stores == {to}:
        raise Invalid(f"the settings name no other store than {to!r}: set STORE_2_ENDPOINT")
    return [place for place in ports.policy.buckets if split_place(place)[0] != to]


def _movable(ports: Ports, source: str, report: MoveReport) -> Iterator[RecordedObject]:
    begun_at = ports.now()
    for row in ports.records.iter_recorded(source):
        # Where new files still come, a run that took them too might never end.
        is_new = row.status in AT_REST and row.confirmed_at is not None and row.confirmed_at > begun_at
        report.pending += is_new or row.status is UploadStatus.PENDING
        if row.status in AT_REST and not is_new:
            yield row


def remove_copies(
    ports: Ports,
    to: str,
    move_derived: MoveDerived,
    remove_derived: Callable[[Upload, str], bool],
    report: MoveReport,
    may_go_on: MayGoOn,
    *,
    grace: timedelta = GRACE,
) -> Iterator[MoveReport]:
    """Remove the copies that files left in the other stores, once no URL leads to them any more.

    Copies of moves that were killed, which no URL ever led to, go at once.

    `remove_derived` removes what was made from a file in that bucket, unless somebody is still making it.
    """
    for source in sources_of(ports, to):
        for upload_id in ports.records.iter_left(source):
            if not may_go_on():
                report.stopped = True
                return
            if _remove_copy(ports, upload_id, source, move_derived, remove_derived, ports.now() - grace):
                report.removed += 1
            else:
                report.later += 1
            yield report
        _remove_killed(ports, source, report)
        yield report


def _remove_killed(ports: Ports, source: str, report: MoveReport) -> None:
    """Remove the copies there of files that never moved: a move the other way was killed between copy and switch."""
    before = ports.now() - COPY_IN_FLIGHT
    for copy in unknown_objects(ports, source, before):
        if any(file.status in AT_REST for file in ports.records.at_key(copy.object_key)):
            report.removed += ports.objects.purge(source, copy.object_key, before=before)


def _remove_copy(
    ports: Ports,
    upload_id: str,
    source: str,
    move_derived: MoveDerived,
    remove_derived: Callable[[Upload, str], bool],
    before: datetime,
) -> bool:
    upload = ports.records.get(upload_id)
    if upload is None or upload.left is None or upload.left.bucket != source or upload.bucket == source:
        return False
    if upload.left.at > before or tombstone_until(upload) > ports.now():
        return False
    # A move back may be running: from now on it copies the file anew, and nothing that was made from it.
    condemned = replace(upload.left, etag=None)
    if ports.records.change(upload_id, {"bucket": upload.bucket, "left": upload.left}, {"left": condemned}) is None:
        return False
    if upload.status in AT_REST:
        move_derived(upload, upload.bucket)
        if not remove_derived(upload, source):
            ports.records.change(upload_id, {"bucket": upload.bucket, "left": condemned}, {"left": upload.left})
            return False
    remove_left(ports, upload)
    _purge_unnamed(ports, upload)
    return ports.records.change(upload_id, {"bucket": upload.bucket, "left": condemned}, {"left": None}) is not None


def _purge_unnamed(ports: Ports, upload: Upload) -> None:
    """Remove what moves that were killed have left beside the file, in its own store too."""
    if upload.kind is TransferKind.STAGED:
        purge_copies(ports, upload)
    elif upload.status in AT_REST:
        ports.objects.purge(upload.bucket, upload.object_key, keep={upload.version_id})
