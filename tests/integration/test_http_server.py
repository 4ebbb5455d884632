"""The server below the app: where requests end, what is refused before the app sees it, and how it stops."""

import json
import os
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

import pytest
import urllib3
from pydantic import SecretStr

from dev.servers import MongodServer
from service.server.limits import MAX_BUFFERED_BYTES, TIME_TO_ASK_S
from service.settings import Settings
from tests.conftest import ROOT, SERVERS, Service, Store, environment_of, services, settings_for
from tests.helpers.tokens import SECRET, bearer, token

pytestmark = pytest.mark.real

NEW = json.dumps({"filename": "a.mp3", "content_type": "audio/mpeg", "size_bytes": 5}).encode()


@pytest.fixture(scope="module")
def started(
    minio: Store, mongod: MongodServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Service]]:
    """Return a server with bearer tokens, shared by all tests that do not stop it."""
    settings = settings_for(minio, mongod, auth_mode="jwt", jwt_secret=SECRET)
    with ExitStack() as running:

        @cache
        def start(server: str) -> Service:
            folder = tmp_path_factory.mktemp(server)
            return running.enter_context(services(folder, server))(settings)

        yield start


@pytest.fixture
def service(started: Callable[[str], Service]) -> Service:
    """gunicorn, for what its worker alone does: docs/deploy.md says where granian is weaker."""
    return started("gunicorn")


@pytest.fixture(params=SERVERS)
def either(started: Callable[[str], Service], request: pytest.FixtureRequest) -> Service:
    """gunicorn, and then granian."""
    return started(request.param)


def connected(service: Service) -> socket.socket:
    parts = urlsplit(service.url)
    return socket.create_connection((parts.hostname, parts.port), timeout=20)


def read_answer(sock: socket.socket, *, has_body: bool = True) -> tuple[int, dict[str, str], bytes]:
    """Read one answer with a Content-Length; later bytes stay in the socket."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        piece = sock.recv(1)
        assert piece, f"the connection ended after {head!r}"
        head += piece
    first, *lines = head.decode().rstrip().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    body = b""
    while has_body and len(body) < int(headers.get("content-length", 0)):
        body += sock.recv(int(headers["content-length"]) - len(body))
    return int(first.split()[1]), headers, body


def is_over(sock: socket.socket) -> bool:
    """Return whether the server closes the connection without another byte."""
    with suppress(ConnectionResetError):
        return sock.recv(1) == b""
    return True


def post(more: str, body: bytes, path: str = "/v1/uploads") -> bytes:
    known = f"Host: x\r\nAuthorization: Bearer {token()}\r\nContent-Type: application/json\r\n"
    return f"POST {path} HTTP/1.1\r\n{known}{more}\r\n\r\n".encode() + body


GET = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
SIZED = post(f"Content-Length: {len(NEW)}", NEW)
CHUNKED = post("Transfer-Encoding: chunked", b"%x\r\n%b\r\n0\r\nA: b\r\n\r\n" % (len(NEW), NEW))


@pytest.mark.parametrize("pause", [False, True], ids=["at once", "byte by byte"])
def test_requests_behind_each_other_are_answered_in_their_order(either: Service, pause: bool) -> None:
    """On one connection, however the bytes are divided: with a length, in chunks with trailers, without a body."""
    sent = SIZED + CHUNKED + GET + CHUNKED + SIZED
    if either.server == "granian":  # where chunks end the connection
        sent = SIZED + SIZED + GET + SIZED + CHUNKED
    with connected(either) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for at in range(0, len(sent), 1 if pause else len(sent)):
            sock.sendall(sent[at : at + 1] if pause else sent)
        answers = [read_answer(sock) for _ in range(5)]

    assert [status for status, _, _ in answers] == [201, 201, 200, 201, 201]
    assert json.loads(answers[2][2]) == {"status": "ok"}


def test_a_body_nobody_asked_for_is_not_the_next_request(either: Service) -> None:
    """If a view ignores the body, its bytes are not parsed as the next request."""
    hidden = b"GET /v1/moods HTTP/1.1\r\nHost: x\r\n\r\n"
    for framing, body in (
        (f"Content-Length: {len(hidden)}", hidden),
        ("Transfer-Encoding: chunked", b"%x\r\n%b\r\n0\r\n\r\n" % (len(hidden), hidden)),
    ):
        with connected(either) as sock:
            sock.sendall(f"GET /healthz HTTP/1.1\r\nHost: x\r\n{framing}\r\n\r\n".encode() + body + GET)
            # With granian chunks end the connection.
            count = 1 if either.server == "granian" and "chunked" in framing else 2
            answers = [read_answer(sock) for _ in range(count)]
            sock.shutdown(socket.SHUT_WR)

            assert [json.loads(body) for _, _, body in answers] == [{"status": "ok"}] * count
            assert is_over(sock)


@pytest.mark.parametrize(
    "framing",
    [
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 5",
        "Transfer-Encoding: gzip",
        "Transfer-Encoding: chunked, chunked",
        "Content-Length: +5",
        "Content-Length: 5, 5",
        "Content-Length: -1",
        "Transfer-Encoding : chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
    ],
)
def test_a_request_of_two_lengths_is_the_last_of_its_connection(either: Service, framing: str) -> None:
    """The server's parser decides; bytes after a refused request are never read as a request."""
    with connected(either) as sock:
        sock.sendall(post(framing, b"0\r\n\r\n") + GET)
        status, headers, body = read_answer(sock)

        assert status == 400
        assert not body if says_no_more(either, body) else json.loads(body)["code"] == "bad_request"
        assert headers["connection"] == "close"
        assert is_over(sock)


