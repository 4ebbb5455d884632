"""What a caller may still start: takes each new upload from the owner's quota, then from the token's grant.

What a quota reserved is given back when the upload is over; what a grant spent is not. So the quota is asked first.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from service.shared.errors import DatabaseUnavailable, MoodropError
from service.shared.model import Caller
from service.uploads.errors import IdempotencyKeyReused, ObjectKeyTaken, QuotaExceeded
from service.uploads.model import Upload
from service.uploads.policy import Policy
from service.uploads.ports import Ports
from service.uploads.ports.quotas import Quotas
from service.uploads.quota import Amounts, ClosedEntry, Quota, amounts_of
from service.uploads.usecases import grants
from service.uploads.usecases.quota_entries import MOST_TRIES, close_entries, count_if_due, refresh_quota


def take(ports: Ports, caller: Caller, uploads: Sequence[Upload]) -> list[MoodropError | None]:
    """Take new uploads of one owner from the quota and the grant; return None or an error for each.

    The first that fit are taken, in order, all by one update.
    """
    over_quota = _reserve(ports, caller.owner, uploads)
    reserved = [upload for upload, error in zip(uploads, over_quota, strict=True) if error is None]
    spent = grants.spend(ports, caller, [upload.size_bytes or 0 for upload in reserved])
    _release(ports, caller.owner, [upload for upload, error in zip(reserved, spent, strict=True) if error])
    refused = iter(spent)
    return [error or next(refused) for error in over_quota]


@contextmanager
def released_on_error(ports: Ports, owner: str, uploads: Sequence[Upload]) -> Iterator[None]:
    """Give back what these uploads took if they are refused when they are written.

    If the database does not answer, they may have been written: then their entries are closed later.
    """
    try:
        yield
    except (IdempotencyKeyReused, ObjectKeyTaken):
        if ports.policy.quota:
            written = {state.upload_id for state in ports.records.states([upload.upload_id for upload in uploads])}
            _release(ports, owner, [upload for upload in uploads if upload.upload_id not in written])
        raise


def left(ports: Ports, owner: str) -> Quota | None:
    """Return the owner's quota as it is now; None if there are no quotas."""
    return refresh_quota(ports, owner) if ports.policy.quota else None


def enlarge(ports: Ports, upload: Upload, size_bytes: int) -> QuotaExceeded | None:
    """Let an upload of undeclared size count for at least its true size; return an error if there is no room.

    Its entry never becomes smaller before it is closed: of two confirms at once either may record its bytes.
    """
    if ports.policy.quota is None or upload.size_bytes is not None:
        return None
    quota = ports.quotas.left(upload.owner)
    for _ in range(MOST_TRIES):
        before = quota.reserved.get(upload.upload_id) if quota else None
        if before is not None and before >= size_bytes:
            return None
        if _set_size(ports, upload, before, size_bytes):
            return None
        asked = amounts_of({upload.upload_id: size_bytes}) if before is None else Amounts(size_bytes - before)
        quota = _make_room(ports, upload.owner, asked)
        if quota.reserved.get(upload.upload_id) == before and not quota.left.covers(asked):
            return _exceeded(quota, asked)
    raise DatabaseUnavailable("the quota of the owner changes all the time")


def restore(quotas: Quotas, policy: Policy, uploads: Sequence[Upload]) -> None:
    """Reserve again what a killed database may have forgotten with these uploads, before they are written again."""
    for upload in uploads:
        quotas.restore(upload.owner, {upload.upload_id: policy.reserved_bytes_of(upload.size_bytes)})


def _set_size(ports: Ports, upload: Upload, before: int | None, size_bytes: int) -> bool:
    if before is None:  # it was started without quotas
        return ports.quotas.reserve(upload.owner, {upload.upload_id: size_bytes})
    return ports.quotas.resize(upload.owner, upload.upload_id, before, size_bytes)


def _reserve(ports: Ports, owner: str, uploads: Sequence[Upload]) -> list[QuotaExceeded | None]:
    entries = {upload.upload_id: ports.policy.reserved_bytes_of(upload.size_bytes) for upload in uploads}
    if not entries or ports.policy.quota is None or ports.quotas.reserve(owner, entries):
        return [None] * len(uploads)
    quota = _make_room(ports, owner, amounts_of(entries))
    for _ in range(MOST_TRIES):
        fitting = _first_that_fit(quota, entries)
        if not fitting or ports.quotas.reserve(owner, fitting):
            break
        quota = close_entries(ports, owner)  # others were faster
    else:
        raise DatabaseUnavailable("the quota of the owner changes all the time")
    after = Quota(owner, quota.allowed, quota.left - amounts_of(fitting))
    return [
        None if upload_id in fitting else _exceeded(after, amounts_of({upload_id: size_bytes}))
        for upload_id, size_bytes in entries.items()
    ]


def _make_room(ports: Ports, owner: str, asked: Amounts) -> Quota:
    """Close the owner's entries; if that is not enough, count the files, because some may be gone."""
    quota = close_entries(ports, owner)
    return quota if quota.left.covers(asked) else count_if_due(ports, quota)


def _first_that_fit(quota: Quota, entries: Mapping[str, int]) -> dict[str, int]:
    left, fitting = quota.left, dict[str, int]()
    for upload_id, size_bytes in entries.items():
        asked = amounts_of({upload_id: size_bytes})
        if left.covers(asked):
            left, fitting[upload_id] = left - asked, size_bytes
    return fitting


def _exceeded(quota: Quota, asked: Amounts) -> QuotaExceeded:
    """Return the error that names the limit that is in the way, what of it is used, and what was asked for."""
    limit, used = quota.allowed, quota.used
    if asked.pending > quota.left.pending:
        return QuotaExceeded(f"{limit.pending} unfinished uploads are allowed: {used.pending} are used, 1 was asked")
    if asked.files > quota.left.files:
        return QuotaExceeded(f"{limit.files} files are allowed: {used.files} are used, 1 was asked")
    return QuotaExceeded(
        f"{limit.size_bytes} bytes are allowed: {used.size_bytes} are used, {asked.size_bytes} were asked"
    )


def _release(ports: Ports, owner: str, uploads: Sequence[Upload]) -> None:
    """Give back what uploads took that were never written."""
    if not uploads or ports.policy.quota is None:
        return
    sizes = {upload.upload_id: ports.policy.reserved_bytes_of(upload.size_bytes) for upload in uploads}
    ports.quotas.close(owner, [ClosedEntry(upload_id, size, size, files_back=1) for upload_id, size in sizes.items()])
