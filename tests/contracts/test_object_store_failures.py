"""Forbidden, silent, broken and gone: four ways in which a store fails, and none may look like 'absent'."""

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

from dev.ports import free_port
from service.settings import Settings
from service.shared.errors import MoodropError, NotReady
from service.store.errors import StoreDenied, StoreUnavailable
from service.store.model import StoredPart
from service.store.s3.store import READ_TIMEOUT_S, S3ObjectStore
from tests.builders import KEYRING, SONG, send_http
from tests.conftest import Store
from tests.integration.slow_puts import half_a_put

KEY = "uploads/alice/1"
MULTIPART = "ZGUxNzYzOTAtZmM5My00ZGQ5LThmOTAtNjQyNmY4MGVkYTg4"
PART = StoredPart(1, len(SONG), "0" * 32)
CALLS: dict[str, Callable[[S3ObjectStore, str], object]] = {
    "prepare": lambda store, bucket: store.prepare((bucket,)),
    "ping": lambda store, bucket: store.ping(bucket),
    "head": lambda store, bucket: store.head(bucket, KEY),
    "head version": lambda store, bucket: store.head(bucket, KEY, "5c1d3c2e-7f0b-4b7e-9a43-0d1f2e3c4b5a"),
    "arrived": lambda store, bucket: store.arrived(bucket, KEY),
    "copy": lambda store, bucket: store.copy(bucket, KEY, f"{KEY}.2", if_match="0" * 32, content_type="audio/mpeg"),
    "delete version": lambda store, bucket: store.delete_version(bucket, KEY, None),
    "purge": lambda store, bucket: store.purge(bucket, KEY),
    "create multipart": lambda store, bucket: store.create_multipart(
        bucket, KEY, content_type="audio/mpeg", part_checksum_algorithm=None
    ),
    "list parts": lambda store, bucket: store.list_parts(bucket, KEY, MULTIPART),
    "complete multipart": lambda store, bucket: store.complete_multipart(bucket, KEY, MULTIPART, [PART]),
    "abort multipart": lambda store, bucket: store.abort_multipart(bucket, KEY, MULTIPART),
    "abort multiparts": lambda store, bucket: store.abort_multiparts(bucket, KEY),
    "iterate objects": lambda store, bucket: list(store.iter_objects(bucket)),
}
# A copy of 5 GiB may take long, so its time-out is a minute; a HEAD always comes first and finds the silence. So may
# the end of a multipart upload, where the look at its parts comes first.
QUICK_CALLS = [name for name in CALLS if name not in ("copy", "complete multipart")]


def store_at(endpoint: str, **values: str) -> S3ObjectStore:
    return S3ObjectStore(Settings(auth_mode="open", minio_endpoint=endpoint, **values), KEYRING)


def failure(call: str, store: S3ObjectStore, bucket: str = "mybucket") -> tuple[type[Exception] | None, float]:
    """Return the class of the error that the call raised, and after how many seconds."""
    begun = monotonic()
    try:
        CALLS[call](store, bucket)
    except MoodropError as error:
        return type(error), monotonic() - begun
    return None, monotonic() - begun


def failures(calls: Iterable[str], endpoint: str) -> list[tuple[type[Exception] | None, float]]:
    """Return the same for several parallel calls, each from its own service."""
    stores = [(call, store_at(endpoint)) for call in calls]
    with ThreadPoolExecutor(len(stores)) as pool:
        return list(pool.map(lambda pair: failure(*pair), stores))


class BrokenStore(BaseHTTPRequestHandler):
    """Answers everything with the same status and body."""

    protocol_version = "HTTP/1.1"
    status: ClassVar[int] = 503
    body: ClassVar[bytes] = b""

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = do_OPTIONS = _answer  # noqa: N815 - http.server's names

    def log_message(self, *args: object) -> None:
        """Log nothing."""


class Server(ThreadingHTTPServer):
    """Handles all calls of a test at once; with the default backlog of five, some would time out."""

    daemon_threads = True
    request_queue_size = 64


