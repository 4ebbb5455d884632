"""Decides what may be uploaded, where it goes, and how long URLs live. Pure; made once from the settings."""

import base64
import binascii
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache

from service.shared.errors import Invalid
from service.store.places import split_place
from service.uploads.errors import (
    ChecksumInvalid,
    ContentTypeNotAllowed,
    FileTooLarge,
    MoodNotAllowed,
)
from service.uploads.model import Checksum, TransferKind
from service.uploads.quota import MOST_PENDING, NO_LIMIT, Amounts
from service.uploads.settings import UploadsSettings

DIGEST_BYTES = {"sha256": 32, "crc32c": 4, "md5": 16}
# A link this slow (128 KiB/s) still gets a file through before its URL dies on stores that look at
# the end of a PUT (VersityGW); MinIO and AWS look only at its start.
SLOW_LINK_BYTES_PER_S = 128 * 1024
LONGEST_UPLOAD_URL_S = 3600
SHORTEST_GRACE_S = 600
# Most such URLs bring one song or nothing, and the sweeper checks every minute what they brought. One owner has room
# for 80,000 of them, which is more than the sweeper can check in some minutes.
UNDECLARED_BYTES = 64 * 1024 * 1024
# What every browser shows in a list of songs.
COVER_TYPES = ("image/jpeg", "image/png", "image/webp", "image/gif", "image/avif")
MAX_COVER_BYTES = 2 * 1024 * 1024

# RFC 6838 names, with parameters cut off before the check.
_CONTENT_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")


