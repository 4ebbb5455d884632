"""Reconciles what is derived with the jobs: does every object belong to an attempt, and has every result its objects?

Both sides are read in the order of their keys, 500 files at a time, so memory does not grow with their number. A file
whose key its client named sorts elsewhere, so its objects are listed by themselves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby, islice

from service.jobs.model import OPEN, Job
from service.jobs.ports import Ports
from service.media.summarize import is_current, objects_of, read_results
from service.media.usecases.redo import order_again
from service.shared.errors import Conflict
from service.store.errors import StoreUnsafe
from service.store.model import ObjectEntry
from service.store.prefixes import DERIVED_PREFIX
from service.uploads.model import AT_REST, Upload
from service.uploads.object_keys import derived_prefix, made_id, parse_derived
from service.uploads.usecases.upkeep.reconcile import GRACE, Difference, Problem, Tally, buckets_of

BATCH = 500


@dataclass(frozen=True, slots=True)
class _Place:
    """What the store and the database have of one file."""

    file_id: str
    entries: tuple[ObjectEntry, ...] = ()
    is_recorded: bool = False  # among the files and covers of the bucket


def reconcile_derived(
    ports: Ports, tally: Tally, *, fix: bool = False, grace: timedelta = GRACE
) -> Iterator[Difference]:
    """Yield the differences as they are found, and count them. Objects younger than `grace` are left out.

    `fix` removes objects that belong to no attempt, and queues the jobs again whose objects are lost. Raises Conflict
    if it would remove something although no file of the objects is known: that is another deployment's database.
    """
    for bucket in ports.policy.buckets:
        is_ours = not fix
        places = _places(ports, bucket)
        while batch := list(islice(places, BATCH)):
            for difference in _differences(ports, bucket, batch, ports.now() - grace):
                is_ours = is_ours or difference.problem is not Problem.UNKNOWN_DERIVED or _require_ours(ports, bucket)
                yield _counted(tally, _fix(ports, difference, ports.now() - grace) if fix else difference)


def _counted(tally: Tally, difference: Difference) -> Difference:
    tally.differences += 1
    tally.fixed += difference.fixed
    return difference


def _places(ports: Ports, bucket: str) -> Iterator[_Place]:
    """Yield what both sides have of each file, in the order of their prefixes."""
    stored, recorded = _stored(ports, bucket), _recorded(ports, bucket)
    group, row = next(stored, None), next(recorded, None)
    while group or row:
        if row is None or (group and group[0] < row[0]):
            assert group
            yield _Place(group[0].rpartition("/")[2], group[1])
            group = next(stored, None)
        elif group is None or row[0] < group[0]:
            yield _Place(row[1], is_recorded=True)
            row = next(recorded, None)
        else:
            yield _Place(row[1], group[1], is_recorded=True)
            group, row = next(stored, None), next(recorded, None)


def _stored(ports: Ports, bucket: str) -> Iterator[tuple[str, tuple[ObjectEntry, ...]]]:
    """Yield {owner_slug}/{file_id} and the objects below it."""
    before = ""
    for place, entries in groupby(ports.objects.iter_objects(bucket, f"{DERIVED_PREFIX}/"), key=_place_of):
        if place < before:
            raise StoreUnsafe(f"{place!r} was listed after {before!r}: this listing cannot be compared")
        before = place
        yield place, tuple(entries)


def _place_of(entry: ObjectEntry) -> str:
    return "/".join(entry.object_key.split("/")[1:3])


def _recorded(ports: Ports, bucket: str) -> Iterator[tuple[str, str]]:
    """Yield {owner_slug}/{file_id} and the id of each file and cover.

    A key that a client named sorts elsewhere. Such a file comes right after its neighbour, when the objects of that
    are taken.
    """
    before = ""
    for row in ports.records.iter_recorded(bucket):
        if row.status not in AT_REST:
            continue
        if made_id(row.object_key) == row.upload_id:
            before = f"{row.object_key.split('/')[1]}/{row.upload_id}"
            yield before, row.upload_id
        else:
            yield before, row.upload_id


def _differences(ports: Ports, bucket: str, places: Sequence[_Place], cutoff: datetime) -> Iterator[Difference]:
    ids = list({place.file_id for place in places})
    files = {file.upload_id: file for file in ports.records.get_many(ids)}
    jobs: dict[str, list[Job]] = {file_id: [] for file_id in ids}
    for job in ports.jobs.list_by_files(ids):
        jobs[job.file_id].append(job)
    for place in places:
        file = files.get(place.file_id)
        for entry in place.entries:
            if entry.modified_at < cutoff and not _is_known(bucket, entry, file, jobs[place.file_id]):
                facts = (None, entry.size_bytes, entry.modified_at)
                yield Difference(Problem.UNKNOWN_DERIVED, bucket, entry.object_key, *facts)
        if place.is_recorded and file and file.status in AT_REST:
            yield from _lost(ports, file, jobs[place.file_id], place.entries)


def _is_known(bucket: str, entry: ObjectEntry, file: Upload | None, jobs: Sequence[Job]) -> bool:
    """Return whether an attempt may have made the object, or the sweeper is going to remove it."""
    key = parse_derived(entry.object_key)
    if (
        key is None
        or file is None
        or bucket not in buckets_of(file)
        or not entry.object_key.startswith(derived_prefix(file))
    ):
        return False
    if file.status not in AT_REST:
        return bool(file.outbox)
    job = next((job for job in jobs if job.kind == key.kind), None)
    if job is None:
        return False
    is_later_swept = key.token <= job.token and (job.state in OPEN or job.tidy_at is not None)
    return key.token in (job.result_token, job.token) or is_later_swept


def _lost(ports: Ports, file: Upload, jobs: Sequence[Job], entries: Sequence[ObjectEntry]) -> Iterator[Difference]:
    listed = {entry.object_key for entry in entries}
    for made in read_results(file, [job for job in jobs if is_current(job, file)]).values():
        requested = [(made.bucket_of(stored), made.key_of(stored.name)) for stored in objects_of(made.result)]
        # Whatever the listing lacks may have come since or be in another bucket, and a file that sorts elsewhere has no
        # listing.
        lost = [
            (bucket, key)
            for bucket, key in requested
            if not (bucket == file.bucket and key in listed) and ports.objects.head(bucket, key) is None
        ]
        if lost:
            yield Difference(Problem.LOST_DERIVED, *lost[0], file.upload_id, None, None)


def _require_ours(ports: Ports, bucket: str) -> bool:
    if any(place.entries and place.is_recorded for place in _places(ports, bucket)):
        return True
    raise Conflict("the database knows no file of the derived objects: is it the right one? Nothing was removed")


def _fix(ports: Ports, difference: Difference, cutoff: datetime) -> Difference:
    if difference.problem is Problem.UNKNOWN_DERIVED:
        was_removed = ports.objects.purge(difference.bucket, difference.object_key, before=cutoff)
        return replace(difference, fixed=was_removed)
    job = ports.jobs.get(_job_id(difference))
    if job is None:
        return difference
    ports.jobs.redo(order_again(job), ports.now())
    return replace(difference, fixed=True)


def _job_id(lost: Difference) -> str:
    key = parse_derived(lost.object_key)
    return f"{key.file_id}.{key.kind}" if key else ""
