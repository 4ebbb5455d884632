"""The servers that the Uppy tests share, and what the tests check there."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import urllib3
from pymongo import MongoClient

from service.app import build_ports
from service.settings import Settings
from service.store.s3.store import s3_client
from service.uploads.usecases.upkeep.sweep import sweep
from tests.conftest import Service
from tests.e2e.page import wait_until
from tests.e2e.uppy_page import UppyPage
from tests.e2e.weak_line import WeakLine

MIB = 1024 * 1024
# Two parts. Golden Retriever restores at most 10 MiB of a file after a reload.
SIZE = 6 * MIB
SOME = 5 * MIB + MIB // 2
# MinIO checks its queue every three seconds.
NOTIFIED_WITHIN_S = 30


@dataclass
class World:
    """The servers of all Uppy tests, started once."""

    settings: Settings
    service: WeakLine  # in open mode
    guarded: Service  # with tokens, on the same bucket and database
    store: WeakLine
    elsewhere: str  # the page, from another origin


def recorded(world: World, file: Path, headers: dict[str, str] | None = None) -> dict[str, Any]:
    """Wait for the record of a file, check its bytes, and return it."""
    base = world.guarded.url if headers else world.service.url
    wait_until(lambda: _named(base, file.name, headers) != [], NOTIFIED_WITHIN_S)
    [record] = _named(base, file.name, headers)
    download = urllib3.request("GET", f"{base}/v1/files/{record['file_id']}/download?redirect=0", headers=headers)
    assert urllib3.request("GET", download.json()["url"]).data == file.read_bytes()
    return record


def _named(base: str, name: str, headers: dict[str, str] | None) -> list[dict[str, Any]]:
    listed = urllib3.request("GET", f"{base}/v1/files?limit=200", headers=headers).json()["files"]
    return [record for record in listed if record["filename"] == name]


def count_stored_parts(world: World, file: Path) -> int:
    """Return how many parts of a file the store has."""
    [pending] = documents(world, {"filename": file.name, "status": "pending"})
    parts = s3_client(world.settings).list_parts(
        Bucket=pending["bucket"], Key=pending["object_key"], UploadId=pending["store_upload_id"]
    )
    return len(parts.get("Parts", ()))


def begin(uppy: UppyPage, world: World, file: Path, **options: Any) -> None:
    """Send in parts until the line blocks during the second one."""
    uppy.start(uppy.at(world.service.url, multipart=True), **options)
    uppy.add([file])
    world.store.hold_after(SOME)
    uppy.upload()
    wait_until(lambda: world.store.is_blocked and count_stored_parts(world, file) == 1)


def documents(world: World, query: dict[str, Any]) -> list[dict[str, Any]]:
    with MongoClient[dict[str, Any]](world.settings.mongodb_uri) as database:
        return list(database["moodrop"]["files"].find(query))


def expire(world: World, upload_id: str) -> None:
    """Let the sweeper end an upload as if its grace period were over."""
    with MongoClient[dict[str, Any]](world.settings.mongodb_uri) as database:
        database["moodrop"]["files"].update_one({"_id": upload_id}, {"$set": {"expires_at": datetime.now(UTC)}})
    ports = build_ports(world.settings)
    try:
        ports.objects.prepare(ports.policy.buckets)
        sweep(ports)
    finally:
        ports.records.close()  # type: ignore[attr-defined]  # the real one is MongoDB's
