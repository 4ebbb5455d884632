"""Quotas on a real mongod: exact for 1,000 starts at once, and never too much left after any kill."""

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from ctypes import c_int
from dataclasses import replace
from multiprocessing.process import BaseProcess
from multiprocessing.sharedctypes import RawValue
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from pymongo import monitoring
from pymongo.monitoring import CommandListener, CommandStartedEvent

from service.ports import Ports
from service.settings import Settings
from service.shared.errors import DatabaseUnavailable
from service.uploads.quota import Amounts
from service.uploads.usecases import allowance
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.confirming.confirm_many import confirm_uploads
from service.uploads.usecases.files.delete import delete_file
from service.uploads.usecases.starting.abort import abort_upload
from service.uploads.usecases.starting.start import start_upload
from service.uploads.usecases.starting.start_many import start_uploads
from tests.builders import ALICE, NO_METADATA, a_declaration, a_sent_upload, later
from tests.helpers.quotas import assert_never_too_much, quota_of, really_left
from tests.integration.frail import Frail
from tests.integration.quota_stream import start_at_once, use_without_end, worker_ports

pytestmark = pytest.mark.real

STARTS, SIZE, ROOM = 1000, 7, 1000
PROCESSES = 4
KILLS = 20
# So many calls have to go well before a kill and after it.
BETWEEN_KILLS = 60
TIMEOUT_S = 60
SPAWN = multiprocessing.get_context("spawn")


def bounded(settings: Settings, **quotas: int) -> Settings:
    return settings.model_copy(update=quotas)


def assert_exact(settings: Settings, won: int) -> None:
    """Check that as many won as there was room for, and that the quota is right."""
    with worker_ports(settings) as ports:
        quota = quota_of(ports)
        assert won == ROOM // SIZE == 142
        assert quota.left == quota.allowed - Amounts(142 * SIZE, 142, 142)
        assert quota.left.size_bytes == 6
        assert ports.records.usage("alice", without=[], unknown_bytes=0) == Amounts(142 * SIZE, 142, 142)


def test_of_1000_starts_of_7_bytes_for_1000_bytes_142_win(settings: Settings) -> None:
    """The short form: sixty threads of one process, the first of which makes the quota."""
    settings = bounded(settings, quota_bytes=ROOM)

    assert_exact(settings, start_at_once(settings, STARTS, SIZE, threads=60))


@pytest.mark.torture("4 processes of 250 threads")
@pytest.mark.timeout(600)
def test_of_1000_starts_in_four_processes_142_win(
    settings: Settings, record_property: Callable[[str, object], None]
) -> None:
    """All at once."""
    settings = bounded(settings, quota_bytes=ROOM)
    with SPAWN.Manager() as manager, ProcessPoolExecutor(PROCESSES, mp_context=SPAWN) as pool:
        ready = manager.Barrier(PROCESSES + 1)
        share = STARTS // PROCESSES
        working = [pool.submit(start_at_once, settings, share, SIZE, share, ready) for _ in range(PROCESSES)]
        ready.wait(TIMEOUT_S)
        started = monotonic()
        won = sum(done.result() for done in working)
        record_property("seconds", round(monotonic() - started, 1))

    assert_exact(settings, won)


# --- kills ---------------------------------------------------------------------------------------
@pytest.fixture
def frail(tmp_path: Path) -> Iterator[Frail]:
    """A mongod of this test's own."""
    servers = Frail(tmp_path / "servers")
    servers.start_database()
    yield servers
    servers.stop()