@pytest.fixture
def answering() -> Iterator[Callable[..., str]]:
    """Run a store that gives the same answer to everything, or uses a handler; return its address."""
    servers: list[ThreadingHTTPServer] = []

    def start(status: int = 503, body: bytes = b"", handler: type[BrokenStore] | None = None) -> str:
        handler = handler or type("Handler", (BrokenStore,), {"status": status, "body": body})
        server = Server(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_broken_store_is_unavailable(answering: Callable[..., str], status: int) -> None:
    """The store behind a load balancer may be back in a second."""
    outcomes = failures(CALLS, answering(status))

    assert {raised for raised, _ in outcomes} == {StoreUnavailable}
    assert max(seconds for _, seconds in outcomes) < 8


def test_a_forbidden_call_is_denied(answering: Callable[..., str]) -> None:
    """Retrying will not help; the operator must act."""
    outcomes = failures(CALLS, answering(403))

    assert {raised for raised, _ in outcomes} == {StoreDenied}


def error_body(code: str) -> bytes:
    """Return an error as AWS sends it after a 200: white space first, which keeps the connection alive."""
    xml = f'<?xml version="1.0" encoding="UTF-8"?>\n    \n<Error><Code>{code}</Code><Message>No.</Message></Error>'
    return xml.encode()


@pytest.mark.parametrize("body", [error_body("InternalError"), error_body("SlowDown"), b"", b"<Complete"])
def test_a_completion_that_fails_after_its_200_is_no_success(answering: Callable[..., str], body: bytes) -> None:
    """Nobody knows whether the object was made; a HEAD will tell."""
    store = store_at(answering(200, body))

    with pytest.raises(StoreUnavailable):
        store.complete_multipart("mybucket", KEY, MULTIPART, [PART])


@pytest.mark.parametrize("code", ["InvalidPart", "NoSuchUpload", "PreconditionFailed", "EntityTooSmall"])
def test_a_completion_that_is_refused_after_its_200_is_refused(answering: Callable[..., str], code: str) -> None:
    """As if it had been refused with its status."""
    store = store_at(answering(200, error_body(code)))

    assert not store.complete_multipart("mybucket", KEY, MULTIPART, [PART])


def test_multiparts_that_stay_after_their_abort_are_told(answering: Callable[..., str]) -> None:
    """Trying for ever would block the sweeper."""
    listed = f"<Upload><Key>{KEY}</Key><UploadId>{MULTIPART}</UploadId></Upload>"
    xml = f"<ListMultipartUploadsResult>{listed}</ListMultipartUploadsResult>"
    store = store_at(answering(200, xml.encode()))

    with pytest.raises(StoreUnavailable, match="kept"):
        store.abort_multiparts("mybucket", KEY)


class Hesitant(BrokenStore):
    """Answers the first HEAD with 503 or not at all, and every later one with an object."""

    first: ClassVar[int] = 503
    asked: ClassVar[int] = 0

    def do_HEAD(self) -> None:
        type(self).asked += 1
        if self.asked == 1 and not self.first:
            self.close_connection = True
            return
        self.send_response(self.first if self.asked == 1 else 200)
        self.send_header("Content-Length", "3")
        self.send_header("ETag", '"e"')
        self.send_header("Last-Modified", "Sat, 21 Nov 2026 12:00:00 GMT")
        self.end_headers()


@pytest.mark.parametrize("first", [500, 503, 0])
def test_a_head_that_fails_once_is_tried_again(answering: Callable[..., str], first: int) -> None:
    """One dropped connection or one restarting server must not fail a confirm."""
    handler = type("Handler", (Hesitant,), {"first": first})

    stored = store_at(answering(handler=handler)).head("mybucket", KEY)

    assert stored is not None
    assert (stored.size_bytes, stored.etag) == (3, "e")
    assert handler.asked == 2  # type: ignore[attr-defined]


class Locked(Hesitant):
    """Blocks HEAD for some keys, as MinIO does during a PUT to them, but lists the stored objects."""

    there: ClassVar[tuple[str, ...]] = ()
    standing: ClassVar[tuple[str, ...]] = ()
    let_go: ClassVar[threading.Event]

    def do_HEAD(self) -> None:
        type(self).asked += 1
        key = self.path.partition("/mybucket/")[2]
        if key in self.standing:
            self.let_go.wait(30)
        if key in self.there:
            super().do_HEAD()
        else:
            self.send_error(404)

    def do_GET(self) -> None:
        asked = parse_qs(urlsplit(self.path).query)["prefix"][0]
        contents = "".join(f"<Contents><Key>{key}</Key></Contents>" for key in self.there if key.startswith(asked))
        body = f"<ListBucketResult>{contents}</ListBucketResult>".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def test_bytes_that_are_under_way_are_not_waited_for(answering: Callable[..., str]) -> None:
    """For a while, the store is not even asked in a way that could block for files beside them."""
    known = {"there": ("uploads/a/whole",), "standing": ("uploads/a/1", "uploads/a/2"), "let_go": threading.Event()}
    handler: Any = type("Handler", (Locked,), {**known, "first": 200})
    store = store_at(answering(handler=handler))
    begun = monotonic()

    assert [store.arrived("mybucket", f"uploads/a/{name}") for name in (1, 2, 1, 2, 1, 2)] == [None] * 6
    assert handler.asked == 1
    assert store.arrived("mybucket", "uploads/a/whole") is not None
    assert monotonic() - begun < READ_TIMEOUT_S
    handler.let_go.set()


def test_an_object_of_a_slow_store_has_arrived_all_the_same(answering: Callable[..., str]) -> None:
    """If the object is listed, a slow HEAD is no lock, so it is awaited."""
    known = {"there": ("uploads/a/1",), "standing": ("uploads/a/1",), "let_go": threading.Event()}
    handler: Any = type("Handler", (Locked,), {**known, "first": 200})
    threading.Timer(1.0, handler.let_go.set).start()

    assert store_at(answering(handler=handler)).arrived("mybucket", "uploads/a/1") is not None
    assert handler.asked > 1


def _wait_until_locked(store: S3ObjectStore, bucket: str) -> None:
    """Return when MinIO has read the headers of the PUT: a HEAD of the key waits from then on."""
    until = monotonic() + 30
    while True:
        assert monotonic() < until
        try:
            store.head(bucket, KEY)
        except StoreUnavailable:
            return


@pytest.mark.real
def test_minio_lets_no_confirm_wait_for_a_put(settings: Settings) -> None:
    """It answers a listing while the key is locked, and shows the object once it is complete."""
    store, bucket, headers = S3ObjectStore(settings, KEYRING), settings.minio_bucket, {"if-none-match": "*"}
    store.prepare((bucket,))
    put = store.presign_put(bucket, KEY, headers=headers, at=datetime.now(UTC), expires_in=60)
    with closing(
        half_a_put({"url": put.url, "headers": {**headers, "content-length": str(len(SONG))}}, SONG[:5])
    ) as sock:
        _wait_until_locked(store, bucket)
        begun = monotonic()
        assert [store.arrived(bucket, KEY) for _ in range(5)] == [None] * 5
        assert monotonic() - begun < READ_TIMEOUT_S
        sock.sendall(SONG[5:])
        assert b" 200 " in sock.recv(1000)
        assert store.arrived(bucket, KEY) is not None


def test_a_store_that_is_down_is_unavailable() -> None:
    """Quickly, in every call."""
    outcomes = failures(CALLS, f"http://127.0.0.1:{free_port()}")

    assert {raised for raised, _ in outcomes} == {StoreUnavailable}
    assert max(seconds for _, seconds in outcomes) < 4


def test_a_silent_store_is_unavailable_within_eight_seconds() -> None:
    """It accepts the connection and never answers, where defaults would wait for minutes."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(64)
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        outcomes = failures(QUICK_CALLS, endpoint)

    assert {raised for raised, _ in outcomes} == {StoreUnavailable}
    assert max(seconds for _, seconds in outcomes) < 8


def test_nothing_is_signed_before_the_store_is_prepared() -> None:
    """Until then there are no credentials that may leave the service."""
    store = store_at("http://127.0.0.1:1")
    now = datetime.now(UTC)

    with pytest.raises(NotReady):
        store.presign_put("mybucket", KEY, headers={}, at=now, expires_in=60)
    with pytest.raises(NotReady):
        store.presign_get("mybucket", KEY, params={}, at=now, expires_in=60)
    with pytest.raises(NotReady):
        store.presign_part("mybucket", KEY, MULTIPART, 1, headers={}, at=now, expires_in=60)
    with pytest.raises(NotReady):
        store.presign_post("mybucket", KEY, fields={}, min_size_bytes=0, max_size_bytes=1, at=now, expires_in=60)
    with pytest.raises(NotReady):
        store.check("mybucket")


@pytest.mark.real
@pytest.mark.parametrize("call", [name for name in CALLS if name != "prepare"])
def test_wrong_credentials_are_denied_by_the_real_store(minio: Store, call: str) -> None:
    """A wrong secret must not look like an empty store."""
    store = store_at(minio.endpoint, minio_access_key=minio.access_key, minio_secret_key="wrong-secret")

    assert failure(call, store)[0] is StoreDenied


@pytest.mark.real
def test_a_credential_that_may_not_look_is_denied(minio: Store, settings: Settings) -> None:
    """The upload credential cannot see objects, which does not mean that they are absent."""
    full = S3ObjectStore(settings, KEYRING)
    full.prepare((settings.minio_bucket,))
    put = full.presign_put(settings.minio_bucket, KEY, headers={}, at=datetime.now(UTC), expires_in=60)
    assert send_http(put, SONG).status == 200
    pair = full._signing  # noqa: SLF001 - the one way to get at a credential that may do little
    assert pair is not None
    poor = store_at(minio.endpoint, minio_access_key=pair.upload.access_key, minio_secret_key=pair.upload.secret_key)

    for call in (
        "head",
        "arrived",
        "purge",
        "delete version",
        "ping",
        "abort multipart",
        "list parts",
        "iterate objects",
    ):
        assert failure(call, poor, settings.minio_bucket)[0] is StoreDenied
