"""The attack on a confirmed file: the honest and hostile clients, the right answers, and the checks.

Each round has one honest PUT, a slow PUT that starts before the confirm and ends after it, two loops that replay the
URL with other bytes, requests that alter what the URL binds, unsigned writes, five simultaneous confirms, downloads
under attack, then a delete and a replay. The status of every hostile request counts, so that one seal cannot hide the
loss of another.
"""

import base64
import hashlib
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import urllib3

from service.settings import Settings
from service.store.s3.store import s3_client
from tests.integration.unsigned_writes import UNSIGNED_TRAILER, forgeries, key_id_of, version_of

SIZE = 64 * 1024
CONFIRMS = 5
AT_ONCE = 3  # rounds side by side, so that both cores are busy
HOSTILE = 6  # the fewest PUTs of each loop
BREATH_S = 0.03  # a confirm still meets several of them; without the pause they would take most of the machine
# Longer than the lease of a confirm whose Complete got an answer that says nothing (90 s): VersityGW, under attack.
TIMEOUT_S = 150
# Answers that VersityGW sometimes gives under attack; an honest client may then repeat the request.
BUSY = frozenset((409, 500, 503))
NOT_SIGNED = frozenset((400, 403))


@dataclass
class Tally:
    """The failures of a siege, and the number of hostile requests."""

    changed: list[str] = field(default_factory=list)  # other bytes, or another record
    disagreeing: list[str] = field(default_factory=list)  # confirms
    accepted: list[str] = field(default_factory=list)  # hostile requests with a wrong answer
    versions: list[str] = field(default_factory=list)  # files with more than one version
    loose: list[str] = field(default_factory=list)  # downloads that work for more than one version
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    repeated: Counter[tuple[str, int]] = field(default_factory=Counter)

    def saw(self, what: str, status: int, right: frozenset[int], more: object = "") -> None:
        """Count a hostile request."""
        self.statuses[what, status] += 1
        if status not in right:
            self.accepted.append(f"{what}: {status} {more}".rstrip())

    def sent(self, what: str) -> int:
        """Return the number of hostile requests of a kind."""
        return sum(number for (kind, _), number in self.statuses.items() if kind == what)

    def findings(self) -> dict[str, list[str]]:
        """Return the failures by kind, the first few of each."""
        kinds = ("changed", "disagreeing", "accepted", "versions", "loose")
        return {kind: values[:5] for kind in kinds if (values := getattr(self, kind))}


@dataclass
class Started:
    """An upload of one round."""

    url: str
    headers: dict[str, str]
    upload_id: str


@dataclass(frozen=True)
class Replays:
    """The right statuses for a PUT to the URL with other bytes."""

    sealed: frozenset[int]  # from the start of the attack
    deleted: frozenset[int]