def says_no_more(server: Service, body: bytes) -> bool:
    """Return whether granian's parser refused the request: its answers have a status alone."""
    return server.server == "granian" and not body


def test_nothing_is_smuggled_behind_chunks(either: Service) -> None:
    """A proxy that goes by the length has taken all of this for one request."""
    chunk = b"%x\r\n%b\r\n0\r\n\r\n" % (len(NEW), NEW)
    for framing in (
        "Content-Length: {}\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: {}",
    ):
        with connected(either) as sock:
            sock.sendall(post(framing.format(len(chunk + GET)), chunk + GET))
            status, headers, _ = read_answer(sock)

            assert status == {"gunicorn": 400, "granian": 201}[either.server]
            assert headers["connection"] == "close"
            assert is_over(sock)


def test_the_same_length_twice_is_refused_by_gunicorn_alone(either: Service) -> None:
    """Both are allowed (RFC 9110, 8.6), as long as everybody reads the same length."""
    with connected(either) as sock:
        sock.sendall(post("Content-Length: 5\r\nContent-Length: 5", b"0\r\n\r\n") + GET)
        status, _, body = read_answer(sock)

        expected = {"gunicorn": "bad_request", "granian": "invalid_json"}
        assert (status, json.loads(body)["code"]) == (400, expected[either.server])
        if either.server == "granian":
            assert json.loads(read_answer(sock)[2]) == {"status": "ok"}
        else:
            assert is_over(sock)


@pytest.mark.parametrize(
    "body",
    [b"x\r\n", b"5\r\nabcdeXX", b"-1\r\n", b"5 5\r\n", b"0x5\r\nabcde\r\n0\r\n\r\n", b"\r\n", b"5\nabcde\n0\n\n\r\n"],
)
def test_a_malformed_chunk_is_the_last_of_its_connection(either: Service, body: bytes) -> None:
    """400 at once, no error in the app, and nothing after it. With granian the app gets what came before the chunk."""
    with connected(either) as sock:
        sock.sendall(post("Transfer-Encoding: chunked", body) + b"0\r\n\r\n" + GET)
        status, _, text = read_answer(sock)

        code = "invalid_json" if either.server == "granian" and body.startswith(b"5\r\n") else "bad_request"
        assert (status, json.loads(text)["code"]) == (400, code)
        assert is_over(sock)


def test_a_body_that_breaks_off_is_not_taken_for_an_empty_one(either: Service) -> None:
    """An empty body means {}, and asks for something: here to confirm."""
    for framing in (f"Content-Length: {len(NEW)}", "Transfer-Encoding: chunked"):
        with connected(either) as sock:
            sock.sendall(post(framing, b"", "/v1/uploads/confirm"))
            sock.shutdown(socket.SHUT_WR)
            with suppress(ConnectionError, AssertionError):
                assert read_answer(sock)[0] == 400


