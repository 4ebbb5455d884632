"""Makes files of objects that are in a bucket although no document names them."""

import re
from collections.abc import Iterator
from datetime import datetime

from service.shared.errors import Invalid, MoodropError
from service.store.model import StoredObject
from service.store.prefixes import FINAL_PREFIX
from service.uploads import file_names, object_keys
from service.uploads.metadata import FileMetadata
from service.uploads.model import AT_REST, Checksum, StagedState, TransferKind, Upload, UploadStatus
from service.uploads.ports import Ports
from service.uploads.usecases.quota_entries import count_anew
from service.uploads.usecases.upkeep.manifests import ImportTally, Refusal, add_file

# The segment of a key that is the owner himself, and no hash of his name.
_OWNER = re.compile(r"[A-Za-z0-9_-]{1,64}")


def adopt_objects(ports: Ports, bucket: str, owner: str | None, tally: ImportTally) -> Iterator[Refusal]:
    """Make a file of each object below uploads/ that no document names; yield those of which none can be made.

    The owner is the one whom the key names, unless `owner` is given. Can be stopped and repeated. Raises Invalid for a
    bucket that the settings do not name.
    """
    if bucket not in ports.policy.buckets:
        raise Invalid(f"the settings name no bucket {bucket!r}; they name {', '.join(ports.policy.buckets)}")
    owners = set[str]()
    for number, entry in enumerate(ports.objects.iter_objects(bucket, f"{FINAL_PREFIX}/"), 1):
        key = entry.object_key
        named = ports.records.at_key(key)
        if named:
            tally.present += any(upload.status in AT_REST for upload in named)
            continue
        if whose := owner or _owner_in(key):
            reason = _adopt(ports, bucket, key, whose, tally)
            owners.add(whose)
        else:
            reason = "its key names no owner: pass one with --owner"
        if reason:
            tally.refused += 1
            yield Refusal(number, key, reason)
    for whose in owners:
        count_anew(ports, whose)


def _owner_in(object_key: str) -> str | None:
    segment = object_key.split("/")[1]
    return segment if _OWNER.fullmatch(segment) and object_key.count("/") > 1 else None


def _adopt(ports: Ports, bucket: str, object_key: str, owner: str, tally: ImportTally) -> str | None:
    """Return why no file was made."""
    stored = ports.objects.head(bucket, object_key)
    if stored is None or not stored.is_readable:
        return "the store cannot show it"
    if stored.content_encoding:
        return f"it has the content encoding {stored.content_encoding!r}"
    upload_id = object_keys.made_id(object_key) or ports.new_id()
    if ports.records.get(upload_id) or not object_keys.is_possible(object_key):
        return "no file can have this key"
    try:
        content_type = ports.policy.check_content_type(stored.content_type)
        ports.policy.check_size(stored.size_bytes)
    except MoodropError as error:
        return error.detail
    upload = _to_upload(upload_id, owner, bucket, object_key, content_type, stored, ports.now())
    return add_file(ports, upload, stored, ports.now(), tally)


def _to_upload(
    upload_id: str,
    owner: str,
    bucket: str,
    object_key: str,
    content_type: str,
    stored: StoredObject,
    now: datetime,
) -> Upload:
    # A client that named the key may go on to replace its file.
    is_named = not object_keys.is_made_here(object_key)
    return Upload(
        upload_id=upload_id,
        owner=owner,
        status=UploadStatus.READY,
        kind=TransferKind.STAGED if is_named else TransferKind.PUT,
        bucket=bucket,
        object_key=object_key,
        filename=file_names.clean(object_key),
        content_type=content_type,
        size_bytes=stored.size_bytes,
        metadata=FileMetadata(),
        created_at=stored.modified_at,
        urls_expire_at=now,
        expires_at=None,
        checksum=_checksum(stored),
        staged=StagedState(object_key) if is_named else None,
        confirmed_by="sweep",
        revision=1,
    )


def _checksum(stored: StoredObject) -> Checksum | None:
    if value := stored.checksums.get("sha256"):
        return Checksum("sha256", value, verified=True)
    value = stored.checksums.get("crc32c")
    return Checksum("crc32c", value, verified=True) if value else None
