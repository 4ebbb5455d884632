"""A move that is killed again and again while people upload and download: no file is lost, and no address breaks."""

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import urllib3

from service.accounts.adapters.open_auth import LOCAL_OWNER
from service.ports import Ports
from service.settings import Settings
from service.shared.model import Caller
from service.shared.scopes import ALL_SCOPES
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.upkeep.reconcile import Tally, reconcile
from tests.builders import NO_METADATA, a_file, a_sent_multipart, later
from tests.conftest import Service, environment_of, prepared_ports
from tests.helpers.containers import wait_for
from tests.helpers.forked import start_server
from tests.helpers.moving import remove_old

pytestmark = [pytest.mark.real, pytest.mark.timeout(900)]

UPLOADERS, READERS = 1, 2
# The one user of open mode.
LOCAL = Caller(LOCAL_OWNER, frozenset(ALL_SCOPES))
# Longer than any run: an address that expires would look broken.
LIFETIME_S = 6 * 3600
LONGEST_WAIT_S = 120


@dataclass(frozen=True)
class Size:
    files: int
    kills: int  # on the way there, and as many on the way back


SIZES = [
    pytest.param(Size(60, 1), id="60_files"),
    pytest.param(
        Size(10_000, 5),
        id="10000_files",
        marks=[pytest.mark.torture("10,000 files, 10 kills, there and back"), pytest.mark.timeout(4 * 3600)],
    ),
]


@dataclass
class People:
    """They upload and download without a pause, and keep every address that they were given."""

    url: str
    files: dict[str, bytes]
    addresses: dict[str, bytes] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    answers: int = 0
    uploading: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)

    def upload(self) -> None:
        """Upload small files until told to stop."""
        with urllib3.PoolManager(retries=False, timeout=LONGEST_WAIT_S) as http:
            while not self.over.is_set():
                if not self.uploading.wait(0.2):
                    continue
                body = os.urandom(random.randint(1, 4000))
                if file_id := self.try_to(lambda body=body: self._send(http, body)):  # type: ignore[misc]
                    self.files[file_id] = body

    def read(self) -> None:
        """Download files, by fresh addresses and by those of before."""
        with urllib3.PoolManager(retries=False, timeout=LONGEST_WAIT_S) as http:
            while not self.over.is_set():
                self.try_to(lambda: self.fetch(http, random.choice([*self.files])))
                old = random.choice([*self.addresses.items()])
                self.try_to(lambda old=old: self.compare(http, *old))  # type: ignore[misc]

    def try_to(self, act: Callable[[], str | None]) -> str | None:
        try:
            made = act()
        except (urllib3.exceptions.HTTPError, AssertionError) as error:
            self.wrong.append(repr(error)[:500])
            return None
        self.answers += 1
        return made

    def _send(self, http: urllib3.PoolManager, body: bytes) -> str:
        new = {"filename": "a.mp3", "content_type": "audio/mpeg", "size_bytes": len(body)}
        started = self.call(http, "POST", f"{self.url}/v1/uploads", json=new).json()
        transfer = started["transfer"]
        sent_as = {name: value for name, value in transfer["headers"].items() if name != "content-length"}
        self.call(http, "PUT", transfer["url"], body=body, headers=sent_as)
        self.call(http, "POST", f"{self.url}/v1/uploads/{started['upload_id']}/confirm")
        return str(started["upload_id"])

    def fetch(self, http: urllib3.PoolManager, file_id: str) -> None:
        """Ask for the address of a file, keep it, and follow it."""
        answer = self.call(http, "GET", f"{self.url}/v1/files/{file_id}/download?redirect=1")
        address = answer.headers["location"]
        self.addresses[address] = self.files[file_id]
        self.compare(http, address, self.files[file_id])

    def compare(self, http: urllib3.PoolManager, address: str, body: bytes) -> None:
        assert self.call(http, "GET", address).data == body, f"other bytes at {address}"

    def call(self, http: urllib3.PoolManager, method: str, url: str, **options: Any) -> urllib3.BaseHTTPResponse:
        answer = http.request(method, url, redirect=False, **options)
        if answer.status == 503:  # busy, as every client has to expect of a machine under load
            answer = self.call_again(http, method, url, options)
        assert answer.status in (200, 201, 302), f"{method} {url}: {answer.status} {answer.data[:200]!r}"
        return answer

    def call_again(
        self, http: urllib3.PoolManager, method: str, url: str, options: dict[str, Any]
    ) -> urllib3.BaseHTTPResponse:
        answers: list[urllib3.BaseHTTPResponse] = []

        def is_served() -> bool:
            answers.append(http.request(method, url, redirect=False, **options))
            return answers[-1].status != 503

        wait_for(is_served, LONGEST_WAIT_S, f"{method} {url} is served")
        # The first one may have stored it although it was answered by a failure.
        stored_before = method == "PUT" and answers[-1].status == 412
        return http.request("GET", f"{self.url}/healthz") if stored_before else answers[-1]

    def wait_for_more(self, count: int) -> None:
        goal = self.answers + count
        wait_for(lambda: self.answers >= goal, LONGEST_WAIT_S, f"{count} more answers")