@dataclass(frozen=True, slots=True)
class StoreBuckets:
    """The buckets of one store, by their names in the code (see service/store/places.py)."""

    name: str
    bucket: str
    by_type: tuple[tuple[str, str], ...] = ()

    @property
    def buckets(self) -> tuple[str, ...]:
        return (self.bucket, *(bucket for _, bucket in self.by_type))

    def bucket_for(self, content_type: str) -> str:
        matching = (bucket for pattern, bucket in self.by_type if fnmatchcase(content_type, pattern))
        return next(matching, self.bucket)


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules of one deployment."""

    max_upload_bytes: int
    max_pending_bytes: int  # of one owner; 0: no limit
    put_max_bytes: int
    allowed_content_types: tuple[str, ...]
    moods: tuple[str, ...]
    bucket: str
    bucket_by_type: tuple[tuple[str, str], ...]
    upload_url_expires_in: int
    download_url_expires_in: int
    pending_expires_in: int
    quota: Amounts | None = None  # of each owner without limits of their own; None: there are no quotas
    announces: bool = False  # others want to know of each file
    announces_deletions: bool = False  # others want to know of each file that is deleted
    stores: tuple[StoreBuckets, ...] = ()  # of one deployment; new files go to one of them

    @classmethod
    def from_settings(cls, settings: UploadsSettings) -> "Policy":
        main = settings.store_of_new_files
        return cls(
            max_upload_bytes=settings.max_upload_bytes,
            # There must be room for the largest file.
            max_pending_bytes=settings.max_pending_bytes and max(settings.max_pending_bytes, settings.max_upload_bytes),
            put_max_bytes=settings.put_max_bytes,
            allowed_content_types=settings.allowed_content_types,
            moods=settings.moods,
            bucket=main.place,
            bucket_by_type=main.place_by_type,
            stores=tuple(StoreBuckets(name, each.place, each.place_by_type) for name, each in settings.stores.items()),
            upload_url_expires_in=settings.upload_url_expires_in,
            download_url_expires_in=settings.download_url_expires_in,
            pending_expires_in=settings.pending_expires_in,
            quota=_quota(settings),
            announces=settings.media,
            announces_deletions=settings.history,
        )

    @property
    def buckets(self) -> tuple[str, ...]:
        """Every bucket that must exist, each once."""
        own = [self.bucket, *(bucket for _, bucket in self.bucket_by_type)]
        return tuple(dict.fromkeys([*own, *(bucket for store in self.stores for bucket in store.buckets)]))

    def bucket_for(self, content_type: str) -> str:
        """Return the bucket that files of this type go to."""
        return StoreBuckets("", self.bucket, self.bucket_by_type).bucket_for(content_type)

    def bucket_in(self, store: str, content_type: str) -> str:
        """Return the bucket of that store for files of this type."""
        return next(one for one in self.stores if one.name == store).bucket_for(content_type)

    def places_beside(self, bucket: str, content_type: str | None) -> tuple[str, ...]:
        """Return where a move may have left a copy of a file that is in `bucket`: its buckets in the other stores."""
        name, _ = split_place(bucket)
        return tuple(store.bucket_for(content_type or "") for store in self.stores if store.name != name)

    def check_content_type(self, content_type: str) -> str:
        """Return the type in lower case without parameters. Raises ContentTypeNotAllowed."""
        essence = content_type.partition(";")[0].strip().lower()
        known = _CONTENT_TYPE.fullmatch(essence)
        if not known or not _matches_any(essence, self.allowed_content_types):
            accepted = ", ".join(self.allowed_content_types)
            raise ContentTypeNotAllowed(f"{essence[:80]!r} is not accepted; accepted are {accepted}")
        return essence

    def check_size(self, size_bytes: int) -> None:
        """Raise FileTooLarge, or Invalid for a negative size. Zero bytes are a file too."""
        if size_bytes < 0:
            raise Invalid(f"a size of {size_bytes} bytes is not possible")
        if size_bytes > self.max_upload_bytes:
            raise FileTooLarge(f"{size_bytes} bytes; at most {self.max_upload_bytes} are allowed")

    @property
    def undeclared_bytes(self) -> int:
        """Return the bytes that an upload of undeclared size counts for until the sweeper finds more."""
        return min(UNDECLARED_BYTES, self.max_upload_bytes)

    def pending_bytes_of(self, size_bytes: int | None) -> int:
        """Return the bytes that a new upload of this size counts for."""
        return self.undeclared_bytes if size_bytes is None else size_bytes

    def reserved_bytes_of(self, size_bytes: int | None) -> int:
        """Return the bytes that a new upload of this size takes from a quota: of unknown size, until it is known."""
        return min(self.put_max_bytes, self.max_upload_bytes) if size_bytes is None else size_bytes

    @property
    def cover_content_types(self) -> tuple[str, ...]:
        """Return the accepted types of covers."""
        return tuple(kind for kind in COVER_TYPES if _matches_any(kind, self.allowed_content_types))

    def check_cover(self, content_type: str, size_bytes: int) -> None:
        """Raise ContentTypeNotAllowed or FileTooLarge for a file that cannot be a cover."""
        if content_type not in self.cover_content_types:
            accepted = ", ".join(self.cover_content_types) or "none"
            raise ContentTypeNotAllowed(f"{content_type!r} is not accepted for a cover; accepted are {accepted}")
        if size_bytes > MAX_COVER_BYTES:
            raise FileTooLarge(f"{size_bytes} bytes; a cover has at most {MAX_COVER_BYTES}")

    def kind_for(self, size_bytes: int, *, seals_puts: bool) -> TransferKind:
        """Return how a file of this size travels. `seals_puts`: the store lets an object be PUT only once."""
        # No store makes an object of no parts, and a PUT of 0 bytes cannot bring other bytes the second time.
        if size_bytes == 0 or (seals_puts and size_bytes <= self.put_max_bytes):
            return TransferKind.PUT
        return TransferKind.MULTIPART

    def check_mood(self, mood: str | None) -> None:
        """Raise MoodNotAllowed for a mood that is not in the list."""
        if mood is not None and mood not in self.moods:
            raise MoodNotAllowed(f"{mood!r} is not a mood; the moods are {', '.join(self.moods)}")

    def upload_url_lifetime(self, size_bytes: int | None) -> int:
        """Return the seconds that an upload URL lives: longer for a large file, as a slow link would need."""
        needed = max(self.upload_url_expires_in, (size_bytes or 0) // SLOW_LINK_BYTES_PER_S)
        return min(needed, max(LONGEST_UPLOAD_URL_S, self.upload_url_expires_in))


def _quota(settings: UploadsSettings) -> Amounts | None:
    limits = (settings.quota_bytes, settings.quota_files, settings.quota_pending)
    if not any(limits):
        return None
    size_bytes, files, pending = limits
    return Amounts(size_bytes or NO_LIMIT, files or NO_LIMIT, pending or MOST_PENDING)


@lru_cache(maxsize=256)
def _matches_any(content_type: str, patterns: tuple[str, ...]) -> bool:
    # A batch asks this a thousand times.
    return any(fnmatchcase(content_type, pattern) for pattern in patterns)


def in_flight_grace(size_bytes: int | None) -> int:
    """Return the seconds that a PUT begun in its URL's last moment may still need: MinIO lets it finish."""
    return max(SHORTEST_GRACE_S, (size_bytes or 0) // SLOW_LINK_BYTES_PER_S)


def check_checksum(checksum: Checksum | None) -> None:
    """Raise ChecksumInvalid unless the value is the base64 of a digest of that algorithm."""
    if checksum is None:
        return
    try:
        digest = base64.b64decode(checksum.value_base64, validate=True)
    except (binascii.Error, ValueError):
        digest = b""
    expected = DIGEST_BYTES[checksum.algorithm]
    # The text must be the canonical base64 too: the store compares text with text.
    if len(digest) != expected or base64.b64encode(digest).decode() != checksum.value_base64:
        raise ChecksumInvalid(
            f"{checksum.value_base64[:60]!r} is not base64 of {expected} bytes ({checksum.algorithm})"
        )
