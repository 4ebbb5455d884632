"""Gives back what the uploads of an owner no longer take: by closing their entries, and by counting the files.

Confirming, aborting, expiring and deleting write nothing about a quota. It learns of them here, when somebody needs
room, the owner asks, or the sweeper comes by.
"""

from collections.abc import Callable
from datetime import timedelta

from ulid import ULID

from service.shared.errors import DatabaseUnavailable
from service.uploads.model import Upload, UploadState, UploadStatus
from service.uploads.ports import Ports
from service.uploads.quota import ClosedEntry, Quota
from service.uploads.usecases.replacements import is_handed_over

# How often others may change a quota while we do.
MOST_TRIES = 20
# A reservation is written before its upload. One without an upload after this time belongs to a call that died.
WRITTEN_AFTER = timedelta(minutes=10)


def read_quota(ports: Ports, owner: str) -> Quota:
    """Return the owner's quota, which is made and counted if it is not yet."""
    for _ in range(MOST_TRIES):
        quota = ports.quotas.left(owner)
        if quota is None:
            ports.quotas.add(owner)
        elif quota.counted_at is None:
            count_files(ports, quota)
        else:
            return quota
    raise DatabaseUnavailable("the quota of the owner changes all the time")


def close_entries(ports: Ports, owner: str) -> Quota:
    """Close the entries of the owner's uploads that are no longer pending, and return the quota."""
    quota = read_quota(ports, owner)
    for _ in range(MOST_TRIES):
        closable = _closable(ports, quota)
        if not closable:
            break
        ports.quotas.close(owner, closable)
        # Also if it failed: somebody else closed some of them.
        quota = read_quota(ports, owner)
    return quota


def count_files(ports: Ports, quota: Quota) -> bool:
    """Count the owner's files anew; False if the quota changed meanwhile."""
    started_at = ports.now()
    unknown_bytes = ports.policy.reserved_bytes_of(None)
    used = ports.records.usage(quota.owner, without=list(quota.reserved), unknown_bytes=unknown_bytes)
    counted_at = ports.now()
    return ports.quotas.recount(quota, used, counted_at=counted_at, took=counted_at - started_at)


def count_anew(ports: Ports, owner: str) -> None:
    """Count the files of an owner who got or gave away files otherwise than by uploads. Does nothing without quotas.

    Raises DatabaseUnavailable if the quota changes all the time.
    """
    if ports.policy.quota is None:
        return
    for _ in range(MOST_TRIES):
        if count_files(ports, close_entries(ports, owner)):
            return
    raise DatabaseUnavailable("the quota of the owner changes all the time")


def refresh_quota(ports: Ports, owner: str) -> Quota:
    """Close entries, count the files if a count is due, and return the quota."""
    return count_if_due(ports, close_entries(ports, owner))


def count_if_due(ports: Ports, quota: Quota) -> Quota:
    """Count the files, some of which may be gone, unless they were counted a moment ago; return the quota."""
    if not quota.may_be_counted(ports.now()):
        return quota
    count_files(ports, quota)
    return read_quota(ports, quota.owner)


def close_all_entries(ports: Ports, may_go_on: Callable[[], bool]) -> None:
    """Close the entries of all owners. Asks `may_go_on` before each."""
    if ports.policy.quota is None:
        return
    for owner in ports.quotas.owners_with_entries():
        if not may_go_on():
            return
        close_entries(ports, owner)


def close_replaced(ports: Ports, upload: Upload) -> None:
    """Close the entry of a replaced upload before its document is removed: without one it would give its bytes back.

    The file that it became a version of has them.
    """
    for _ in range(MOST_TRIES):
        quota = ports.quotas.left(upload.owner) if ports.policy.quota else None
        reserved_bytes = quota.reserved.get(upload.upload_id) if quota else None
        if reserved_bytes is None:
            return
        if ports.quotas.close(upload.owner, [_becoming_version(upload.upload_id, reserved_bytes, upload.size_bytes)]):
            return


def _closable(ports: Ports, quota: Quota) -> list[ClosedEntry]:
    states = {state.upload_id: state for state in ports.records.states(list(quota.reserved))}
    entries = (
        _closed(ports, quota.owner, states.get(upload_id), upload_id, size_bytes)
        for upload_id, size_bytes in quota.reserved.items()
    )
    return [entry for entry in entries if entry is not None]


def _closed(
    ports: Ports, owner: str, state: UploadState | None, upload_id: str, reserved_bytes: int
) -> ClosedEntry | None:
    """Return the entry as it is to be closed; None if it has to stay."""
    everything = ClosedEntry(upload_id, reserved_bytes, bytes_back=reserved_bytes, files_back=1)
    if state is None:
        return everything if _is_overdue(ports, upload_id) else None
    if state.owner != owner:
        return everything
    match state.status:
        case UploadStatus.PENDING:
            return None
        case UploadStatus.READY | UploadStatus.ATTACHED:
            return ClosedEntry(upload_id, reserved_bytes, _beyond(reserved_bytes, state.size_bytes), files_back=0)
        case UploadStatus.REPLACED if not is_handed_over(ports, upload_id):
            return None
        case UploadStatus.REPLACED:
            return _becoming_version(upload_id, reserved_bytes, state.size_bytes)
        case _:
            return everything


def _becoming_version(upload_id: str, reserved_bytes: int, size_bytes: int | None) -> ClosedEntry:
    # Its file counts with the bytes that it had before, too, until the next count.
    return ClosedEntry(upload_id, reserved_bytes, _beyond(reserved_bytes, size_bytes), files_back=1)


def _beyond(reserved_bytes: int, size_bytes: int | None) -> int:
    """Return how much more was reserved than the file has."""
    return 0 if size_bytes is None else reserved_bytes - size_bytes


def _is_overdue(ports: Ports, upload_id: str) -> bool:
    return ports.now() - ULID.from_str(upload_id).datetime >= WRITTEN_AFTER
