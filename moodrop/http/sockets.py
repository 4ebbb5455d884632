"""Requests over the standard library's sockets: the kernel sends files, and whoever stops is heard at once.

httpx's own transport copies what it sends through Python, and lets no other thread end what is under way.
"""

import http.client
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from urllib.parse import SplitResult, urlsplit

from moodrop.http.bounded_reads import BoundedResponse, beginning, joined
from moodrop.http.cancellation import Stop
from moodrop.http.pool import Address, Connection, Connections
from moodrop.http.transport import Answer, Broken, RequestBody, reason_of

READ_BYTES = 256 * 1024
PORTS = {"http": 80, "https": 443}


class SocketExchange:
    """The Exchange that every client has, unless its requests have to go another way."""

    def __init__(self, *, timeout_s: float, connections: int) -> None:
        self._connections = Connections(connections, timeout_s=timeout_s, new_context=_new_context)

    def call(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, stop: Stop) -> Answer:
        length = {} if body is None else {"Content-Length": str(len(body))}
        with self._asked(
            method, url, {**headers, **length}, stop, lambda line: line.sock.sendall(body or b"")
        ) as answer:
            body = joined(_chunks(answer))
            if answer.length == 0:
                answer.read()  # until Python 3.11.8, read1 leaves the answer open at its end
            return _told(answer, body)

    def put(
        self, url: str, headers: Mapping[str, str], body: RequestBody, stop: Stop, sent: Callable[[int], None]
    ) -> Answer:
        with self._asked("PUT", url, headers, stop, lambda line: body.send_to(line.sock, sent)) as answer:
            return _told(answer, _refusal(answer))

    @contextmanager
    def get(self, url: str, headers: Mapping[str, str], stop: Stop) -> Iterator[tuple[Answer, Iterator[bytes]]]:
        with self._asked("GET", url, headers, stop, lambda line: None) as answer:
            if answer.status >= 300:
                yield _told(answer, _refusal(answer)), iter(())
                return
            answer.lift_deadline()
            yield _told(answer, b""), _chunks(answer)

    def close(self) -> None:
        self._connections.close()

    @contextmanager
    def _asked(
        self, method: str, url: str, headers: Mapping[str, str], stop: Stop, send_body: Callable[[Connection], None]
    ) -> Iterator[BoundedResponse]:
        """The answer; its connection is kept where all of it has been read."""
        parts = urlsplit(url)
        named = {"Host": parts.netloc.rpartition("@")[2], **headers}
        answer = None
        with _translated():
            connection = self._connections.take(_address(parts), stop)
            try:
                answer = connection.ask(method, parts, named.items(), lambda: send_body(connection))
                yield answer
            finally:
                is_over = answer is not None and answer.isclosed() and not answer.will_close
                self._connections.give_back(connection, stop, reusable=is_over)


def _told(answer: BoundedResponse, body: bytes) -> Answer:
    return Answer(answer.status, body, answer.getheader("Retry-After"), answer.getheader("Location"))


def _refusal(answer: BoundedResponse) -> bytes:
    body = beginning(_chunks(answer))
    if answer.length == 0:
        answer.read()
    return body


def _chunks(answer: BoundedResponse) -> Iterator[bytes]:
    while chunk := answer.read1(READ_BYTES):
        yield chunk
    if answer.length:
        raise http.client.IncompleteRead(b"", answer.length)


def _address(url: SplitResult) -> Address:
    with suppress(ValueError):  # of the port
        if url.scheme in PORTS and url.hostname:
            return url.scheme, url.hostname, url.port or PORTS[url.scheme]
    raise Broken(f"{url.geturl()!r:.80} is no address of http or https")


def _new_context() -> ssl.SSLContext:
    import httpx  # late: most of the time that a command takes to start

    return httpx.create_ssl_context()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise Broken("nothing has come for too long") from error
    except (OSError, OverflowError, UnicodeError, http.client.HTTPException) as error:
        raise Broken(reason_of(error)) from error
