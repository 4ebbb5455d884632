"""Presigned requests to the object store. It knows no token: the URL is the permission."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

import httpx

from moodrop.errors import FileChanged, MoodropError, StoreNoAnswer, StoreRefused
from moodrop.retries import Stop
from moodrop.sources import FilePiece
from moodrop.transport import SocketTransport
from moodrop.wire import Signed

OTHER_BYTES = frozenset({"BadDigest", "XAmzContentChecksumMismatch", "XAmzContentSHA256Mismatch", "InvalidDigest"})
# Of 4xx answers, those that say nothing about the request itself.
PASSING = frozenset({"RequestTimeout", "IncompleteBody", "SlowDown", "TooManyRequests", "OperationAborted"})


class Store:
    """Made by Client; thread-safe. Where the transport is our own, it sends the files itself."""

    def __init__(self, http: httpx.Client, transport: httpx.BaseTransport | None) -> None:
        self._http = http
        self._sockets = transport if isinstance(transport, SocketTransport) else None

    def put(self, signed: Signed, piece: FilePiece, stop: Stop, sent: Callable[[int], None]) -> None:
        """Send the bytes, telling `sent` each step; that they are there already (by an earlier try) is as good.

        Raises FileChanged where they are not those of the signed checksum, StoreRefused, StoreNoAnswer, Stopped.
        """
        try:
            with stop.explains():
                status, text = self._put(signed, piece, stop, sent)
        except httpx.HTTPError as error:
            raise _no_answer(error) from error
        if status >= 300 and status != 412:
            raise _refusal(status, text)

    def _put(self, signed: Signed, piece: FilePiece, stop: Stop, sent: Callable[[int], None]) -> tuple[int, str]:
        if self._sockets:
            return self._sockets.put(signed.url, signed.headers, piece, stop, sent)
        answer = self._http.put(signed.url, content=_told(piece.chunks(), sent), headers=signed.headers)
        return answer.status_code, answer.text

    @contextmanager
    def get(self, url: str, headers: Mapping[str, str], stop: Stop) -> Iterator[httpx.Response]:
        """The answer, whose body is still to be read (inside the `with`).

        Raises StoreRefused, StoreNoAnswer, Stopped.
        """
        plain, extensions = {"Accept-Encoding": "identity", **headers}, {"stop": stop}
        try:
            with stop.explains(), self._http.stream("GET", url, headers=plain, extensions=extensions) as answer:
                if answer.status_code >= 300:
                    raise _refusal(answer.status_code, answer.read().decode(errors="replace"))
                yield answer
        except httpx.HTTPError as error:
            raise _no_answer(error) from error


def _told(chunks: Iterable[bytes], sent: Callable[[int], None]) -> Iterator[bytes]:
    for chunk in chunks:
        yield chunk
        sent(len(chunk))


def _no_answer(error: httpx.HTTPError) -> StoreNoAnswer:
    return StoreNoAnswer(f"no answer from the object store: {error or type(error).__name__}")


def _refusal(status: int, body: str) -> MoodropError:
    code, message = (_element(name, body) for name in ("Code", "Message"))
    if code in OTHER_BYTES:
        return FileChanged("the file was changed while it was sent: its checksum is another now")
    said = " ".join(filter(None, (code, message))) or "no reason given"
    # 403: the URL has died; a fresh one may do.
    retryable = status >= 500 or status in (403, 408, 429) or code in PASSING
    return StoreRefused(f"the object store answers {status}: {said}", status=status, retryable=retryable)


def _element(name: str, xml: str) -> str:
    found = re.search(f"<{name}>([^<]*)</{name}>", xml)
    return found[1] if found else ""
