"""The service at work while its store and database freeze again and again: no wrong answer, no leak."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import shake_128
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
import urllib3

from service.shared.settings import THREADS
from tests.conftest import Service
from tests.helpers.tokens import SECRET, bearer
from tests.integration.frail import Frail, frail_pair, frozen

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]

CLIENTS = 4
PAUSE_S = 0.1  # so that the machine is busy half of the time
LONGEST = 100_000
MOST_GROWTH = 1.05
WORKERS = 2
# The connection pools to store and database grow to what the threads need, and no further.
MOST_MORE_SOCKETS = 2 * THREADS * WORKERS


@pytest.fixture
def frail(tmp_path: Path) -> Iterator[Frail]:
    with frail_pair(tmp_path) as servers:
        yield servers


@dataclass
class Client:
    """A client that uploads, lists, downloads and deletes, and checks each answer."""

    url: str
    name: str
    over: threading.Event
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    http: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(retries=False, timeout=20))

    def work(self) -> None:
        for number in range(10**9):
            if self.over.wait(PAUSE_S):
                break
            try:
                self.round(number)
            except (urllib3.exceptions.HTTPError, Refused):
                continue
        self.http.clear()

    def call(self, what: str, method: str, path: str, *right: int, **options: Any) -> Any:
        """Return the answer. A refusal with a retry time ends the round; any other is wrong."""
        answer = self.http.request(method, self.url + path, headers=bearer(self.name), **options)
        self.answers[what, answer.status] += 1
        if answer.status == 503 and answer.headers.get("Retry-After"):
            raise Refused
        if answer.status not in right:
            self.wrong.append(f"{what}: {answer.status} {answer.data[:200]!r}")
            raise Refused
        return answer

    def round(self, number: int) -> None:
        body = shake_128(f"{self.name} {number}".encode()).digest(1 + number * 7919 % LONGEST)
        new = {"filename": f"{number}.mp3", "content_type": "audio/mpeg", "size_bytes": len(body)}
        started = self.call("start", "POST", "/v1/uploads", 201, json=new).json()
        headers = {name: value for name, value in started["transfer"]["headers"].items() if name != "content-length"}
        sent = self.http.request("PUT", started["transfer"]["url"], body=body, headers=headers).status
        # If the earlier PUT got no answer, its bytes may be stored all the same.
        path = f"/v1/uploads/{started['upload_id']}/confirm"
        file = self.call("confirm", "POST", path, *((200,) if sent == 200 else (200, 409))).json()
        if "file_id" not in file:
            return
        if file["size_bytes"] != len(body):
            self.wrong.append(f"confirm: {file}")
        self.check(file["file_id"], body)

    def check(self, file_id: str, body: bytes) -> None:
        """Check that the file is as sent and listed, and gone after its deletion."""
        listed = self.call("list", "GET", "/v1/files", 200).json()["files"]
        if file_id not in [row["file_id"] for row in listed]:
            self.wrong.append(f"list: without {file_id}")
        url = self.call("download", "GET", f"/v1/files/{file_id}/download", 200).json()["url"]
        fetched = self.http.request("GET", url)
        if fetched.status == 200 and fetched.data != body:
            self.wrong.append(f"download: other bytes of {file_id}")
        self.call("delete", "DELETE", f"/v1/files/{file_id}", 204)
        self.call("gone", "GET", f"/v1/files/{file_id}", 404)


class Refused(Exception):
    """The service refused a call, so the round is over."""


def workers(service: Service) -> list[Path]:
    master = service.process.pid
    return [Path("/proc", pid) for pid in Path(f"/proc/{master}/task/{master}/children").read_text().split()]


def memory_mib(service: Service) -> float:
    """Return the memory of all workers together."""
    sizes = [(folder / "status").read_text().partition("VmRSS:")[2].split()[0] for folder in workers(service)]
    return sum(map(int, sizes)) / 1024


def sockets(service: Service) -> int:
    links = [link for folder in workers(service) for link in (folder / "fd").iterdir()]
    return sum(str(link.readlink()).startswith("socket:") for link in links if link.is_symlink())


def soak(
    frail: Frail, serve: Callable[..., Service], seconds: float, every: float, report: Callable[[str, object], None]
) -> tuple[float, float]:
    """Return the workers' memory after a fifth of the time, and at the end."""
    settings = frail.settings(auth_mode="jwt", jwt_secret=SECRET, sweep_interval=5, upload_url_expires_in=30)
    service, over, chance = serve(settings, workers=WORKERS), threading.Event(), random.Random(26)
    clients = [Client(service.url, f"u{number}", over) for number in range(CLIENTS)]
    until = monotonic() + seconds
    with ThreadPoolExecutor(CLIENTS) as pool:
        working = [pool.submit(client.work) for client in clients]
        try:
            sleep(seconds / 5)
            first, usual = memory_mib(service), sockets(service)
            while monotonic() + every < until:
                with frozen(chance.choice([frail.store, frail.database])):
                    sleep(chance.uniform(4, 6))  # longer than any call waits
                sleep(every)
        finally:
            over.set()
        for done in working:
            done.result()
    sleep(2)

    answers = sum((client.answers for client in clients), Counter[tuple[str, int]]())
    last, left = memory_mib(service), sockets(service)
    report("answers", sorted(answers.items()))
    report("MiB and sockets, then and in the end", (first, usual, last, left))
    assert [error for client in clients for error in client.wrong] == []
    assert answers["gone", 404] > seconds / 4, "most of the time it was at work"
    assert any(status == 503 for _, status in answers), "and some of the time it was not"
    assert left <= usual + MOST_MORE_SOCKETS
    return first, last


def test_some_outages_give_no_wrong_answer(
    frail: Frail, serve: Callable[..., Service], record_property: Callable[[str, object], None]
) -> None:
    """The short form: the workers are still growing to their usual size, so memory is not judged."""
    soak(frail, serve, 12, 1, record_property)


@pytest.mark.torture("1 hour, an outage every 30 s")
@pytest.mark.timeout(2 * 60 * 60)
def test_an_hour_of_outages_gives_no_wrong_answer_and_leaks_nothing(
    frail: Frail, serve: Callable[..., Service], record_property: Callable[[str, object], None]
) -> None:
    """The workers grow by less than a twentieth."""
    first, last = soak(frail, serve, 3600, 30, record_property)

    assert last < first * MOST_GROWTH
