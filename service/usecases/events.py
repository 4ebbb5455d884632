"""What the store tells by itself: an object was made. Nothing of it is believed but the key, where we look.

So an event that is forged, late, repeated or about something else changes nothing that a look would not.
"""

import logging

from service.errors import MoodropError, Unavailable
from service.model import FileMetadata, TransferKind, UploadStatus
from service.object_keys import is_possible
from service.ports import Ports
from service.usecases.confirm import settle

log = logging.getLogger(__name__)


def object_made(ports: Ports, bucket: str, object_key: str) -> None:
    """Take in the pending upload of that key, if there is one and its bytes are what was declared.

    Raises StoreUnavailable, DatabaseUnavailable: to be told again. All else is nobody's to hear.
    """
    found = ports.records.at_key(object_key) if is_possible(object_key) else []
    for upload in found:
        # The object of a multipart upload is made by a confirm, which records it.
        sent_whole = upload.kind is not TransferKind.MULTIPART and upload.object_key == object_key
        if upload.status is not UploadStatus.PENDING or upload.bucket != bucket or not sent_whole:
            continue
        try:
            settle(ports, upload, FileMetadata(), by="event")
        except Unavailable:
            raise
        except MoodropError as problem:
            log.info("upload %s is not taken in: %s (%s)", upload.upload_id, problem.detail, problem.code)
