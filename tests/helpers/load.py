"""People who use a service without a pause while something happens to it, and repeat nothing that fails."""

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import urllib3

from tests.helpers.containers import wait_for

CLIENTS = 4
BODY = bytes(1000)


@dataclass
class Load:
    """People who upload, look and download without a pause, each on connections that are kept alive or made anew."""

    url: str
    headers: dict[str, str]
    over: threading.Event = field(default_factory=threading.Event)
    answers: Counter[int] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)

    def work(self, *, keeps_alive: bool) -> None:
        headers = self.headers if keeps_alive else {**self.headers, "Connection": "close"}
        with urllib3.PoolManager(retries=False, timeout=60, headers=headers) as http:
            while not self.over.is_set():
                try:
                    self.round(http)
                except (urllib3.exceptions.HTTPError, AssertionError) as error:
                    self.failed.append(repr(error))

    def round(self, http: urllib3.PoolManager) -> None:
        new = {"filename": "a.mp3", "content_type": "audio/mpeg", "size_bytes": len(BODY)}
        started = self.call(http, "POST", "/v1/uploads", json=new).json()
        sent_as = {name: value for name, value in started["transfer"]["headers"].items() if name != "content-length"}
        # Signed headers alone: no store wants the token.
        assert http.request("PUT", started["transfer"]["url"], body=BODY, headers=sent_as).status == 200
        self.call(http, "POST", f"/v1/uploads/{started['upload_id']}/confirm")
        for path in (f"/v1/files/{started['upload_id']}", "/v1/files?limit=5", "/healthz"):
            self.call(http, "GET", path)

    def call(self, http: urllib3.PoolManager, method: str, path: str, **options: object) -> urllib3.BaseHTTPResponse:
        answer = http.request(method, self.url + path, **options)  # type: ignore[arg-type]
        self.answers[answer.status] += 1
        assert answer.status in (200, 201), f"{method} {path}: {answer.status} {answer.data[:200]!r}"
        return answer

    def wait_for_more(self, count: int) -> None:
        goal = self.answers.total() + count
        wait_for(lambda: self.answers.total() >= goal, 60, f"{count} more answers")


@contextmanager
def load_on(url: str, headers: dict[str, str]) -> Iterator[Load]:
    """Clients at work until the block ends."""
    load = Load(url, headers)
    with ThreadPoolExecutor(CLIENTS) as pool:
        for number in range(CLIENTS):
            pool.submit(load.work, keeps_alive=number % 2 == 0)
        try:
            load.wait_for_more(20)
            yield load
            load.wait_for_more(20)
        finally:
            load.over.set()
