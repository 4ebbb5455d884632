"""How the objects of one upload are removed for good, every version, so that deleted bytes do not stay."""

from service.model import TransferKind, Upload
from service.object_keys import staging_key
from service.ports import Ports


def purge_objects(ports: Ports, upload: Upload) -> None:
    """Remove everything the store holds for an upload that is over. Safe to repeat."""
    if upload.kind is TransferKind.PUT:
        ports.objects.purge(upload.bucket, upload.object_key)
        return
    purge_staging(ports, upload)
    if upload.target_key and upload.confirmed_at:
        _purge_target(ports, upload, upload.target_key)


def _purge_target(ports: Ports, upload: Upload, target_key: str) -> None:
    # The key may by now be a newer upload's, or about to become: then only our own version goes.
    in_use = ports.records.file_by_key(upload.owner, target_key) or ports.records.staged_for(upload.owner, target_key)
    if not in_use:
        # With it goes what a crash between copy and record may have left there.
        ports.objects.purge(upload.bucket, target_key)
    elif upload.version_id:
        ports.objects.delete_version(upload.bucket, target_key, upload.version_id)


def purge_staging(ports: Ports, upload: Upload) -> None:
    """Remove what waits under incoming/ for this upload."""
    ports.objects.purge(upload.bucket, staging_key(upload.owner, upload.upload_id))