@contextmanager
def people_at(url: str, files: dict[str, bytes]) -> Iterator[People]:
    people = People(url, files)
    with urllib3.PoolManager(retries=False, timeout=LONGEST_WAIT_S) as http:
        people.fetch(http, next(iter(files)))
    with ThreadPoolExecutor(UPLOADERS + READERS) as pool:
        for _ in range(UPLOADERS):
            pool.submit(people.upload)
        for _ in range(READERS):
            pool.submit(people.read)
        try:
            yield people
        finally:
            people.over.set()


def in_store(ports: Ports, name: str) -> int:
    """Count the files there; quickly, because it is asked all the time."""
    files = ports.records.database["files"]  # type: ignore[attr-defined]
    return int(files.count_documents({"status": "ready", "store": None if name == "1" else name}))


class Mover:
    """The command, run as an operator runs it."""

    def __init__(self, settings: Settings, folder: Path, ports: Ports) -> None:
        self.settings, self.folder, self.ports = settings, folder, ports
        self.chance = random.Random(20)
        self.runs = self.killed = 0

    def start(self, to: str) -> Any:
        self.runs += 1
        self.log = self.folder / f"move-{self.runs}.log"
        arguments = ["--app", "service", "store", "move", "--to", to]
        return start_server("flask", arguments, environment_of(self.settings), self.log)

    def kill_on_the_way(self, to: str, kills: int, people: People) -> None:
        """Kill it after some more files each time; people go on."""
        other = {"1": "2", "2": "1"}[to]
        for left in range(kills, 0, -1):
            now, rest = in_store(self.ports, to), in_store(self.ports, other)
            goal = now + self.chance.randint(1, max(1, rest // (left + 1)))
            # A run may end by itself, because it is through or the database was too busy: that is no kill.
            while not self.is_killed_at(goal, to):
                pass
            self.killed += 1
            people.wait_for_more(10)

    def is_killed_at(self, goal: int, to: str) -> bool:
        mover = self.start(to)
        while mover.poll() is None and in_store(self.ports, to) < goal:
            time.sleep(0.01)
        was_running = mover.poll() is None
        mover.kill()
        mover.wait(60)
        return was_running

    def finish(self, to: str) -> None:
        """Run it until it says that nothing is left."""
        codes = []
        for _ in range(5):
            codes.append(self.start(to).wait(3600))
            if codes[-1] == 0:
                return
        pytest.fail(f"it ended with {codes}: {self.log.read_text()[-2000:]}")


@pytest.mark.parametrize("size", SIZES)
def test_a_killed_move_loses_no_file_and_breaks_no_address(
    two_stores: Settings,
    serve: Callable[..., Service],
    tmp_path: Path,
    size: Size,
    record_property: Callable[[str, object], None],
) -> None:
    """From MinIO to VersityGW and back, while new files come to VersityGW all the time."""
    longer = {"download_url_expires_in": LIFETIME_S, "upload_url_expires_in": LIFETIME_S, "store_2_new_files": True}
    settings = two_stores.model_copy(update=longer)
    with prepared_ports(settings.model_copy(update={"store_2_new_files": False})) as ports:
        bodies = [os.urandom(1 + number % 3000) for number in range(size.files)]
        with ThreadPoolExecutor(4) as pool:
            made = pool.map(lambda body: a_file(ports, LOCAL, body).upload_id, bodies)
            files = dict(zip(made, bodies, strict=True))
        large = os.urandom(5_500_000)
        sent = a_sent_multipart(ports, LOCAL, body=large)
        files[confirm_upload(ports, LOCAL, sent.upload_id, NO_METADATA).upload_id] = large
        service = serve(settings)
        mover = Mover(settings, tmp_path, ports)
        with people_at(service.url, files) as people:
            people.uploading.set()
            for to in ("2", "1"):
                mover.kill_on_the_way(to, size.kills, people)
            people.uploading.clear()
            people.wait_for_more(10)
            mover.finish("1")
            people.wait_for_more(10)

        assert people.wrong == []
        assert in_store(ports, "2") == 0
        assert in_store(ports, "1") == len(people.files)
        with urllib3.PoolManager(retries=False, timeout=LONGEST_WAIT_S) as http:
            for file_id in list(people.files):
                people.fetch(http, file_id)
            for address, body in people.addresses.items():
                people.compare(http, address, body)
        remove_old(later(ports, days=8), "1")
        # What a start-up check of a killed command has left is none of a file's.
        differences = reconcile(later(ports, days=8), Tally(), thorough=True)
        assert [row for row in differences if is_a_files(row.object_key)] == []
        record_property("files", len(people.files))
        assert mover.killed == 2 * size.kills
        record_property("kills", mover.killed)
        record_property("addresses", len(people.addresses))


def is_a_files(object_key: str) -> bool:
    return object_key.split("/")[1] != ".probe"
