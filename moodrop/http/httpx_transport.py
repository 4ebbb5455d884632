"""Requests that have to go another way: by a transport that was given, or the proxies of the environment."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

import httpx

from moodrop.errors import NoAnswer
from moodrop.http.bounded_reads import PATIENCES, beginning, joined
from moodrop.http.cancellation import Stop
from moodrop.http.transport import Answer, Broken, Endless, RequestBody, reason_of

# No proxy knows this machine by these names: to it, they are its own.
DIRECTLY: dict[str, httpx.BaseTransport | None] = dict.fromkeys(
    ("all://127.0.0.1", "all://[::1]", "all://localhost", "all://*.localhost")
)


class _WithoutPermissions(logging.Filter):
    """Cuts the query from presigned URLs: whoever reads it can send the request, and httpx logs every URL."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(_cut(value) for value in record.args)
        return True


def _cut(value: object) -> object:
    return value.copy_with(query=None) if isinstance(value, httpx.URL) and b"X-Amz-" in value.query else value


logging.getLogger("httpx").addFilter(_WithoutPermissions())


class HttpxExchange:
    """The Exchange on httpx. What is under way when its `stop` is set is waited for."""

    def __init__(self, transport: httpx.BaseTransport | None, *, timeout_s: float, connections: int) -> None:
        """Raise NoAnswer where the environment names a proxy that httpx cannot use."""
        self._timeout_s = timeout_s
        try:
            self._http = httpx.Client(
                transport=transport,
                mounts=None if transport else DIRECTLY,
                # No wait for a free connection has an end: many parts queue for few of them.
                timeout=httpx.Timeout(timeout_s, pool=None),
                limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
            )
        except (ImportError, ValueError, httpx.InvalidURL) as error:  # SOCKS without socksio; a scheme that is none
            raise NoAnswer(
                f"the proxy of the environment cannot be used: {error}",
                hint="Correct HTTP_PROXY, HTTPS_PROXY and ALL_PROXY, or name this host in NO_PROXY.",
                retryable=False,
            ) from error

    def call(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, stop: Stop) -> Answer:
        with _translated(), self._http.stream(method, url, headers=headers, content=body) as answer:
            return _answer(answer, joined(self._in_time(answer.iter_bytes())))

    def put(
        self,
        url: str,
        headers: Mapping[str, str],
        body: RequestBody,
        stop: Stop,
        sent: Callable[[int], None],
    ) -> Answer:
        with _translated():
            content = _told(body.chunks(), sent)
            with self._http.stream("PUT", url, headers=headers, content=content) as answer:
                return _answer(answer, beginning(self._in_time(answer.iter_bytes())))

    @contextmanager
    def get(self, url: str, headers: Mapping[str, str], stop: Stop) -> Iterator[tuple[Answer, Iterator[bytes]]]:
        with _translated(), self._http.stream("GET", url, headers=headers) as answer:
            refusal = b"" if answer.is_success else beginning(self._in_time(answer.iter_bytes()))
            yield _answer(answer, refusal), answer.iter_raw()

    def close(self) -> None:
        self._http.close()

    def _in_time(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        deadline = time.monotonic() + PATIENCES * self._timeout_s
        for chunk in chunks:
            if time.monotonic() > deadline:
                raise Endless("the answer comes, and does not end")
            yield chunk


def _answer(answer: httpx.Response, body: bytes) -> Answer:
    return Answer(answer.status_code, body, answer.headers.get("Retry-After"), answer.headers.get("Location"))


def _told(chunks: Iterable[bytes], sent: Callable[[int], None]) -> Iterator[bytes]:
    for chunk in chunks:
        yield chunk
        sent(len(chunk))


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        raise Broken(reason_of(error)) from error
