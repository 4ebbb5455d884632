"""Moves what was made from files to another store, with its file or after it.

A result says in which bucket each of its objects is, so a job that ends while its file moves is shown from where it put
them.
"""

from collections.abc import Callable
from typing import Any

from service.jobs.model import Job, JobState
from service.jobs.ports import Ports
from service.media.summarize import Made, objects_of, read_results
from service.media.usecases.settle import show_jobs
from service.uploads.model import Upload
from service.uploads.object_keys import derived_prefix


def move_derived(ports: Ports, file: Upload, target: str) -> int:
    """Copy the objects of the file's results to that bucket and have the results name them; return how many."""
    returns = file.left is not None and file.left.bucket == target
    if returns and file.left and file.left.etag is None:  # what it left there is being removed
        return 0
    moved = 0
    jobs = ports.jobs.list_by_files([file.upload_id])
    for job in jobs:
        made = read_results(file, [job]).get(job.kind)
        if made:
            moved += _move_result(ports, job, made, target)
    # Emptying the bucket is announced before the results are read, so either this move or the removal sees the other.
    if moved and returns and not _has_left(ports, file):
        for job in jobs:
            if job.result:
                ports.jobs.relocate(job, job.result, ports.now())
        return 0
    thumbnail = file.derived.thumbnail if file.derived else None
    if moved or (thumbnail and thumbnail.bucket is None):
        show_jobs(ports, file.upload_id)
        if file.cover_of:
            show_jobs(ports, file.cover_of)
    return moved


def _has_left(ports: Ports, file: Upload) -> bool:
    """Return whether what the file left behind is still there, and nobody is removing it."""
    now = ports.records.get(file.upload_id)
    return now is not None and now.left == file.left


def _move_result(ports: Ports, job: Job, made: Made, target: str) -> int:
    """Move the objects of one result. One that is gone keeps its old place, where it is missed as before."""
    versions: dict[str, str | None] = {}
    for stored in objects_of(made.result):
        bucket, key = made.bucket_of(stored), made.key_of(stored.name)
        there = ports.objects.head(bucket, key, stored.version_id) if bucket != target else None
        opened = ports.objects.read(bucket, key, stored.version_id, if_match=there.etag) if there else None
        if opened:
            versions[stored.name] = ports.objects.write(target, key, opened).version_id

    def place(stored: dict[str, Any]) -> dict[str, Any]:
        if stored["name"] in versions:
            return {**stored, "bucket": target, "version_id": versions[stored["name"]]}
        return {**stored, "bucket": stored.get("bucket") or made.file.bucket}

    result = _with_objects(made.result.model_dump(mode="json"), place)
    if result != job.result:
        ports.jobs.relocate(job, result, ports.now())
    return len(versions)


def _with_objects(value: Any, place: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    """Return a result with every object in it as `place` returns it."""
    if isinstance(value, list):
        return [_with_objects(one, place) for one in value]
    if not isinstance(value, dict):
        return value
    if value.keys() >= {"name", "version_id", "size_bytes"}:
        return place(value)
    return {name: _with_objects(one, place) for name, one in value.items()}


def remove_derived(ports: Ports, file: Upload, bucket: str) -> bool:
    """Remove all that was made from the file in a bucket that it left; False if somebody may still be using it."""
    jobs = ports.jobs.list_by_files([file.upload_id])
    results = list(read_results(file, jobs).values())
    used = {made.bucket_of(stored) for made in results for stored in objects_of(made.result)}
    if bucket in used or any(job.state is JobState.RUNNING for job in jobs):
        return False
    ports.objects.purge_below(bucket, derived_prefix(file))
    return True