def test_a_body_that_is_too_large_is_refused_before_it_is_read(either: Service) -> None:
    """By its declared length, or once too much has come; batch calls accept eight times as much."""
    mebibyte = 1024 * 1024
    for path, length, expected in (
        ("/v1/uploads", mebibyte + 1, 413),
        ("/v1/uploads/batch", 8 * mebibyte + 1, 413),
        ("/nope", 10**12, 413),
        # granian's parser refuses a length that no machine can count to.
        ("/healthz", 10**30, 413 if either.server == "gunicorn" else 400),
    ):
        with connected(either) as sock:
            sock.sendall(post(f"Content-Length: {length}\r\nExpect: 100-continue", b"", path))
            status, _, body = read_answer(sock)
            assert status == expected
            assert not body if expected == 400 else json.loads(body)["code"] == "body_too_large"
            assert is_over(sock)
    with connected(either) as sock, suppress(ConnectionError):
        sock.sendall(post("Transfer-Encoding: chunked", b""))
        for _ in range(64):
            sock.sendall(b"8000\r\n" + b" " * 0x8000 + b"\r\n")
        status, _, body = read_answer(sock)
        assert (status, json.loads(body)["code"]) == (413, "body_too_large")


def test_a_client_that_waits_for_the_go_ahead_gets_it(either: Service) -> None:
    """100 Continue once, and then the answer."""
    with connected(either) as sock:
        sock.sendall(post(f"Content-Length: {len(NEW)}\r\nExpect: 100-continue", b""))
        assert read_answer(sock)[0] == 100
        sock.sendall(NEW)
        assert read_answer(sock)[0] == 201


