"""The worker's way to the store: what it reads and writes there, and what its credential refuses."""

import hashlib
import socket
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import urllib3

from service.ports import Ports
from service.settings import Settings
from service.store.s3.store import s3_client
from service.store.sigv4.query import Credentials, QuerySigner
from service.uploads.object_keys import derived_key
from tests.builders import a_file, first_store
from tests.helpers.worker import ACCESS_KEY, SECRET_KEY, an_active_lease
from worker.job import store as store_module
from worker.job.errors import JobFailed, LeaseLost, TryAgain
from worker.job.store import CACHE_CONTROL, WorkerStore
from worker.settings import WorkerSettings

pytestmark = pytest.mark.real

BODY = bytes(range(256)) * 8192  # 2 MiB


@pytest.fixture
def store(worker_settings: WorkerSettings) -> WorkerStore:
    return WorkerStore(worker_settings, sleep=lambda _: None)


@contextmanager
def cutting_proxy(endpoint: str, requests: list[bytes], *, after: int, cuts: int) -> Iterator[str]:
    """Pass on to the store, and cut the answer after so many bytes, the first `cuts` times."""
    target = urlsplit(endpoint)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve(client: socket.socket) -> None:
        with client, socket.create_connection((target.hostname, target.port)) as upstream:
            requests.append(client.recv(65536))
            upstream.sendall(requests[-1])
            most = after if len(requests) <= cuts else 1 << 40
            sent = 0
            upstream.settimeout(5)
            with suppress(OSError):
                while sent < most and (data := upstream.recv(min(65536, most - sent))):
                    client.sendall(data)
                    sent += len(data)

    def accept() -> None:
        with suppress(OSError):
            while True:
                serve(listener.accept()[0])

    threading.Thread(target=accept, daemon=True).start()
    with listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_the_bytes_of_a_file_are_fetched(real_ports: Ports, store: WorkerStore, tmp_path: Path) -> None:
    file = a_file(real_ports, body=BODY)

    store.fetch(file, tmp_path / "original", an_active_lease(file))

    assert (tmp_path / "original").read_bytes() == BODY


def test_a_transfer_that_breaks_goes_on_where_it_broke(
    real_ports: Ports, worker_settings: WorkerSettings, tmp_path: Path
) -> None:
    """Four fifths of a film are not fetched again."""
    file = a_file(real_ports, body=BODY)
    requests: list[bytes] = []
    with cutting_proxy(worker_settings.minio_endpoint, requests, after=600_000, cuts=3) as proxy:
        settings = worker_settings.model_copy(update={"minio_endpoint": proxy})
        WorkerStore(settings, sleep=lambda _: None).fetch(file, tmp_path / "original", an_active_lease(file))

    assert (tmp_path / "original").read_bytes() == BODY
    assert [b"bytes=" in request for request in requests] == [False, True, True, True]


def test_the_version_that_was_confirmed_is_read(real_ports: Ports, store: WorkerStore, tmp_path: Path) -> None:
    """Later bytes under the same key are another job's."""
    file = a_file(real_ports, body=BODY)
    first_store(real_ports)._client.put_object(  # noqa: SLF001
        Bucket=file.bucket, Key=file.object_key, Body=b"other bytes"
    )

    store.fetch(file, tmp_path / "original", an_active_lease(file))

    assert (tmp_path / "original").read_bytes() == BODY


def test_bytes_that_are_gone_end_the_job(real_ports: Ports, store: WorkerStore, tmp_path: Path) -> None:
    file = a_file(real_ports, body=BODY)
    real_ports.objects.delete_version(file.bucket, file.object_key, file.version_id)

    with pytest.raises(JobFailed, match="file_changed"):
        store.fetch(file, tmp_path / "original", an_active_lease(file))


def test_a_store_that_is_away_is_asked_five_times(
    real_ports: Ports, worker_settings: WorkerSettings, tmp_path: Path
) -> None:
    """Then the job waits."""
    pauses: list[float] = []
    file = a_file(real_ports, body=BODY)
    away = worker_settings.model_copy(update={"minio_endpoint": "http://127.0.0.1:9"})

    with pytest.raises(TryAgain, match="store_unavailable"):
        WorkerStore(away, sleep=pauses.append).fetch(file, tmp_path / "original", an_active_lease(file))

    assert len(pauses) == store_module.TRIES - 1


def test_nothing_is_fetched_without_a_lease(real_ports: Ports, store: WorkerStore, tmp_path: Path) -> None:
    file = a_file(real_ports, body=BODY)
    active = an_active_lease(file)
    active.lose()

    with pytest.raises(LeaseLost):
        store.fetch(file, tmp_path / "original", active)


