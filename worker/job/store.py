"""Reads originals from the store and writes what is derived from them, with the worker's own credential.

Not by boto3: over plain HTTP it reads a body twice. Every request is signed by `service.store.sigv4`.
"""

import hashlib
import random
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from urllib3 import BaseHTTPResponse, PoolManager
from urllib3.exceptions import HTTPError

from service.shared.adapters.outgoing import store_pool
from service.store.places import bucket_name, split_place
from service.store.sigv4.query import Credentials, QuerySigner
from service.uploads.model import Upload
from worker.job.active_lease import ActiveLease
from worker.job.errors import JobFailed, TryAgain
from worker.settings import WorkerSettings

TRIES = 5
CONNECT_S, READ_S = 3.0, 15.0
URL_EXPIRES_IN = 900
CHUNK_BYTES = 256 * 1024
FIRST_PAUSE_S = 0.25
# A store that sends less is not worth waiting for.
SLOWEST_BYTES_PER_S = 64 * 1024
LEAST_TIMEOUT_S = 60.0
# Derived objects never change, and every URL names a version.
CACHE_CONTROL = "private, max-age=31536000, immutable"


class WorkerStore:
    """Threads share it. Raises TryAgain where the store fails, and LeaseLost where the lease is lost in between."""

    def __init__(self, settings: WorkerSettings, sleep: Callable[[float], None] = time.sleep) -> None:
        self._doors = {name: _door(store) for name, store in settings.stores.items()}
        self._sleep = sleep

    def fetch(self, file: Upload, path: Path, active: ActiveLease) -> None:
        """Write the bytes of the file to `path`. A broken transfer goes on where it broke, at most five times.

        Raises JobFailed (`file_changed`) if these bytes are gone.
        """
        size_bytes = file.size_bytes or 0
        deadline = time.monotonic() + max(LEAST_TIMEOUT_S, size_bytes / SLOWEST_BYTES_PER_S)
        with path.open("wb") as target:
            for number in range(TRIES):
                if number:
                    self._sleep(FIRST_PAUSE_S * 2**number * random.uniform(0.8, 1.2))  # noqa: S311 - no secret
                active.require()
                self._fetch_rest(file, target, active, deadline)
                if target.tell() == size_bytes:
                    return
        raise TryAgain("store_unavailable", f"the store sent {path.stat().st_size} of {size_bytes} bytes")

    def _fetch_rest(self, file: Upload, target: IO[bytes], active: ActiveLease, deadline: float) -> None:
        """Append what the store sends from the end of `target` on; return when it breaks off."""
        at, size_bytes = target.tell(), file.size_bytes or 0
        params = {"versionId": file.version_id} if file.version_id else {}
        door = self._door_of(file.bucket)
        url = door.sign("GET", file.bucket, file.object_key, params=params)
        headers = {"If-Match": f'"{file.etag}"', **({"Range": f"bytes={at}-"} if at else {})}
        try:
            response = door.pool.request(
                "GET", url, headers=headers, preload_content=False, redirect=False, decode_content=False
            )
        except HTTPError:
            return
        try:
            if not _is_readable(response, at):
                return
            for chunk in response.stream(CHUNK_BYTES, decode_content=False):
                active.require()
                target.write(chunk[: size_bytes - target.tell()])
                if time.monotonic() > deadline:
                    raise TryAgain("store_unavailable", "the store sends too slowly")
        except HTTPError:
            return
        finally:
            response.close()

    def put(
        self,
        bucket: str,
        object_key: str,
        path: Path,
        active: ActiveLease,
        *,
        content_type: str,
        content_encoding: str | None = None,
    ) -> str | None:
        """Store a new object and return its version, None in a store without versions.

        Length, type, digest and write-once are signed. A body that breaks off leaves nothing.
        """
        headers = {
            "content-type": content_type,
            "content-length": str(path.stat().st_size),
            "cache-control": CACHE_CONTROL,
            "if-none-match": "*",
            "x-amz-checksum-sha256": _sha256(path),
            **({"content-encoding": content_encoding} if content_encoding else {}),
        }
        door = self._door_of(bucket)
        url = door.sign("PUT", bucket, object_key, headers=headers)
        # A second PUT could meet the object of the first: another attempt of the job has another key.
        with path.open("rb") as file:
            try:
                response = door.pool.request("PUT", url, body=_chunks(file, active), headers=headers, redirect=False)
            except HTTPError as error:
                raise TryAgain("store_unavailable", f"the store took no object ({type(error).__name__})") from error
        if response.status != 200:
            raise TryAgain("store_unavailable", f"the store refused an object with {response.status}")
        version_id = response.headers.get("x-amz-version-id")
        return None if version_id in (None, "null") else version_id

    def _door_of(self, bucket: str) -> "_Door":
        name, _ = split_place(bucket)
        if name not in self._doors:
            raise TryAgain("store_unavailable", f"the settings of this worker know no store {name[:40]!r}")
        return self._doors[name]


@dataclass(frozen=True)
class _Door:
    """The way to one store."""

    signer: QuerySigner
    pool: PoolManager

    def sign(
        self,
        method: str,
        bucket: str,
        object_key: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> str:
        return self.signer.presign(
            method,
            bucket_name(bucket),
            object_key,
            expires_in=URL_EXPIRES_IN,
            at=datetime.now(UTC),
            headers=headers or {},
            params=params or {},
        )


def _door(settings: WorkerSettings) -> _Door:
    signer = QuerySigner(
        Credentials(settings.minio_worker_access_key, settings.minio_worker_secret_key.get_secret_value()),
        endpoint_url=settings.minio_endpoint,
        region=settings.minio_region,
        addressing_style=settings.minio_addressing_style,
    )
    return _Door(
        signer, store_pool(settings.minio_endpoint, connect_s=CONNECT_S, read_s=READ_S, maxsize=settings.slots)
    )


def _chunks(file: IO[bytes], active: ActiveLease) -> Iterator[bytes]:
    """Yield a file as the body of a request, which breaks off once the lease is lost."""
    while chunk := file.read(CHUNK_BYTES):
        active.require()
        yield chunk


def _is_readable(response: BaseHTTPResponse, at: int) -> bool:
    """Return whether the body is what was asked for; False if the store fails. Raises JobFailed and TryAgain."""
    if response.status in (404, 412):
        raise JobFailed("file_changed", "the bytes of this file are gone")
    if response.status == 403:
        raise TryAgain("store_unavailable", "the store refused the worker's credential")
    return response.status == (206 if at else 200)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return b64encode(hashlib.file_digest(file, "sha256").digest()).decode()
