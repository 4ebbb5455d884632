"""Notes objects that arrive for an upload that the database has forgotten, and has them removed after a grace period.

A pending document is written without waiting for the journal, so a killed mongod or a lost primary may forget one after
its URL was issued. An object of such an upload can never become a file, and no document would lead to it.
"""

import logging
from contextlib import suppress
from datetime import datetime, timedelta

from ulid import ULID

from service.uploads.errors import ObjectKeyTaken
from service.uploads.metadata import FileMetadata
from service.uploads.model import TransferKind, Upload, UploadStatus
from service.uploads.object_keys import made_id
from service.uploads.policy import in_flight_grace
from service.uploads.ports import Ports
from service.uploads.usecases.transitions import await_durable
from service.uploads.usecases.upkeep.reconcile import GRACE

log = logging.getLogger(__name__)

# The upload's owner is no longer known; no token has this sub.
NOBODY = ""


def note_forgotten(ports: Ports, bucket: str, object_key: str) -> None:
    """Write a tombstone for an object that came by a URL of the service and that no document names.

    Only objects that came while such a URL was valid get one: objects that an operator copied back are left alone.
    """
    upload_id = made_id(object_key)
    stored = ports.objects.head(bucket, object_key) if upload_id else None
    if stored is None or not _came_by_its_url(ports, upload_id, stored.modified_at):
        return
    note = _tombstone(ports, upload_id, bucket, object_key)
    with suppress(ObjectKeyTaken):  # the same event came twice at once
        ports.records.add(note)
        await_durable(ports, note)
        log.warning("no document names %s: it will be removed after %s unless one appears", object_key, GRACE)


def _came_by_its_url(ports: Ports, upload_id: str, modified_at: datetime) -> bool:
    try:
        made_at = ULID.from_str(upload_id).datetime
    except ValueError:
        return False
    policy = ports.policy
    longest = policy.upload_url_lifetime(policy.max_upload_bytes) + in_flight_grace(policy.max_upload_bytes)
    return modified_at - made_at < timedelta(seconds=policy.pending_expires_in + longest)


def _tombstone(ports: Ports, upload_id: str, bucket: str, object_key: str) -> Upload:
    now = ports.now()
    return Upload(
        upload_id=upload_id,
        owner=NOBODY,
        status=UploadStatus.EXPIRED,
        # The kind does not matter: the sweeper removes this key.
        kind=TransferKind.PUT,
        bucket=bucket,
        object_key=object_key,
        filename="",
        content_type=None,
        size_bytes=None,
        metadata=FileMetadata(),
        created_at=now,
        urls_expire_at=now,
        expires_at=now + GRACE,
    )
