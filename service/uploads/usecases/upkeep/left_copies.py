"""Notes again which copies files left when they moved to another store, after the database that knew it was lost."""

from dataclasses import replace

from service.uploads.model import LeftCopy, Upload, UploadChanges
from service.uploads.ports import Ports
from service.uploads.usecases.upkeep.manifests import digest_of


def note_copy(ports: Ports, file: Upload, bucket: str, key: str) -> str | None:
    """Note the object in that bucket as the one that the file left there; return why it is not.

    From then on a move back switches to it, and it goes when left copies or the file are removed. Nothing but a proof
    that both have the same bytes will do; it reads them if the stores show no digest.
    """
    copy = ports.objects.head(bucket, key)
    if copy is None or not copy.is_readable:
        return "the store cannot show it"
    if file.left:
        return f"the file {file.upload_id} has left another copy, in the bucket {file.left.bucket!r}"
    there = replace(file, bucket=bucket, object_key=key)
    digest = _sha256_of(ports, file) if copy.size_bytes == file.size_bytes else None
    if digest is None or digest_of(ports, there, copy, "sha256") != digest:
        return f"the file {file.upload_id}, in the bucket {file.bucket!r}, has other bytes"
    expected: UploadChanges = {
        "status": file.status,
        "bucket": file.bucket,
        "version_id": file.version_id,
        "left": None,
    }
    left = LeftCopy(bucket, copy.version_id, copy.etag, ports.now())
    changed = ports.records.change(file.upload_id, expected, {"left": left})
    return None if changed else f"the file {file.upload_id} has changed meanwhile: repeat this"


def _sha256_of(ports: Ports, file: Upload) -> str | None:
    declared = file.checksum
    if declared and declared.verified and declared.algorithm == "sha256":
        return declared.value_base64
    return ports.objects.digest(file.bucket, file.object_key, file.version_id, "sha256")
