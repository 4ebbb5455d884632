"""Whether a page far down a long list costs more than the first: a list must not be read from its top."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.databases import insert, own_database
from bench.rounds import time_alternately
from bench.row import Reach, Row, Samples
from service.app import new_ulid
from service.uploads.metadata import FileMetadata
from service.uploads.model import TransferKind, Upload, UploadStatus
from service.uploads.mongo.documents import to_document
from service.uploads.mongo.records import MongoRecordStore
from service.uploads.queries import Position, UploadQuery

FILES = 1_000_000
PAGE = 50
FAR = 1000
OWNER = "u1"
MOODS = ("happy", "sad", "neutral")
FILES_PER_MS = 7  # so that some pages end between files with equal times
START = datetime(2026, 1, 1, tzinfo=UTC)


def documents(count: int) -> Iterator[dict[str, Any]]:
    """Yield documents of one owner's files as the adapter writes them, with alternating moods."""
    file = Upload(
        upload_id="",
        owner=OWNER,
        status=UploadStatus.READY,
        kind=TransferKind.PUT,
        bucket="mybucket",
        object_key="",
        filename="song.mp3",
        content_type="audio/mpeg",
        size_bytes=4_194_304,
        metadata=FileMetadata(title="Song", artist="Someone", mood=MOODS[0]),
        created_at=START,
        urls_expire_at=START,
        expires_at=None,
        etag="0" * 32,
        version_id="6f0c4f1e-1f3a-4f5c-8d2f-0d1f3a4f5c8d",
        confirmed_at=START,
    )
    document = to_document(file)
    for number in range(count):
        upload_id, at = new_ulid(), START + timedelta(milliseconds=number // FILES_PER_MS)
        yield {
            **document,
            "_id": upload_id,
            "object_key": f"uploads/{OWNER}/{upload_id}.mp3",
            "mood": MOODS[number % len(MOODS)],
            "created_at": at,
            "urls_expire_at": at,
            "confirmed_at": at,
        }


def page(records: MongoRecordStore, after: Position | None) -> list[Upload]:
    return records.page(UploadQuery(OWNER, mood=MOODS[0], after=after, limit=PAGE))


def before_page(records: MongoRecordStore, number: int) -> Position:
    """Read page by page, as a client does, and return the position before a page. Raises if a file comes twice."""
    after, seen = None, set[str]()
    for _ in range(number - 1):
        rows = page(records, after)
        seen.update(row.upload_id for row in rows)
        after = Position(rows[-1].created_at, rows[-1].upload_id)
    if after is None or len(seen) != (number - 1) * PAGE:
        raise RuntimeError(f"{len(seen)} files on {number - 1} pages of {PAGE}")
    return after


def measure() -> Samples:
    with own_database() as settings:
        records = MongoRecordStore(settings)
        records.prepare()
        insert(settings, "files", documents(FILES))
        far = before_page(records, FAR)
        samples = time_alternately(lambda: page(records, None), lambda: page(records, far))
        records.close()
        return samples


ROWS = (Row(f"page {FAR} of a mood at {FILES:,} files", "page 1", Reach.at_most(1.3), measure),)
