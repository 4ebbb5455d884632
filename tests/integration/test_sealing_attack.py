"""A confirmed file's bytes never change, whoever holds its URLs: attacked over HTTP on the real servers.

Each round: one honest PUT, a slow PUT begun before the confirm and ended after it, two loops that replay
the URL with other bytes, five confirms at once, downloads under attack, then delete and replay. At the end
the clock is moved past the last URL and the sweeper runs: nothing may be left, on either side.
"""

import base64
import hashlib
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import pytest
import urllib3
from pymongo import MongoClient

from service.adapters.mongo import MongoRecordStore
from service.adapters.s3 import s3_client
from service.app import build_ports
from service.settings import Settings
from service.usecases.sweep import sweep
from tests.builders import later
from tests.conftest import Service

ROUNDS = 300
SIZE = 64 * 1024
CONFIRMS = 5
AT_ONCE = 3  # rounds side by side, so that both cores are busy
HOSTILE = 6  # PUTs of each loop, at least
BREATH_S = 0.03  # a confirm still meets several of them; without it they are most of what the machine does

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]


@dataclass
class Tally:
    """What went wrong, and how hard it was tried."""

    changed: list[str] = field(default_factory=list)
    disagreeing: list[str] = field(default_factory=list)
    hostile: int = 0


class V1Client:
    """POST /v1/uploads, kind `put`; no checksum is declared, so only write-once stands in the way."""

    put_max_bytes = SIZE

    def __init__(self, url: str) -> None:
        self.url, self.http = url, urllib3.PoolManager(maxsize=40, retries=False)
        self.object_keys: list[str] = []  # those whose parts are to be looked for in the end

    def begin(self, number: int) -> tuple[str, dict[str, str], str]:
        new = {"filename": f"{number}.mp3", "content_type": "audio/mpeg", "size_bytes": SIZE}
        started = self.http.request("POST", f"{self.url}/v1/uploads", json=new).json()
        headers = {name: value for name, value in started["transfer"]["headers"].items() if name != "content-length"}
        return started["transfer"]["url"], headers, started["upload_id"]

    def first_confirm(self, upload: str) -> tuple[int, bytes] | None:
        """Nothing to wait for: from the honest PUT on, the URL can change nothing."""
        return None

    def confirm(self, upload: str) -> tuple[int, bytes]:
        answer = self.http.request("POST", f"{self.url}/v1/uploads/{upload}/confirm")
        return answer.status, answer.data

    def download_url(self, upload: str) -> str:
        return str(self.http.request("GET", f"{self.url}/v1/files/{upload}/download").json()["url"])

    def delete(self, upload: str) -> int:
        return self.http.request("DELETE", f"{self.url}/v1/files/{upload}").status


class SeedClient(V1Client):
    """GET /s3/upload-url, kind `staged`: the URL binds nothing but its key."""

    def begin(self, number: int) -> tuple[str, dict[str, str], str]:
        fields = {"key": f"uploads/u1/song {number}.mp3"}
        started = self.http.request("GET", f"{self.url}/s3/upload-url", fields=fields).json()
        return started["url"], {"content-type": "audio/mpeg"}, started["upload_id"]

    def first_confirm(self, upload: str) -> tuple[int, bytes] | None:
        """Until its first confirm a staged URL may be filled again, by design; so the attack begins after it."""
        return self.confirm(upload)


class PartsClient(V1Client):
    """POST /v1/uploads, kind `multipart`: each part's URL binds its length."""

    put_max_bytes = 0

    def begin(self, number: int) -> tuple[str, dict[str, str], str]:
        new = {"filename": f"{number}.mp3", "content_type": "audio/mpeg", "size_bytes": SIZE}
        started = self.http.request("POST", f"{self.url}/v1/uploads", json={**new, **self.bound()}).json()
        self.object_keys.append(started["object_key"])
        [part] = self.parts_of(number, started)
        headers = {name: value for name, value in part["headers"].items() if name != "content-length"}
        return part["url"], headers, started["upload_id"]

    def bound(self) -> dict[str, str]:
        """What more the URLs are to bind."""
        return {}

    def parts_of(self, number: int, started: dict[str, Any]) -> list[dict[str, Any]]:
        """The parts that the start gave."""
        return list(started["transfer"]["parts"])

    def first_confirm(self, upload: str) -> tuple[int, bytes] | None:
        """Until its first confirm a part may be sent again, by design; so the attack begins after it."""
        return self.confirm(upload)