class Stream:
    """Two processes that use the quota, as two workers do."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stop: c_int = RawValue(c_int, 0)
        self._done: list[c_int] = []
        self.processes: list[BaseProcess] = []

    def start(self) -> None:
        done: c_int = RawValue(c_int, 0)
        self._done.append(done)
        worker = SPAWN.Process(target=use_without_end, args=(self._settings, self._stop, done, len(self._done)))
        worker.start()
        self.processes.append(worker)

    def more(self) -> None:
        """Return when so many more calls went well."""
        enough, until = self._count() + BETWEEN_KILLS, monotonic() + TIMEOUT_S
        while self._count() < enough:
            assert monotonic() < until, "it did not recover by itself"
            sleep(0.01)

    def _count(self) -> int:
        return sum(done.value for done in self._done)

    def end(self) -> None:
        self._stop.value = 1
        for process in self.processes:
            process.join(TIMEOUT_S)


@contextmanager
def streaming(settings: Settings) -> Iterator[Stream]:
    """Run the stream until the block ends."""
    stream = Stream(settings)
    for _ in range(2):
        stream.start()
    try:
        stream.more()
        yield stream
        stream.more()
    finally:
        stream.end()


def the_database(frail: Frail, stream: Stream) -> None:
    frail.kill(frail.database)
    frail.start_database()


def the_service(frail: Frail, stream: Stream) -> None:
    """One worker of two; another one follows."""
    worker = stream.processes.pop(0)
    worker.kill()
    worker.join(TIMEOUT_S)
    stream.start()


def survive(frail: Frail, kill: Callable[[Frail, Stream], None], kills: int, **quotas: int) -> None:
    settings = bounded(frail.settings(), **quotas)
    for number in range(kills):
        with streaming(settings) as stream:
            sleep(number % 10 / 50)
            kill(frail, stream)
        with worker_ports(settings) as ports:
            assert_never_too_much(ports)
            # By then whatever a killed worker reserved and did not write is given back.
            after = later(ports, minutes=11)
            quota = allowance.left(after, "alice")
            assert quota is not None
            assert quota.left == really_left(after, quota)


# Of the first so much is left that nothing is counted anew; of the second everything is used up all the time.
ROOMS = pytest.mark.parametrize(
    "quotas",
    [{"quota_bytes": 10**12}, {"quota_bytes": 20_000, "quota_files": 60, "quota_pending": 30}],
    ids=["roomy", "tight"],
)


@ROOMS
@pytest.mark.timeout(600)
@pytest.mark.parametrize("kill", [the_database, the_service])
def test_never_too_much_is_left_after_a_kill(
    frail: Frail, kill: Callable[[Frail, Stream], None], quotas: dict[str, int]
) -> None:
    """The short form: two kills."""
    survive(frail, kill, 2, **quotas)


@ROOMS
@pytest.mark.torture(f"{KILLS} kills")
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kill", [the_database, the_service])
def test_never_too_much_is_left_after_many_kills(
    frail: Frail, kill: Callable[[Frail, Stream], None], quotas: dict[str, int]
) -> None:
    """Each at another moment."""
    survive(frail, kill, KILLS, **quotas)


@pytest.fixture
def ports(settings: Settings) -> Iterator[Ports]:
    """A worker with quotas."""
    with worker_ports(bounded(settings, quota_bytes=10**9)) as ports:
        yield ports


def test_documents_that_are_written_again_are_reserved_again_first(ports: Ports) -> None:
    """A killed database forgot both, or the whole quota, or nothing."""
    started = [start_upload(ports, ALICE, a_declaration(size_bytes=size, checksum=None))[0] for size in (100, 200)]
    store: Any = ports.records
    files, quotas = store.database["files"], store.database["quotas"]
    before = quota_of(ports)

    quotas.replace_one({"_id": "alice"}, _without(quotas.find_one(), started[1].upload_id, 200))
    files.delete_one({"_id": started[1].upload_id})
    assert ports.records.get(started[1].upload_id) == started[1]
    assert (quota_of(ports).left, quota_of(ports).reserved) == (before.left, before.reserved)

    files.delete_one({"_id": started[0].upload_id})
    assert ports.records.get(started[0].upload_id) == started[0]
    assert (quota_of(ports).left, quota_of(ports).reserved) == (before.left, before.reserved)

    quotas.delete_many({})
    files.delete_many({})
    for upload in started:
        assert ports.records.get(upload.upload_id) == upload
    assert quota_of(ports).counted_at is None
    quota = allowance.left(ports, "alice")
    assert quota is not None
    assert (quota.left, quota.reserved) == (before.left, before.reserved)


def _without(document: dict[str, Any], upload_id: str, size_bytes: int) -> dict[str, Any]:
    del document["open"][upload_id]
    more = {"left_bytes": size_bytes, "left_files": 1, "left_pending": 1}
    return {**document, **{name: document[name] + amount for name, amount in more.items()}}


def test_a_document_is_not_written_again_if_it_cannot_be_reserved(ports: Ports) -> None:
    """Nobody may count on it then; the next call tries again."""
    upload, _ = start_upload(ports, ALICE, a_declaration())
    store: Any = ports.records
    store.database["files"].delete_one({"_id": upload.upload_id})

    def fail(uploads: object) -> None:
        raise DatabaseUnavailable("cut off by the test")

    store.before_restoring(fail)
    with pytest.raises(DatabaseUnavailable):
        ports.records.get(upload.upload_id)
    assert store.database["files"].find_one() is None


# --- what it costs -------------------------------------------------------------------------------
WRITES = ("insert", "update", "delete", "findAndModify")


class Writes(CommandListener):
    """The collections that the drivers of this process write to. pymongo takes listeners for life."""

    def __init__(self) -> None:
        self.collections: list[str] = []

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name in WRITES:
            self.collections.append(event.command[event.command_name])

    def succeeded(self, event: object) -> None:
        """Nothing to do."""

    def failed(self, event: object) -> None:
        """Nothing to do."""


@pytest.fixture(scope="module")
def writes() -> Writes:
    listener = Writes()
    monitoring.register(listener)
    return listener


def test_confirming_aborting_and_deleting_write_to_no_quota(writes: Writes, ports: Ports) -> None:
    """A start writes once more, a batch of a hundred too; a confirm as often as without quotas."""
    aborted, [sent, *others] = start_upload(ports, ALICE, a_declaration())[0], [a_sent_upload(ports) for _ in range(4)]

    def written(act: Callable[[], object]) -> list[str]:
        writes.collections.clear()
        act()
        return sorted(writes.collections)

    assert written(lambda: start_upload(ports, ALICE, a_declaration())) == ["files", "quotas"]
    assert written(lambda: start_uploads(ports, ALICE, [a_declaration() for _ in range(100)])) == ["files", "quotas"]
    assert written(lambda: confirm_upload(ports, ALICE, sent.upload_id, NO_METADATA)) == ["files"]
    assert written(lambda: confirm_uploads(ports, ALICE, [one.upload_id for one in others])) == ["files"]
    assert "quotas" not in written(lambda: abort_upload(ports, ALICE, aborted.upload_id))
    assert "quotas" not in written(lambda: delete_file(ports, ALICE, sent.upload_id))
    off = replace(ports, policy=replace(ports.policy, quota=None))
    assert written(lambda: start_upload(off, ALICE, a_declaration())) == ["files"]
