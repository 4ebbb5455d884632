"""What uploads leave behind in the store and in the database, and the sweep that should remove it."""

from pymongo import MongoClient

from service.app import build_ports
from service.settings import Settings
from service.store.s3.store import s3_client
from service.uploads.usecases.upkeep.sweep import sweep
from tests.builders import later


def sweep_in_two_days(settings: Settings) -> None:
    """Sweep as if the last URL had expired long ago."""
    ports = build_ports(settings)
    sweep(later(ports, days=2))
    ports.records.close()


def left_behind(settings: Settings) -> tuple[list[str], list[str]]:
    """Return every version of every object, and every document."""
    pages = s3_client(settings).get_paginator("list_object_versions").paginate(Bucket=settings.minio_bucket)
    objects = [row["Key"] for page in pages for row in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]]
    with MongoClient[dict[str, object]](settings.mongodb_uri) as client:
        documents = [str(document) for document in client[settings.mongodb_database]["files"].find()]
    return objects, documents


def open_multiparts(settings: Settings, object_keys: list[str]) -> list[str]:
    """Return every open multipart upload of keys that had one: MinIO lists them only by the whole key."""
    list_open = s3_client(settings).list_multipart_uploads
    listings = [list_open(Bucket=settings.minio_bucket, Prefix=key).get("Uploads", []) for key in object_keys]
    return [row["Key"] for rows in listings for row in rows]
