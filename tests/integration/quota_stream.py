"""Processes that use one owner's quota on a real mongod; the objects are in the memory of each."""

import random
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from ctypes import c_int
from dataclasses import dataclass, replace
from time import monotonic, sleep
from typing import cast

from service.app import build_ports
from service.bounded import unbounded
from service.ports import Ports
from service.settings import Settings
from service.shared.errors import DatabaseUnavailable, MoodropError
from service.store.memory.objects import MemoryObjectStore
from service.store.model import PresignedRequest
from service.uploads.errors import QuotaExceeded
from service.uploads.model import Upload, UploadStatus
from service.uploads.mongo.records import MongoRecordStore
from service.uploads.queries import UploadQuery
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.files.delete import delete_file
from service.uploads.usecases.starting.abort import abort_upload
from service.uploads.usecases.starting.start import start_staged, start_upload
from service.uploads.usecases.starting.start_many import start_uploads
from tests.builders import ALICE, NO_METADATA, a_declaration, send

THREADS = 4
LONGEST_WAIT_S = 60


@contextmanager
def worker_ports(settings: Settings) -> Iterator[Ports]:
    """Give the ports of a worker, its objects in memory, until the block ends."""
    real = unbounded(build_ports(settings))
    ports = replace(real, objects=MemoryObjectStore(real.now))
    ports.objects.prepare(ports.policy.buckets)
    ports.quotas.prepare()
    yield ports
    cast(MongoRecordStore, real.records).close()


def start_at_once(
    settings: Settings, starts: int, size_bytes: int, threads: int, ready: threading.Barrier | None = None
) -> int:
    """Start so many uploads in these threads; return how many there was room for."""
    gate, new = threading.Barrier(threads), a_declaration(size_bytes=size_bytes, checksum=None)
    with worker_ports(settings) as ports:
        if ready:
            ready.wait(LONGEST_WAIT_S)

        def start(number: int) -> bool:
            if number < threads:
                gate.wait(LONGEST_WAIT_S)
            return _until_answered(lambda: start_upload(ports, ALICE, new))

        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(start, range(starts))).count(True)


def _until_answered(start: Callable[[], object]) -> bool:
    until = monotonic() + LONGEST_WAIT_S
    while True:
        try:
            start()
        except QuotaExceeded:
            return False
        except DatabaseUnavailable:
            assert monotonic() < until
            sleep(0.05)
        else:
            return True


@dataclass
class Client:
    """Starts, sends, confirms, aborts and deletes by chance."""

    ports: Ports
    chance: random.Random

    def act(self) -> None:
        """Do one thing. Whatever is refused or breaks off, the quota has to stay right."""
        try:
            self._start()
        except QuotaExceeded:
            self._make_room()

    def _start(self) -> None:
        body = bytes(self.chance.randrange(1000))
        # Most are left alone: each confirm or abort flushes the journal, after which a kill forgets nothing.
        kind = self.chance.randrange(40)
        if kind == 0:
            start_uploads(self.ports, ALICE, [a_declaration(body) for _ in range(5)])
            return
        if kind == 1:
            upload, transfer = start_staged(self.ports, ALICE, f"uploads/alice/{self.chance.randrange(3)}")
            self._finish(upload, transfer, body, {"content-type": "audio/mpeg"})
            return
        upload, request = start_upload(self.ports, ALICE, a_declaration(body))
        assert isinstance(request, PresignedRequest)
        if kind < 4:
            self._finish(upload, request, body, request.headers)
        elif kind < 7:
            abort_upload(self.ports, ALICE, upload.upload_id)

    def _finish(self, upload: Upload, transfer: PresignedRequest, body: bytes, headers: Mapping[str, str]) -> None:
        assert send(self.ports, transfer, body, headers).status == 200
        confirm_upload(self.ports, ALICE, upload.upload_id, NO_METADATA)

    def _make_room(self) -> None:
        for upload in self.ports.records.page(UploadQuery("alice", UploadStatus.PENDING, limit=9)):
            abort_upload(self.ports, ALICE, upload.upload_id)
        for file in self.ports.records.page(UploadQuery("alice", limit=5)):
            delete_file(self.ports, ALICE, file.upload_id)


def use_without_end(settings: Settings, stop: c_int, done: c_int, seed: int) -> None:
    """Act in some threads until `stop` is not 0, and count in `done` what went well. Both are without a lock.

    A process that is killed would take a lock with it.
    """
    mutex = threading.Lock()

    def work(client: Client) -> None:
        while not stop.value:
            try:
                client.act()
            except DatabaseUnavailable:
                sleep(0.05)
            except MoodropError:  # somebody else ended it
                continue
            else:
                with mutex:
                    done.value += 1

    with worker_ports(settings) as ports, ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, [Client(ports, random.Random(f"{seed} {number}")) for number in range(THREADS)]))
