"""Files that exist in the database alone, without objects: for tests of very long lists."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from pymongo import MongoClient

from service.app import new_ulid
from service.settings import Settings
from service.uploads.metadata import FileMetadata
from service.uploads.model import TransferKind, Upload, UploadStatus
from service.uploads.mongo.documents import to_document
from service.uploads.search import index_fields

START = datetime(2026, 1, 1, tzinfo=UTC)
BATCH = 5000
OWNER = "local"


def a_record(number: int = 0, *, filename: str = "song.mp3", content_type: str = "audio/mpeg", **tags: Any) -> Upload:
    """Return a confirmed file; a higher number makes it newer."""
    at, upload_id = START + timedelta(seconds=number), new_ulid()
    metadata = FileMetadata(**{"mood": "happy", "title": f"Song {number}", **tags})
    return Upload(
        upload_id=upload_id,
        owner=OWNER,
        status=UploadStatus.READY,
        kind=TransferKind.PUT,
        bucket="",
        object_key=f"uploads/{OWNER}/{upload_id}",
        filename=filename,
        content_type=content_type,
        size_bytes=4_194_304,
        metadata=metadata,
        created_at=at,
        urls_expire_at=at,
        expires_at=None,
        etag="0" * 32,
        confirmed_at=at,
        revision=1,
        **index_fields(filename, metadata),
    )


def insert(settings: Settings, records: Iterable[Upload]) -> None:
    with MongoClient[dict[str, Any]](settings.mongodb_uri) as mongo:
        files = mongo[settings.mongodb_database]["files"]
        rows = iter(records)
        while batch := [replace(file, bucket=settings.minio_bucket) for file in islice(rows, BATCH)]:
            files.insert_many([to_document(file) for file in batch], ordered=False)


def find_documents(settings: Settings, **which: Any) -> list[dict[str, Any]]:
    """Return the documents that match, newest first."""
    with MongoClient[dict[str, Any]](settings.mongodb_uri) as mongo:
        return list(mongo[settings.mongodb_database]["files"].find(which).sort("created_at", -1))
