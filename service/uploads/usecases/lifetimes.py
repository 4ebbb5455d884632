"""When the URLs of an upload expire, when the sweeper comes to it, and how long its tombstone stays."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from service.uploads.model import TransferKind, Upload
from service.uploads.policy import in_flight_grace
from service.uploads.ports import Ports

# The time until bytes that come by the URL of a finished staged upload are removed for the first time.
EMPTIED_AFTER = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class UrlTimes:
    """The times of an upload that follow from its URLs."""

    urls_expire_at: datetime
    expires_at: datetime
    next_check_at: datetime


def url_times(
    ports: Ports,
    kind: TransferKind,
    size_bytes: int | None,
    part_size_bytes: int | None,
    *,
    now: datetime,
    expires_at: datetime | None,
) -> UrlTimes:
    """Return the times of an upload that gets a URL now. The sweeper never ends it before the URL expires.

    When the URL expires, the sweeper checks whether the bytes came, because the client may never confirm them.
    """
    # An undeclared size counts as the largest, so that signing a part does not move these times each time.
    most = ports.policy.max_upload_bytes if kind is TransferKind.MULTIPART and size_bytes is None else size_bytes
    urls_expire_at = now + timedelta(seconds=ports.policy.upload_url_lifetime(most))
    over_at = urls_expire_at + timedelta(seconds=in_flight_grace(part_size_bytes or size_bytes))
    if kind is TransferKind.MULTIPART:  # a client that asks for more parts is still sending, even for days
        over_at = max(over_at, now + timedelta(seconds=ports.policy.pending_expires_in))
    return UrlTimes(urls_expire_at, expires_at=max(expires_at or over_at, over_at), next_check_at=urls_expire_at)


def tombstone_until(upload: Upload) -> datetime:
    """Return until when a URL or a running confirm may re-create the object, so that the document has to stay."""
    last = max(upload.urls_expire_at, completing_until(upload) or upload.urls_expire_at)
    if upload.kind is TransferKind.STAGED and upload.confirmed_at:
        last = max(last, upload.confirmed_at)
    part_size_bytes = upload.multipart.part_size_bytes if upload.multipart else None
    # One request carries at most a part.
    return last + timedelta(seconds=in_flight_grace(part_size_bytes or upload.size_bytes))


def first_emptying(ports: Ports, upload: Upload) -> datetime:
    """Return when the sweeper comes to an upload that is finished or over.

    The URL of a staged upload may fill incoming/ again, which is emptied now and then until the URL expires.
    """
    last = tombstone_until(upload)
    return min(ports.now() + EMPTIED_AFTER, last) if upload.kind is TransferKind.STAGED else last


def completing_until(upload: Upload) -> datetime | None:
    """Return when the lease of a running confirm ends; None without one."""
    return upload.multipart.completing_until if upload.multipart else None