class V1Client:
    """POST /v1/uploads, kind `put`; without a declared checksum, so only write-once protects the file."""

    put_max_bytes = SIZE
    # After the delete a living URL may fill the key once more: the sweeper empties it.
    replays = Replays(frozenset((412,)), frozenset((200, 412)))

    def __init__(self, url: str, tally: Tally) -> None:
        self.url, self.http, self.tally = url, urllib3.PoolManager(maxsize=60, retries=False), tally
        self.object_keys: list[str] = []  # the keys to check for parts at the end

    def begin(self, number: int) -> Started:
        new = {"filename": f"{number}.mp3", "content_type": "audio/mpeg", "size_bytes": SIZE}
        started = self.start("POST", "/v1/uploads", json=new)
        return Started(started["transfer"]["url"], sendable(started["transfer"]["headers"]), started["upload_id"])

    def start(self, method: str, path: str, **what: Any) -> dict[str, Any]:
        """Return the answer to the start of an upload."""
        answer = self.patient("start", lambda: self.http.request(method, f"{self.url}{path}", **what), BUSY)
        assert answer.status in (200, 201), answer.data
        started: dict[str, Any] = answer.json()
        return started

    def first_confirm(self, upload_id: str) -> bytes | None:
        """No delay is needed: after the honest PUT, the URL can change nothing."""
        return None

    def confirm(self, upload_id: str) -> bytes:
        address = f"{self.url}/v1/uploads/{upload_id}/confirm"
        return self.patient("confirm", lambda: self.http.request("POST", address), BUSY).data

    def file(self, upload_id: str) -> dict[str, Any]:
        file: dict[str, Any] = self.http.request("GET", f"{self.url}/v1/files/{upload_id}").json()
        return file

    def download_url(self, upload_id: str) -> str:
        return str(self.http.request("GET", f"{self.url}/v1/files/{upload_id}/download").json()["url"])

    def delete(self, upload_id: str) -> int:
        address = f"{self.url}/v1/files/{upload_id}"
        return self.patient("delete", lambda: self.http.request("DELETE", address), frozenset((503,))).status

    def send(self, started: Started, body: bytes) -> int:
        """Send the honest PUT."""

        def put() -> urllib3.BaseHTTPResponse:
            return self.http.request("PUT", started.url, body=body, headers=started.headers)

        return self.patient("honest PUT", put, BUSY).status

    def patient(
        self, what: str, call: Callable[[], urllib3.BaseHTTPResponse], again: frozenset[int]
    ) -> urllib3.BaseHTTPResponse:
        """The answer; what may be repeated is repeated, and counted."""
        until, pause = time.monotonic() + TIMEOUT_S, 0.1
        while (answer := call()).status in again and time.monotonic() < until:
            self.tally.repeated[what, answer.status] += 1
            time.sleep(pause)
            pause = min(2 * pause, 2.0)
        return answer

    def bent(self, started: Started) -> Iterator[tuple[str, dict[str, str], bytes]]:
        """Yield PUTs that differ from the signed one: what is altered, headers, body. Each is refused with 403."""
        yield "longer", started.headers, b"\xec" * (SIZE + 1)
        yield "shorter", started.headers, b"\xec" * (SIZE - 1)
        yield "other type", {**started.headers, "content-type": "text/html"}, b"\xec" * SIZE


