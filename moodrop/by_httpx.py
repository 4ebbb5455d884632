"""Requests that have to go another way: by a transport that was given, or the proxies of the environment."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

import httpx

from moodrop.exchange import Answer, Broken
from moodrop.retries import Stop
from moodrop.sources import FilePiece


class HttpxExchange:
    """The Exchange on httpx. What is under way when its `stop` is set is waited for."""

    def __init__(self, transport: httpx.BaseTransport | None, *, timeout_s: float, connections: int) -> None:
        self._http = httpx.Client(
            transport=transport,
            # No wait for a free connection has an end: many parts queue for few of them.
            timeout=httpx.Timeout(timeout_s, pool=None),
            limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
        )

    def call(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, stop: Stop) -> Answer:
        with _translated():
            return _answer(self._http.request(method, url, headers=headers, content=body))

    def put(
        self,
        url: str,
        headers: Mapping[str, str],
        piece: FilePiece,
        stop: Stop,
        sent: Callable[[int], None],
    ) -> Answer:
        with _translated():
            return _answer(self._http.put(url, headers=headers, content=_told(piece.chunks(), sent)))

    @contextmanager
    def get(self, url: str, headers: Mapping[str, str], stop: Stop) -> Iterator[tuple[Answer, Iterator[bytes]]]:
        with _translated(), self._http.stream("GET", url, headers=headers) as answer:
            yield _answer(answer, whole=not answer.is_success), answer.iter_raw()

    def close(self) -> None:
        self._http.close()


def _answer(answer: httpx.Response, *, whole: bool = True) -> Answer:
    return Answer(answer.status_code, answer.read() if whole else b"", answer.headers.get("Retry-After"))


def _told(chunks: Iterable[bytes], sent: Callable[[int], None]) -> Iterator[bytes]:
    for chunk in chunks:
        yield chunk
        sent(len(chunk))


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Broken(str(error) or type(error).__name__) from error
