"""What confirming a large file sent in parts costs, against a copy of the file inside the store.

A copy seals the bytes if a client cannot send parts. Services that let clients send to a temporary key also copy the
object after checking it.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from time import perf_counter

import urllib3

from bench.row import Reach, Row, Samples
from bench.running import OWNER, Stores, stores
from service.app import create_app
from service.ports import Ports
from service.shared.api.context import EXTENSION
from service.shared.model import Caller
from service.shared.scopes import FILES_WRITE, UPLOADS_WRITE
from service.store.s3.store import s3_client
from service.uploads.metadata import FileMetadata
from service.uploads.model import SignedPart, SignedParts, Upload
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.files.delete import delete_file
from service.uploads.usecases.starting.declare import NewUpload
from service.uploads.usecases.starting.start import start_upload

ROUNDS = 5
SIZE = 1024**3
THREADS = 4
COPY_TIMEOUT_S = 120
CALLER = Caller(OWNER, frozenset({UPLOADS_WRITE, FILES_WRITE}))
NO_METADATA = FileMetadata()


@dataclass(frozen=True)
class Sender:
    """A client that sends parts, several at once."""

    http: urllib3.PoolManager
    threads: ThreadPoolExecutor

    def send(self, parts: tuple[SignedPart, ...]) -> None:
        for status in self.threads.map(self._send_one, parts):
            if status != 200:
                raise RuntimeError(f"the store answered {status} to a part")

    def _send_one(self, part: SignedPart) -> int:
        body, headers = bytes(part.size_bytes or 0), dict(part.request.headers)
        return self.http.request("PUT", part.request.url, body=body, headers=headers, retries=False).status


def send_file(ports: Ports, sender: Sender) -> Upload:
    """Start an upload of 1 GiB and send its parts; leave it unconfirmed."""
    upload, transfer = start_upload(ports, CALLER, NewUpload("long.mp4", "video/mp4", SIZE, NO_METADATA))
    if not isinstance(transfer, SignedParts):
        raise TypeError("a file this large goes in parts")
    sender.send(transfer.parts)
    return upload


def copier(given: Stores) -> Callable[[Upload], None]:
    """Return a function that copies an object inside the bucket with boto3."""
    client = s3_client(given.settings, read_timeout=COPY_TIMEOUT_S, tries=1)

    def copy(file: Upload) -> None:
        client.copy_object(Bucket=file.bucket, Key="copy", CopySource={"Bucket": file.bucket, "Key": file.object_key})

    return copy


def seconds(call: Callable[[], object]) -> float:
    start = perf_counter()
    call()
    return perf_counter() - start


def measure() -> Samples:
    samples = Samples("s", [], [])
    with stores() as given, ThreadPoolExecutor(THREADS) as threads:
        shared = create_app(given.settings).extensions[EXTENSION]
        shared.preparation.ensure()
        ports, copy = shared.ports, copier(given)
        sender = Sender(urllib3.PoolManager(maxsize=THREADS), threads)
        for _ in range(ROUNDS):
            upload = send_file(ports, sender)
            samples.ours.append(seconds(partial(confirm_upload, ports, CALLER, upload.upload_id, NO_METADATA)))
            samples.baseline.append(seconds(partial(copy, upload)))
            ports.objects.purge(upload.bucket, "copy")
            delete_file(ports, CALLER, upload.upload_id)
        ports.records.close()
    return samples


ROWS = (Row("confirm of 1 GiB in parts", "a copy inside the store", Reach.times_faster(50), measure),)