def sendable(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers of a transfer without the length, which the HTTP library sets."""
    return {name: value for name, value in headers.items() if name != "content-length"}


class SeedClient(V1Client):
    """GET /s3/upload-url, kind `staged`: the URL binds only its key, and may be used any number of times."""

    replays = Replays(frozenset((200,)), frozenset((200,)))

    def begin(self, number: int) -> Started:
        fields = {"key": f"uploads/u1/song {number}.mp3"}
        started = self.start("GET", "/s3/upload-url", fields=fields)
        return Started(started["url"], {"content-type": "audio/mpeg"}, started["upload_id"])

    def first_confirm(self, upload_id: str) -> bytes | None:
        """By design, a staged URL may be used again until the first confirm, so the attack starts after it."""
        return self.confirm(upload_id)

    def bent(self, started: Started) -> Iterator[tuple[str, dict[str, str], bytes]]:
        yield from ()


class PartsClient(V1Client):
    """POST /v1/uploads, kind `multipart`: each part's URL binds its length."""

    put_max_bytes = 0
    replays = Replays(frozenset((404,)), frozenset((404,)))

    def begin(self, number: int) -> Started:
        new = {"filename": f"{number}.mp3", "content_type": "audio/mpeg", "size_bytes": SIZE}
        started = self.start("POST", "/v1/uploads", json={**new, **self.bound()})
        self.object_keys.append(started["object_key"])
        [part] = self.parts_of(number, started)
        return Started(part["url"], sendable(part["headers"]), started["upload_id"])

    def bound(self) -> dict[str, str]:
        """Return what else the URLs should bind."""
        return {}

    def parts_of(self, number: int, started: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the parts from the start's answer."""
        return list(started["transfer"]["parts"])

    def first_confirm(self, upload_id: str) -> bytes | None:
        """By design, a part may be sent again until the first confirm, so the attack starts after it."""
        return self.confirm(upload_id)

    def bent(self, started: Started) -> Iterator[tuple[str, dict[str, str], bytes]]:
        yield "longer", started.headers, b"\xec" * (SIZE + 1)
        yield "shorter", started.headers, b"\xec" * (SIZE - 1)


class BoundPartsClient(PartsClient):
    """The same with URLs that also bind the sha256, so only the honest bytes ever get in."""

    replays = Replays(frozenset((400, 404)), frozenset((400, 404)))

    def bound(self) -> dict[str, str]:
        return {"part_checksum_algorithm": "sha256"}

    def parts_of(self, number: int, started: dict[str, Any]) -> list[dict[str, Any]]:
        requested = {"parts": [{"part_number": 1, "checksum_base64": sha256_of(body_of(number))}]}
        answer = self.http.request("POST", f"{self.url}/v1/uploads/{started['upload_id']}/urls", json=requested)
        return list(answer.json()["transfer"]["parts"])

    def first_confirm(self, upload_id: str) -> bytes | None:
        """The attack starts before it."""
        return None

    def bent(self, started: Started) -> Iterator[tuple[str, dict[str, str], bytes]]:
        yield from super().bent(started)
        body = b"\xec" * SIZE
        yield "other digest", {**started.headers, "x-amz-checksum-sha256": sha256_of(body)}, body


def body_of(number: int) -> bytes:
    """Return the honest bytes of a round."""
    return hashlib.shake_128(str(number).encode()).digest(SIZE)


def sha256_of(body: bytes) -> str:
    return base64.b64encode(hashlib.sha256(body).digest()).decode()


class SlowPut:
    """A PUT that pauses in the middle of its body until it is told to continue."""

    def __init__(self, url: str, headers: dict[str, str], body: bytes) -> None:
        parts = urlsplit(url)
        self._rest = body[len(body) // 2 :]
        self._socket = socket.create_connection((parts.hostname, parts.port), timeout=20)
        lines = [f"PUT {parts.path}?{parts.query} HTTP/1.1", f"host: {parts.netloc}", f"content-length: {len(body)}"]
        head = "\r\n".join([*lines, *(f"{name}: {value}" for name, value in headers.items()), "", ""])
        self._socket.sendall(head.encode() + body[: len(body) // 2])

    def finish(self) -> int:
        """Return the store's status; 0 if it has closed the connection."""
        try:
            self._socket.sendall(self._rest)
            answer = self._socket.recv(200)
        except OSError:
            answer = b""
        self._socket.close()
        return int(answer.split(b" ")[1]) if answer.startswith(b"HTTP/") else 0


@dataclass
class Siege:
    """All rounds against one service."""

    client: V1Client
    settings: Settings
    # Key ids of removed accounts, or of accounts that no policy names any more.
    old_key_ids: tuple[str, ...] = ()
    # How many rounds share all forgeries.
    share: int = 36
    is_versitygw: bool = False

    def __post_init__(self) -> None:
        self._root = s3_client(self.settings, read_timeout=20)
        self._origin = self.settings.public_endpoint
        # A part in flight opens a finished upload anew on VersityGW, which then takes parts, until the sweeper ends it.
        # They touch no file. Bound parts are refused there too.
        reopened = self.is_versitygw and type(self.client) is PartsClient
        self._by_store = (BUSY if self.is_versitygw else frozenset()) | (frozenset((200,)) if reopened else frozenset())

    @property
    def tally(self) -> Tally:
        return self.client.tally

    def run(self, rounds: int) -> None:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(self.attack, range(rounds)))

    def attack(self, number: int) -> None:
        """Run one round."""
        client, body = self.client, body_of(number)
        started = client.begin(number)
        upload_id, replays = started.upload_id, client.replays
        sent = client.send(started, body)
        assert sent == 200, sent
        slow = SlowPut(started.url, started.headers, b"\xed" * SIZE)
        agreed = client.first_confirm(upload_id)
        right = {"now": replays.sealed}
        with self._replaying(started, right):
            with ThreadPoolExecutor(CONFIRMS) as confirms:
                answers = set(confirms.map(lambda _: client.confirm(upload_id), range(CONFIRMS)))
            if len(answers | {agreed or min(answers)}) != 1 or b'"file_id"' not in min(answers):
                self.tally.disagreeing.append(f"round {number}: {answers} {agreed!r}")
            file = client.file(upload_id)
            self._check(upload_id, body, f"round {number}, under attack")
            self._bend(started)
            self._forge(number, started, file["object_key"])
            self.tally.saw("slow", slow.finish(), right["now"] | self._by_store | {0})
            self._check(upload_id, body, f"round {number}, after the slow PUT")
            self._compare(upload_id, file, number)
            right["now"] |= replays.deleted
            assert client.delete(upload_id) == 204
            client.http.request("PUT", started.url, body=body, headers=started.headers)
        assert client.delete(upload_id) == 204

    @contextmanager
    def _replaying(self, started: Started, right: dict[str, frozenset[int]]) -> Iterator[None]:
        """Run two loops that send other bytes of the same length to the URL."""
        stop = threading.Event()

        def loop(mark: int) -> None:
            body = bytes([mark]) * SIZE
            for sent in count():
                if stop.wait(BREATH_S) and sent >= HOSTILE:
                    return
                before = right["now"]
                status = self.client.http.request("PUT", started.url, body=body, headers=started.headers).status
                self.tally.saw("replay", status, before | right["now"] | self._by_store)

        threads = [threading.Thread(target=loop, args=(mark,)) for mark in (0xEE, 0xEF)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            for thread in threads:
                thread.join()

    def _bend(self, started: Started) -> None:
        http = self.client.http
        for what, headers, body in self.client.bent(started):
            status = http.request("PUT", started.url, body=body, headers=headers).status
            self.tally.saw(what, status, frozenset((403,)))
        for name in started.headers:
            less = {other: value for other, value in started.headers.items() if other != name}
            if name != "content-type" or not isinstance(self.client, SeedClient):
                status = http.request("PUT", started.url, body=b"\xec" * SIZE, headers=less).status
                self.tally.saw(f"without {name}", status, NOT_SIGNED)
        copied = {**started.headers, "x-amz-copy-source": f"/{self.settings.minio_bucket}/uploads/local/x.mp3"}
        # The signed length, because the store refuses any other before it reads the copy source.
        status = http.request("PUT", started.url, body=b"\xec" * SIZE, headers=copied).status
        self.tally.saw("copy", status, NOT_SIGNED)

    def _forge(self, number: int, started: Started, object_key: str) -> None:
        url = self.client.download_url(started.upload_id)
        key_ids = [key_id_of(started.url), key_id_of(url), *self.old_key_ids]
        part = re.findall(r"uploadId=([^&]+)", started.url)
        every = list(forgeries(key_ids, self.settings.minio_bucket, object_key, version_of(url), (part or ["none"])[0]))
        for forgery in every[number % self.share :: self.share]:
            status = forgery.send(self.client.http, self._origin, b"\xeb" * SIZE)
            right = frozenset((403,)) if forgery.says == UNSIGNED_TRAILER else NOT_SIGNED
            self.tally.saw("forged", status, right, forgery)

    def _check(self, upload_id: str, body: bytes, when: str) -> None:
        """Download the file three times, each by a URL for exactly this version."""
        url = self.client.download_url(upload_id)
        for _ in range(3):
            fetched = self.client.http.request("GET", url)
            if fetched.data != body:
                self.tally.changed.append(f"{when}: {fetched.status}, {fetched.data[:40]!r}")
        if version_of(url) in (None, "null"):
            self.tally.loose.append(f"{when}: {urlsplit(url).path} names no version")
            return
        without = re.sub(r"versionId=[^&]*&", "", url)
        self.tally.saw("without version", self.client.http.request("GET", without).status, frozenset((403,)))

    def _compare(self, upload_id: str, before: dict[str, Any], number: int) -> None:
        """Check that the record is unchanged, and that the store has only the version it names."""
        after, key = self.client.file(upload_id), before["object_key"]
        if before != after:
            self.tally.changed.append(f"round {number}, the record: {before} {after}")
        listing = self._root.list_object_versions(Bucket=self.settings.minio_bucket, Prefix=key)
        ids = [row["VersionId"] for row in [*listing.get("Versions", []), *listing.get("DeleteMarkers", [])]]
        named = version_of(self.client.download_url(upload_id))
        if len(ids) != 1 or (named and ids != [named]):
            self.tally.versions.append(f"round {number}: {key} has {ids}, downloads name {named}")