def test_a_derived_object_is_stored_with_all_that_was_signed(
    real_ports: Ports, store: WorkerStore, tmp_path: Path
) -> None:
    file = a_file(real_ports, body=BODY)
    path = tmp_path / "96.webp"
    path.write_bytes(b"a picture")
    key = derived_key(file, "image", 2, "96.webp")

    version_id = store.put(file.bucket, key, path, an_active_lease(file), content_type="image/webp")

    client = first_store(real_ports)._client  # noqa: SLF001
    stored = client.get_object(Bucket=file.bucket, Key=key, VersionId=version_id, ChecksumMode="ENABLED")
    assert stored["Body"].read() == b"a picture"
    assert stored["ContentType"] == "image/webp"
    assert stored["CacheControl"] == CACHE_CONTROL
    assert stored["ChecksumSHA256"] == b64encode(hashlib.sha256(b"a picture").digest()).decode()


def test_an_object_is_never_overwritten(real_ports: Ports, store: WorkerStore, tmp_path: Path) -> None:
    """Whoever meets one has a token that another attempt used; the next attempt has its own."""
    file = a_file(real_ports, body=BODY)
    path = tmp_path / "96.webp"
    path.write_bytes(b"a picture")
    key = derived_key(file, "image", 2, "96.webp")
    store.put(file.bucket, key, path, an_active_lease(file), content_type="image/webp")

    with pytest.raises(TryAgain, match="412"):
        store.put(file.bucket, key, path, an_active_lease(file), content_type="image/webp")


def test_a_body_breaks_off_when_the_lease_is_lost(
    real_ports: Ports, store: WorkerStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It leaves nothing, and the key is free."""
    file = a_file(real_ports, body=BODY)
    active = an_active_lease(file)
    path = tmp_path / "720.mp4"
    path.write_bytes(BODY * 4)
    key = derived_key(file, "video", 2, "720.mp4")
    sent: list[int] = []
    require = active.require

    def after_three() -> None:
        sent.append(1)
        if len(sent) > 3:
            active.lose()
        require()

    monkeypatch.setattr(active, "require", after_three)
    with pytest.raises(LeaseLost):
        store.put(file.bucket, key, path, active, content_type="video/mp4")
    monkeypatch.undo()

    assert real_ports.objects.head(file.bucket, key) is None
    store.put(file.bucket, key, path, an_active_lease(file), content_type="video/mp4")


def signed(settings: WorkerSettings, method: str, bucket: str, key: str, params: dict[str, str]) -> str:
    signer = QuerySigner(
        Credentials(ACCESS_KEY, SECRET_KEY), endpoint_url=settings.minio_endpoint, region=settings.minio_region
    )
    return signer.presign(method, bucket, key, expires_in=60, at=datetime.now(UTC), params=params)


@pytest.mark.parametrize(
    "files", [pytest.param(1, id="one_file"), pytest.param(250, id="250_files", marks=pytest.mark.torture("250 files"))]
)
@pytest.mark.parametrize("what", ["delete", "delete a version", "put an original", "get what is derived"])
def test_the_worker_may_do_nothing_else(
    what: str, files: int, real_ports: Ports, store: WorkerStore, worker_settings: WorkerSettings, tmp_path: Path
) -> None:
    """All deleting stays with the service, and a stolen worker overwrites no original."""
    path = tmp_path / "96.webp"
    path.write_bytes(b"a picture")
    for _ in range(files):
        file = a_file(real_ports, body=BODY[: len(BODY) // files])
        derived = derived_key(file, "image", 2, "96.webp")
        version_id = store.put(file.bucket, derived, path, an_active_lease(file), content_type="image/webp")
        method, key, params = {
            "delete": ("DELETE", derived, {}),
            "delete a version": ("DELETE", derived, {"versionId": version_id or ""}),
            "put an original": ("PUT", f"{file.object_key}x", {}),
            "get what is derived": ("GET", derived, {}),
        }[what]

        response = urllib3.request(method, signed(worker_settings, method, file.bucket, key, params), retries=False)

        assert response.status == 403


def test_the_worker_may_not_list(real_ports: Ports, worker_settings: WorkerSettings) -> None:
    """The keys of files are secrets of their owners."""
    bucket = a_file(real_ports, body=BODY).bucket
    client = s3_client(
        Settings(
            auth_mode="open",
            minio_endpoint=worker_settings.minio_endpoint,
            minio_access_key=ACCESS_KEY,
            minio_secret_key=SECRET_KEY,
        )
    )

    with pytest.raises(client.exceptions.ClientError, match="AccessDenied"):
        client.list_objects_v2(Bucket=bucket)