def test_a_head_request_has_no_body(either: Service) -> None:
    """The connection stays usable, also after a file."""
    with connected(either) as sock:
        for path in ("/healthz", "/docs/static/js/redoc.standalone.js"):
            sock.sendall(f"HEAD {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode() + GET)
            assert read_answer(sock, has_body=False)[0] == 200
            assert json.loads(read_answer(sock)[2]) == {"status": "ok"}


def test_a_large_file_comes_whole_to_a_slow_reader(either: Service) -> None:
    """In pieces, as fast as it reads; the connection's next request is answered afterwards."""
    with closing(socket.socket()) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.settimeout(20)
        parts = urlsplit(either.url)
        sock.connect((parts.hostname, parts.port))
        sock.sendall(b"GET /docs/static/js/redoc.standalone.js HTTP/1.1\r\nHost: x\r\n\r\n" + GET)
        sleep(0.5)
        status, headers, body = read_answer(sock)
        assert (status, len(body)) == (200, int(headers["content-length"]))
        assert body == urllib3.request("GET", either.url + "/docs/static/js/redoc.standalone.js").data
        assert json.loads(read_answer(sock)[2]) == {"status": "ok"}


def test_a_slow_client_that_keeps_on_is_served(either: Service) -> None:
    """A request that takes two seconds to arrive is treated like any other."""
    with connected(either) as sock:
        for at in range(0, len(SIZED), 40):
            sock.sendall(SIZED[at : at + 40])
            sleep(0.2)
        assert read_answer(sock)[0] == 201


def test_half_a_request_is_told_so_after_its_deadline(service: Service) -> None:
    """408 after ten seconds, even if bytes still drip in; a silent connection is closed without an answer."""
    with connected(service) as half, connected(service) as silent:
        begun = monotonic()
        half.settimeout(0.5)
        half.sendall(b"GET /healthz HTTP/1.1\r\nX: ")
        while monotonic() - begun < 20:
            try:
                half.sendall(b"y")
                first = half.recv(1, socket.MSG_PEEK)
            except TimeoutError:
                continue
            assert first
            break
        half.settimeout(20)
        status, headers, body = read_answer(half)

        assert (status, json.loads(body)["code"]) == (408, "request_too_slow")
        assert headers["connection"] == "close"
        assert is_over(half)
        assert is_over(silent)
        assert 5 < monotonic() - begun < 20


def test_a_header_does_not_move_the_app(either: Service) -> None:
    """gunicorn would trust SCRIPT_NAME and PATH_INFO from local clients as if from a proxy."""
    for name, value in (("SCRIPT_NAME", "/v1"), ("PATH_INFO", "/healthz"), ("script_name", "/v1")):
        answer = urllib3.request("GET", either.url + "/v1/moods", headers={name: value, **bearer()})
        assert answer.status == 200
        assert "moods" in answer.json()


def worker_of(service: Service) -> int:
    master = service.process.pid
    [worker] = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    return int(worker)


def open_files(service: Service) -> int:
    return len(list(Path(f"/proc/{worker_of(service)}/fd").iterdir()))


def test_more_connections_than_there_is_room_for_shut_nobody_out(service: Service) -> None:
    """The connection idle for longest is closed, so new ones are always served and file descriptors last."""
    before = open_files(service)
    with ExitStack() as stack:
        for _ in range(1300):
            stack.enter_context(closing(connected(service)))
        # By connections of their own: one that was kept alive by another test waits for its client, and may have to go.
        for _ in range(5):
            with connected(service) as sock:
                sock.sendall(GET)
                assert read_answer(sock)[0] == 200
        assert open_files(service) - before < 600, "one address holds half of the thousand"
    until = monotonic() + 30
    while open_files(service) > before + 20:
        assert monotonic() < until
        sleep(0.1)


def test_a_whole_request_goes_before_halves_of_others(service: Service) -> None:
    """If the last piece of a body exceeds the memory limit, a stalled body is dropped instead."""
    started = json.dumps({"uploads": [json.loads(NEW)]}).encode()
    body = started + b" " * (76_000 - len(started))
    begun = post(f"Content-Length: {len(body)}", body[:66_000], "/v1/uploads/batch")
    with ExitStack() as stack:
        for _ in range(9):
            sock = stack.enter_context(closing(connected(service)))
            sock.sendall(
                post("Content-Length: 8000000", b"{" + b" " * ((MAX_BUFFERED_BYTES - 70_000) // 9), "/v1/uploads/batch")
            )
        sleep(1)
        sock = stack.enter_context(closing(connected(service)))
        sock.sendall(begun)
        sleep(1)
        sock.sendall(body[66_000:])

        assert read_answer(sock)[0] == 200


def test_requests_that_wait_for_a_thread_shut_nobody_out(service: Service) -> None:
    """If all connections of an address have pending requests, the last one in the queue makes room for a new one."""
    ask = f"GET /v1/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token()}\r\n\r\n".encode()
    with ExitStack() as stack:
        crowd = [stack.enter_context(closing(connected(service))) for _ in range(480)]
        for sock in crowd:
            sock.sendall(ask)
        for _ in range(40):
            crowd.append(stack.enter_context(closing(connected(service))))
            crowd[-1].sendall(ask)
        for _ in range(5):
            with connected(service) as sock:
                sock.sendall(GET)
                assert read_answer(sock)[0] == 200
        assert {read_answer(sock)[0] for sock in crowd} <= {200, 503}


@contextmanager
def standing(service: Service) -> Iterator[None]:
    """Freeze the server: nothing is read until the block ends."""
    worker = worker_of(service)
    os.kill(worker, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(worker, signal.SIGCONT)


def test_requests_that_came_while_the_server_was_busy_are_not_reset(service: Service) -> None:
    """However many they are: each is answered, or told that there is no room."""
    ask = f"GET /v1/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token()}\r\n\r\n".encode()
    with ExitStack() as stack:
        idle, half = (stack.enter_context(closing(connected(service))) for _ in range(2))
        idle.sendall(GET)
        assert read_answer(idle)[0] == 200
        half.sendall(SIZED[:-2])
        crowd = [stack.enter_context(closing(connected(service))) for _ in range(498)]
        sleep(TIME_TO_ASK_S)
        with standing(service):
            for _ in range(60):
                crowd.append(stack.enter_context(closing(connected(service))))
                crowd[-1].sendall(ask)
            # These two have waited longest for their clients, which continue now.
            idle.sendall(GET)
            half.sendall(SIZED[-2:-1])
        assert read_answer(idle)[0] == 200
        assert read_answer(half)[0] == 503
        assert half.recv(1) == b"", "it hangs up only after its client could read why"
        assert {read_answer(sock)[0] for sock in crowd[-60:]} == {200}


def test_a_flood_of_requests_is_answered_or_told_that_there_is_no_room(service: Service) -> None:
    """A connection with an unread request does not count as idle, and none is closed without an answer."""
    ask = f"GET /v1/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token()}\r\n\r\n".encode()
    with ExitStack() as stack:
        with standing(service):
            crowd = [stack.enter_context(closing(connected(service))) for _ in range(700)]
            for sock in crowd:
                sock.sendall(ask)
        assert {read_answer(sock)[0] for sock in crowd} <= {200, 503}


def test_requests_of_those_who_have_gone_take_no_room(either: Service) -> None:
    """Clients that ask and disconnect again and again fill no queue and displace nobody."""
    ask = f"GET /v1/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token()}\r\n\r\n".encode()
    for _ in range(700):
        sock = connected(either)
        sock.sendall(ask)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sock.close()
    for _ in range(5):
        with connected(either) as sock:
            sock.sendall(GET)
            assert read_answer(sock)[0] == 200


@pytest.mark.parametrize(("files", "connections"), [(20_000, 1000), (1024, 384), (300, 22)])
def test_few_open_files_leave_room_for_the_store(files: int, connections: int) -> None:
    """The process's limit bounds its connections at two files each; store and database get the rest."""
    code = "import resource; from service.server.limits import connection_limit;"
    code += f"resource.setrlimit(resource.RLIMIT_NOFILE, (min({files}, 256), {files})); print(connection_limit())"

    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert int(result.stdout) == connections


def test_a_stop_finishes_what_is_under_way(
    minio: Store, mongod: MongodServer, serve_on_either: Callable[..., Service]
) -> None:
    """SIGTERM: half-sent requests may complete and get their last answer; idle connections are closed."""
    service = serve_on_either(settings_for(minio, mongod, auth_mode="jwt", jwt_secret=SECRET))
    with connected(service) as half, connected(service) as idle:
        idle.sendall(GET)
        assert read_answer(idle)[0] == 200
        half.sendall(SIZED[:-10])
        sleep(0.5)
        service.process.send_signal(signal.SIGTERM)
        sleep(0.5)
        half.sendall(SIZED[-10:])
        status, headers, _ = read_answer(half)

        assert (status, headers["connection"]) == (201, "close")
        assert is_over(half)
        assert is_over(idle)
        assert service.process.wait(15) == 0


@pytest.mark.parametrize("bind", ["[::1]:0", "unix:socket"])
def test_it_listens_where_it_is_told_to(settings: Settings, tmp_path: Path, bind: str) -> None:
    """On an IPv6 address, and on a Unix socket for a local proxy."""
    settings = settings.model_copy(update={"auth_mode": "jwt", "jwt_secret": SecretStr(SECRET)})
    address: Any = str(tmp_path / "socket")
    if bind.startswith("["):
        with closing(socket.socket(socket.AF_INET6)) as free:
            free.bind(("::1", 0))
            address = free.getsockname()[:2]
        bind = f"[::1]:{address[1]}"
    else:
        bind = f"unix:{address}"
    command = [sys.executable, "-m", "gunicorn", "-c", "python:service.server.gunicorn_conf", "--bind", bind]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "service.wsgi:app"], cwd=ROOT, env=environment_of(settings), stdout=log, stderr=log
        )
    try:
        with closing(_reached(address)) as sock:
            sock.sendall(GET + GET)
            assert [read_answer(sock)[0] for _ in range(2)] == [200, 200]
    finally:
        process.send_signal(signal.SIGQUIT)
        process.wait(30)


def _reached(address: Any) -> socket.socket:
    until = monotonic() + 60
    while True:
        sock = socket.socket(socket.AF_UNIX if isinstance(address, str) else socket.AF_INET6)
        sock.settimeout(90)  # it listens before its worker is ready
        try:
            sock.connect(address)
        except OSError:
            sock.close()
            assert monotonic() < until
            sleep(0.1)
        else:
            return sock
