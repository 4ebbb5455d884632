"""Writes the manifest of all files, and takes one in: files of objects that were copied here."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from service.store.model import ChecksumAlgorithm, StoredObject
from service.uploads import file_names, object_keys
from service.uploads.derived import OutboxEvent
from service.uploads.errors import ContentTypeNotAllowed, ObjectKeyTaken
from service.uploads.manifest import ManifestFile, ManifestRow, ManifestWriter
from service.uploads.model import (
    AT_REST,
    Checksum,
    MultipartState,
    StagedState,
    TransferKind,
    Upload,
    UploadStatus,
)
from service.uploads.ports import Ports
from service.uploads.search import index_fields
from service.uploads.usecases.confirming.confirm import mismatch
from service.uploads.usecases.quota_entries import count_anew
from service.uploads.usecases.transitions import announce

BATCH = 100


def export_manifest(ports: Ports) -> Iterator[str]:
    """Yield the lines: each file, and its cover after it, bucket by bucket in the order of the keys."""
    writer = ManifestWriter()
    yield writer.begin(ports.now())
    for bucket in ports.policy.buckets:
        for file in _files(ports, bucket):
            yield writer.write(file)
            cover = ports.records.get(file.cover_id) if file.cover_id else None
            if cover and cover.status is UploadStatus.ATTACHED:
                yield writer.write(cover)
    yield writer.end()


def _files(ports: Ports, bucket: str) -> Iterator[Upload]:
    ready = (row.upload_id for row in ports.records.iter_recorded(bucket) if row.status is UploadStatus.READY)
    batch: list[str] = []
    for upload_id in ready:
        batch.append(upload_id)
        if len(batch) == BATCH:
            yield from _in_order(ports, batch)
            batch = []
    yield from _in_order(ports, batch)


def _in_order(ports: Ports, upload_ids: list[str]) -> list[Upload]:
    files = ports.records.get_many(upload_ids)
    return sorted((file for file in files if file.status is UploadStatus.READY), key=lambda file: file.object_key)


@dataclass(slots=True)
class ImportTally:
    """How many lines became files."""

    imported: int = 0
    present: int = 0  # already before
    copies: int = 0  # of these, how many are in another store, and left the object here when they moved
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line whose file was not made."""

    line: int
    object_key: str
    reason: str


def import_manifest(ports: Ports, rows: Iterable[ManifestRow], tally: ImportTally) -> Iterator[Refusal]:
    """Make a file of each line whose object is here with the same bytes; yield the others as they come, and count.

    Can be stopped and repeated: files that are here already are left as they are.
    """
    owners = set[str]()
    for row in rows:
        reason = _take_in(ports, row.file, tally)
        owners.add(row.file.owner)
        if reason:
            tally.refused += 1
            yield Refusal(row.line, row.file.object_key, reason)
    for owner in owners:
        count_anew(ports, owner)


def _take_in(ports: Ports, file: ManifestFile, tally: ImportTally) -> str | None:
    """Return why no file was made."""
    present = ports.records.get(file.file_id)
    if present:
        if (present.object_key, present.owner) != (file.object_key, file.owner) or present.status not in AT_REST:
            return "another upload here has its id"
        tally.present += 1
        return None
    if not object_keys.is_possible(file.object_key) or not file.object_key.startswith("uploads/"):
        return "no file can have this key"
    if file.cover_of and not _is_file(ports, file.cover_of):
        return "its file is not here"
    try:
        ports.policy.check_content_type(file.content_type)
    except ContentTypeNotAllowed as error:
        return error.detail
    upload = _to_upload(ports, file)
    stored = ports.objects.head(upload.bucket, upload.object_key)
    if stored is None:
        return f"its object is not in the bucket {upload.bucket!r}"
    reason = mismatch(replace(upload, checksum=None), stored) or _difference(ports, upload, stored)
    return reason or add_file(ports, upload, stored, ports.now(), tally)


def _is_file(ports: Ports, file_id: str) -> bool:
    file = ports.records.get(file_id)
    return file is not None and file.status is UploadStatus.READY


def _difference(ports: Ports, upload: Upload, stored: StoredObject) -> str | None:
    """Return how the bytes differ from those that were exported; reads them only if nothing else can tell."""
    digest = upload.checksum
    if digest is None:
        same = stored.etag == upload.etag
        return (
            None if same else "no digest was exported, and the etag differs: nothing proves that the bytes are the same"
        )
    shown = digest_of(ports, upload, stored, digest.algorithm)
    if shown is None and stored.etag == upload.etag:
        return None
    return (
        None
        if shown == digest.value_base64
        else f"its {digest.algorithm} is {shown}, exported was {digest.value_base64}"
    )


def digest_of(ports: Ports, upload: Upload, stored: StoredObject, algorithm: ChecksumAlgorithm) -> str | None:
    """Return the digest that the store shows; if it shows none, that of the bytes, which are read for it."""
    shown = stored.checksums.get(algorithm)
    if shown is not None:
        return shown
    return ports.objects.digest(upload.bucket, upload.object_key, stored.version_id, algorithm)


def add_file(ports: Ports, upload: Upload, stored: StoredObject, now: datetime, tally: ImportTally) -> str | None:
    """Write the document of a file whose object is there, and what finds it; return why it could not be written."""
    indexed = index_fields(upload.filename, upload.metadata)
    upload = replace(
        upload,
        etag=stored.etag,
        version_id=stored.version_id,
        confirmed_at=now,
        words=indexed["words"],
        sort_title=indexed["sort_title"],
        sort_artist=indexed["sort_artist"],
        sort_album=indexed["sort_album"],
        sort_length=indexed["sort_length"],
    )
    outbox = announce(ports, upload, OutboxEvent.READY).get("outbox", ())
    try:
        ports.records.add(replace(upload, outbox=outbox))
    except ObjectKeyTaken:
        return "another upload here has its key"
    if upload.cover_of:
        ports.records.change(upload.cover_of, {"status": UploadStatus.READY}, {"cover_id": upload.upload_id})
    tally.imported += 1
    return None


def _to_upload(ports: Ports, file: ManifestFile) -> Upload:
    checksum = file.checksum
    return Upload(
        upload_id=file.file_id,
        owner=file.owner,
        status=UploadStatus.ATTACHED if file.cover_of else UploadStatus.READY,
        kind=file.kind,
        bucket=file.bucket if file.bucket in ports.policy.buckets else ports.policy.bucket_for(file.content_type),
        object_key=file.object_key,
        filename=file_names.clean(file.filename),
        content_type=file.content_type,
        size_bytes=file.size_bytes,
        metadata=file.metadata,
        created_at=file.created_at,
        urls_expire_at=ports.now(),
        expires_at=None,
        checksum=Checksum(checksum.algorithm, checksum.value_base64, verified=True) if checksum else None,
        cover_of=file.cover_of,
        fingerprint=file.fingerprint,
        multipart=MultipartState() if file.kind is TransferKind.MULTIPART else None,
        staged=StagedState(file.object_key) if file.kind is TransferKind.STAGED else None,
        etag=file.etag,
        confirmed_by="client",
        revision=1,
    )
