"""The object store of a test: one of its own, and what any store contains."""

from pathlib import Path

from dev.servers import start_minio
from service.settings import Settings
from service.store.s3.store import s3_client
from tests.conftest import Store


def own_store(tmp_path: Path, port: int) -> Store:
    """Start a MinIO for one test, on the same port and data each time."""
    return Store(
        start_minio(
            tmp_path / "minio",
            port=port,
            access_key=Store.access_key,
            secret_key=Store.secret_key,
            cors_origins=["http://127.0.0.1:*"],
        )
    )


def stored_keys(settings: Settings) -> list[str]:
    """Return the keys of the objects below uploads/."""
    rows = s3_client(settings).list_objects_v2(Bucket=settings.minio_bucket, Prefix="uploads/").get("Contents", [])
    return [row["Key"] for row in rows]


def stored_bytes(settings: Settings) -> list[bytes]:
    """Return the bytes of the objects below uploads/."""
    client = s3_client(settings)
    objects = (client.get_object(Bucket=settings.minio_bucket, Key=key) for key in stored_keys(settings))
    return [one["Body"].read() for one in objects]
