"""`python -m bench.slopes [FILES…]`: what a file costs MongoDB and MinIO, at several sizes, for docs/scale.md.

MongoDB's work is measured in its processor time, which other programs on the machine hardly affect.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from itertools import chain
from pathlib import Path
from random import Random
from string import ascii_lowercase
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from minio import Minio
from minio.commonconfig import ENABLED
from minio.versioningconfig import VersioningConfig
from pymongo import MongoClient

from bench.cpu import TICKS_PER_S
from bench.databases import insert
from bench.rows.pages import OWNER, PAGE, documents
from bench.running import stores
from service.app import new_ulid
from service.settings import Settings
from service.uploads.metadata import FileMetadata
from service.uploads.model import UploadStatus
from service.uploads.mongo.records import MongoRecordStore
from service.uploads.queries import UploadQuery
from service.uploads.search import index_fields

FILES = (10_000, 100_000, 1_000_000)
CALLS = 500
OBJECTS = 1000
# Up to 128 KiB MinIO keeps the bytes in the object's own metadata.
INLINE, APART = 1_000, 200_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.slopes", description=__doc__.partition("\n")[0])
    parser.add_argument("files", nargs="*", type=int, default=FILES)
    asked = sorted(parser.parse_args().files)
    with stores() as given:
        for line in chain(database_lines(given.settings, asked), store_lines(given.settings, given.folder / "minio")):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()


def database_lines(settings: Settings, sizes: list[int]) -> Iterator[str]:
    """Yield a row of a table for each number of files, all of one owner, and at last the largest indexes."""
    yield "| files | a document | compressed | its indexes | " + " | ".join(name for name, _ in _calls(None)) + " |"
    records = MongoRecordStore(settings)
    records.prepare()
    written = 0
    with MongoClient[dict[str, Any]](settings.mongodb_uri) as mongo:
        mongod = mongo.admin.command("serverStatus")["pid"]
        files = mongo[settings.mongodb_database]["files"]
        for size in sizes:
            insert(settings, "files", _songs(size - written))
            written = size
            mongo.admin.command("fsync")
            stats = files.aggregate([{"$collStats": {"storageStats": {}}}]).next()["storageStats"]
            bytes_each = [stats[name] / stats["count"] for name in ("size", "storageSize", "totalIndexSize")]
            spent = [f"{_cpu_of(mongod, call) * 1e6:.0f} µs" for _, call in _calls(records)]
            yield f"| {size:,} | {' | '.join([*(f'{each:.0f} B' for each in bytes_each), *spent])} |"
        for name, taken in sorted(stats["indexSizes"].items(), key=lambda each: -each[1]):
            yield f"| {name} | {taken / stats['count']:.0f} B |"
    records.close()


def _songs(count: int) -> Iterator[dict[str, Any]]:
    """Yield documents whose words differ as those of songs do: equal ones would compress too well."""
    draw = Random(count)  # noqa: S311  test data
    words = ["".join(draw.choices(ascii_lowercase, k=draw.randint(3, 10))) for _ in range(20_000)]
    for document in documents(count):
        title = " ".join(draw.choices(words, k=3))
        artist, tags = " ".join(draw.choices(words[:2000], k=2)), draw.sample(words[:100], 2)
        metadata = FileMetadata(title=title, artist=artist, tags=tags)
        searched = index_fields(f"{title}.mp3", metadata)
        own = {
            "title": metadata.title,
            "artist": metadata.artist,
            "tags": metadata.tags,
            "filename": f"{title}.mp3",
            "words": list(searched["words"]),
            "sort_title": searched["sort_title"],
            "size_bytes": draw.randint(10**6, 10**7),
            "etag": draw.randbytes(16).hex(),
            "version_id": str(UUID(bytes=draw.randbytes(16))),
        }
        yield {**document, **own}


def _calls(records: MongoRecordStore | None) -> list[tuple[str, Callable[[], object]]]:
    """Return what is measured, by the name of its column; without `records` for the names alone."""
    if records is None:
        return [(name, lambda: None) for name in ("start an upload", "page of 50", "file by its id", "sweep")]
    known = records.page(UploadQuery(OWNER, limit=PAGE))[-1]
    pending = replace(known, status=UploadStatus.PENDING, etag="", version_id="", confirmed_at=None)
    now = datetime.now(UTC)

    def start() -> None:
        upload_id = new_ulid()
        records.add(replace(pending, upload_id=upload_id, object_key=f"uploads/{OWNER}/{upload_id}.mp3"))

    return [
        ("start an upload", start),
        ("page of 50", lambda: records.page(UploadQuery(OWNER, limit=PAGE))),
        ("file by its id", lambda: records.get(known.upload_id)),
        # One in which nothing is due.
        ("sweep", lambda: [list(records.due(now, 200)), list(records.unconfirmed(now, 200))]),
    ]


def _cpu_of(pid: int, call: Callable[[], object]) -> float:
    before = _cpu_seconds(pid)
    for _ in range(CALLS):
        call()
    return (_cpu_seconds(pid) - before) / CALLS


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def store_lines(settings: Settings, data: Path) -> Iterator[str]:
    """Yield a row for small objects and one for larger ones: what a versioned object costs beside its bytes."""
    yield "| bytes of an object | on the disk beside them | files and folders |"
    key, secret = settings.minio_access_key, settings.minio_secret_key.get_secret_value()
    store = Minio(urlsplit(settings.minio_endpoint).netloc, key, secret, secure=False)
    for size in (INLINE, APART):
        bucket = f"of-{size}"
        store.make_bucket(bucket)
        store.set_bucket_versioning(bucket, VersioningConfig(ENABLED))
        for _ in range(OBJECTS):
            store.put_object(bucket, f"uploads/{OWNER}/{uuid4()}.mp3", BytesIO(bytes(size)), size)
        entries = list((data / bucket).rglob("*"))
        taken = sum(entry.lstat().st_blocks * 512 for entry in entries) / OBJECTS
        yield f"| {size:,} | {taken - size:.0f} | {len(entries) / OBJECTS:.1f} |"


if __name__ == "__main__":
    main()
