"""Presigned requests to the object store. It knows no token: the URL is the permission."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import httpx

from moodrop.closing import ended_by_close
from moodrop.errors import FileChanged, MoodropError, StoreNoAnswer, StoreRefused
from moodrop.wire import Signed

OTHER_BYTES = frozenset({"BadDigest", "XAmzContentChecksumMismatch", "XAmzContentSHA256Mismatch", "InvalidDigest"})
# Of 4xx answers, those that say nothing about the request itself.
PASSING = frozenset({"RequestTimeout", "IncompleteBody", "SlowDown", "TooManyRequests", "OperationAborted"})


class Store:
    """Made by Client; thread-safe."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def put(self, signed: Signed, chunks: Iterable[bytes]) -> None:
        """Send the bytes; that they are there already (an earlier try got through) is as good.

        Raises FileChanged where they are not those of the signed checksum, StoreRefused, StoreNoAnswer.
        """
        try:
            with ended_by_close(self._http):
                answer = self._http.put(signed.url, content=chunks, headers=signed.headers)
        except httpx.HTTPError as error:
            raise _no_answer(error) from error
        if answer.status_code >= 300 and answer.status_code != 412:
            raise _refusal(answer.status_code, answer.text)

    @contextmanager
    def get(self, url: str, headers: Mapping[str, str]) -> Iterator[httpx.Response]:
        """The answer, whose body is still to be read (inside the `with`). Raises StoreRefused, StoreNoAnswer."""
        try:
            plain = {"Accept-Encoding": "identity", **headers}
            with ended_by_close(self._http), self._http.stream("GET", url, headers=plain) as answer:
                if answer.status_code >= 300:
                    raise _refusal(answer.status_code, answer.read().decode(errors="replace"))
                yield answer
        except httpx.HTTPError as error:
            raise _no_answer(error) from error


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
