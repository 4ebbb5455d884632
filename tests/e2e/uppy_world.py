"""The servers that the tests of Uppy share, and what they look at there."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import urllib3
from pymongo import MongoClient

from service.app import build_ports
from service.shared.settings import Settings
from service.store.s3.store import s3_client
from service.uploads.usecases.upkeep.sweep import sweep
from tests.conftest import Service
from tests.e2e.test_page import until
from tests.e2e.uppy_page import UppyPage
from tests.e2e.weak_line import WeakLine

MIB = 1024 * 1024
# Two parts, and what Golden Retriever keeps of a file over a reload is 10 MiB at most.
SIZE = 6 * MIB
SOME = 5 * MIB + MIB // 2
# MinIO looks into its queue every three seconds.
TOLD_WITHIN_S = 30


@dataclass
class World:
    """The servers of all these tests, started once."""

    settings: Settings
    service: WeakLine  # in open mode
    guarded: Service  # with tokens, on the same bucket and database
    store: WeakLine
    elsewhere: str  # the page, from another origin


def recorded(world: World, file: Path, headers: dict[str, str] | None = None) -> dict[str, Any]:
    """The one record of that file, once it is there; its bytes are those that were sent."""
    base = world.guarded.url if headers else world.service.url
    until(lambda: _named(base, file.name, headers) != [], TOLD_WITHIN_S)
    [record] = _named(base, file.name, headers)
    download = urllib3.request("GET", f"{base}/v1/files/{record['file_id']}/download?redirect=0", headers=headers)
    assert urllib3.request("GET", download.json()["url"]).data == file.read_bytes()
    return record


def _named(base: str, name: str, headers: dict[str, str] | None) -> list[dict[str, Any]]:
    listed = urllib3.request("GET", f"{base}/v1/files?limit=200", headers=headers).json()["files"]
    return [record for record in listed if record["filename"] == name]


def held_parts(world: World, file: Path) -> int:
    """How many parts the store has of that file."""
    [pending] = documents(world, {"filename": file.name, "status": "pending"})
    parts = s3_client(world.settings).list_parts(
        Bucket=pending["bucket"], Key=pending["object_key"], UploadId=pending["store_upload_id"]
    )
    return len(parts.get("Parts", ()))


def begin(uppy: UppyPage, world: World, file: Path, **options: Any) -> None:
    """Send in parts, until the line holds in the second one."""
    uppy.start(uppy.at(world.service.url, multipart=True), **options)
    uppy.add([file])
    world.store.hold_after(SOME)
    uppy.upload()
    until(lambda: world.store.held and held_parts(world, file) == 1)


def documents(world: World, query: dict[str, Any]) -> list[dict[str, Any]]:
    with MongoClient[dict[str, Any]](world.settings.mongodb_uri) as database:
        return list(database["moodrop"]["files"].find(query))


def over(world: World, upload_id: str) -> None:
    """As if the grace were over: the sweeper ends the upload."""
    with MongoClient[dict[str, Any]](world.settings.mongodb_uri) as database:
        database["moodrop"]["files"].update_one({"_id": upload_id}, {"$set": {"expires_at": datetime.now(UTC)}})
    ports = build_ports(world.settings)
    try:
        ports.objects.prepare(ports.policy.buckets)
        sweep(ports)
    finally:
        ports.records.close()  # type: ignore[attr-defined]  # the real one is MongoDB's