class BoundPartsClient(PartsClient):
    """The same, where each part's URL binds its sha256 too: only the honest bytes ever get in."""

    def bound(self) -> dict[str, str]:
        return {"part_checksum_algorithm": "sha256"}

    def parts_of(self, number: int, started: dict[str, Any]) -> list[dict[str, Any]]:
        digest = base64.b64encode(hashlib.sha256(body_of(number)).digest()).decode()
        wanted = {"parts": [{"part_number": 1, "checksum_base64": digest}]}
        answer = self.http.request("POST", f"{self.url}/v1/uploads/{started['upload_id']}/urls", json=wanted)
        return list(answer.json()["transfer"]["parts"])

    def first_confirm(self, upload: str) -> tuple[int, bytes] | None:
        """The attack begins before it."""
        return None


class SlowPut:
    """A PUT that stands still in the middle of its body until it is told to go on."""

    def __init__(self, url: str, headers: dict[str, str], body: bytes) -> None:
        parts = urlsplit(url)
        self._rest = body[len(body) // 2 :]
        self._socket = socket.create_connection((parts.hostname, parts.port), timeout=20)
        lines = [f"PUT {parts.path}?{parts.query} HTTP/1.1", f"host: {parts.netloc}", f"content-length: {len(body)}"]
        head = "\r\n".join([*lines, *(f"{name}: {value}" for name, value in headers.items()), "", ""])
        self._socket.sendall(head.encode() + body[: len(body) // 2])

    def finish(self) -> int:
        """The store's status; 0 where it had hung up."""
        try:
            self._socket.sendall(self._rest)
            answer = self._socket.recv(200)
        except OSError:
            answer = b""
        self._socket.close()
        return int(answer.split(b" ")[1]) if answer.startswith(b"HTTP/") else 0


@contextmanager
def replaying(http: urllib3.PoolManager, url: str, headers: dict[str, str], tally: Tally) -> Iterator[None]:
    """Two loops that send other bytes of the same length to the URL."""
    stop = threading.Event()

    def loop(mark: int) -> None:
        body = bytes([mark]) * SIZE
        for sent in count():
            if stop.wait(BREATH_S) and sent >= HOSTILE:
                return
            http.request("PUT", url, body=body, headers=headers)
            tally.hostile += 1

    threads = [threading.Thread(target=loop, args=(mark,)) for mark in (0xEE, 0xEF)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def attack(client: V1Client, number: int, tally: Tally) -> None:
    """One round."""
    body = body_of(number)
    url, headers, upload = client.begin(number)
    assert client.http.request("PUT", url, body=body, headers=headers).status == 200
    slow = SlowPut(url, headers, b"\xed" * SIZE)
    agreed = client.first_confirm(upload)
    with replaying(client.http, url, headers, tally):
        with ThreadPoolExecutor(CONFIRMS) as confirms:
            answers = set(confirms.map(lambda _: client.confirm(upload), range(CONFIRMS)))
        if len(answers) != 1 or next(iter(answers))[0] != 200:
            tally.disagreeing.append(f"round {number}: {answers}")
        look(client, upload, body, tally, f"round {number}, under attack")
        slow.finish()
        look(client, upload, body, tally, f"round {number}, after the slow PUT")
        assert agreed is None or client.confirm(upload) == agreed
        assert client.delete(upload) == 204
        client.http.request("PUT", url, body=body, headers=headers)
    assert client.delete(upload) == 204


def body_of(number: int) -> bytes:
    """The honest bytes of a round."""
    return hashlib.shake_128(str(number).encode()).digest(SIZE)


def look(client: V1Client, upload: str, body: bytes, tally: Tally, when: str) -> None:
    """Download it, three times over."""
    url = client.download_url(upload)
    for _ in range(3):
        fetched = client.http.request("GET", url)
        if fetched.data != body:
            tally.changed.append(f"{when}: {fetched.status}, {fetched.data[:40]!r}")


@pytest.mark.parametrize("kind", [V1Client, SeedClient, PartsClient, BoundPartsClient])
def test_no_holder_of_a_url_changes_a_confirmed_file(
    settings: Settings, serve: Callable[..., Service], kind: type[V1Client]
) -> None:
    """300 rounds: no changed byte, no disagreeing confirm, nothing left after the sweep."""
    limited = settings.model_copy(update={"put_max_bytes": kind.put_max_bytes})
    client, tally = kind(serve(limited, workers=2).url), Tally()

    with ThreadPoolExecutor(AT_ONCE) as rounds:
        list(rounds.map(lambda number: attack(client, number, tally), range(ROUNDS)))
    sweep_in_two_days(settings)

    assert tally.changed == []
    assert tally.disagreeing == []
    assert tally.hostile >= 2 * HOSTILE * ROUNDS, "the attackers did try"
    assert left_behind(settings) == ([], [])
    assert open_multiparts(settings, client.object_keys) == []


def sweep_in_two_days(settings: Settings) -> None:
    """Sweep as if the last URL were long dead."""
    ports = build_ports(settings)
    sweep(later(ports, days=2))
    close(ports.records)


def close(records: object) -> None:
    assert isinstance(records, MongoRecordStore)
    records.close()


def left_behind(settings: Settings) -> tuple[list[str], list[str]]:
    """Every version of every object, and every document."""
    pages = s3_client(settings).get_paginator("list_object_versions").paginate(Bucket=settings.minio_bucket)
    objects = [row["Key"] for page in pages for row in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]]
    with MongoClient[dict[str, object]](settings.mongodb_uri) as client:
        documents = [str(document) for document in client[settings.mongodb_database]["files"].find()]
    return objects, documents


def open_multiparts(settings: Settings, object_keys: list[str]) -> list[str]:
    """Every multipart upload that is open, of the keys that had one: MinIO lists them for a whole key alone."""
    list_open = s3_client(settings).list_multipart_uploads
    found = [list_open(Bucket=settings.minio_bucket, Prefix=key).get("Uploads", []) for key in object_keys]
    return [row["Key"] for rows in found for row in rows]


def test_a_slow_put_begun_first_cannot_pass_off_other_bytes(settings: Settings, serve: Callable[..., Service]) -> None:
    """MinIO lets a write-once PUT hold its key: the honest one waits, and then wins where a checksum is declared."""
    service, body = serve(settings), b"h" * SIZE
    http = urllib3.PoolManager(retries=False, timeout=20)
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    new = {"filename": "a.mp3", "content_type": "audio/mpeg", "size_bytes": SIZE}
    checksum = {"checksum": {"algorithm": "sha256", "value_base64": digest}}
    started = http.request("POST", f"{service.url}/v1/uploads", json=new | checksum).json()
    url, headers = started["transfer"]["url"], dict(started["transfer"]["headers"])
    del headers["content-length"]

    slow = SlowPut(url, headers, b"\xed" * SIZE)
    with ThreadPoolExecutor(1) as honest:
        sent = honest.submit(http.request, "PUT", url, body=body, headers=headers)
        refused = slow.finish()
    file = http.request("POST", f"{service.url}/v1/uploads/{started['upload_id']}/confirm").json()

    assert (refused, sent.result().status) == (400, 200)
    assert file["checksum"]["value_base64"] == digest
