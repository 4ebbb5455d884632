"""Presigned requests to the object store. It knows no token: the URL is the permission."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from moodrop.errors import FileChanged, MoodropError, ServerUnknown, StoreNoAnswer, StoreRefused
from moodrop.exchange import Broken, Exchange
from moodrop.retries import Stop
from moodrop.sources import FilePiece
from moodrop.version import USER_AGENT
from moodrop.wire import Signed

OTHER_BYTES = frozenset({"BadDigest", "XAmzContentChecksumMismatch", "XAmzContentSHA256Mismatch", "InvalidDigest"})
# Of 4xx answers, those that say nothing about the request itself.
PASSING = frozenset({"RequestTimeout", "IncompleteBody", "SlowDown", "TooManyRequests", "OperationAborted"})


class Store:
    """Made by Client; thread-safe."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def put(self, signed: Signed, piece: FilePiece, stop: Stop, sent: Callable[[int], None]) -> None:
        """Send the bytes, telling `sent` each step; that they are there already (by an earlier try) is as good.

        Raises FileChanged where they are not those of the signed checksum, StoreRefused, StoreNoAnswer, Stopped.
        """
        length = next((value for name, value in signed.headers.items() if name.lower() == "content-length"), None)
        if length not in (None, str(piece.size_bytes)):
            # More bytes would be another request, to whoever answers there.
            raise ServerUnknown(f"the service signed {length} bytes for a piece of {piece.size_bytes}")
        with _explained(stop):
            answer = self._exchange.put(signed.url, _named(signed.headers), piece, stop, sent)
        if answer.status >= 300 and answer.status != 412:
            raise _refusal(answer.status, answer.text)

    @contextmanager
    def get(self, url: str, headers: Mapping[str, str], stop: Stop) -> Iterator[Iterator[bytes]]:
        """The bytes as they come, to be read inside the `with`. Raises StoreRefused, StoreNoAnswer, Stopped."""
        with _explained(stop), self._exchange.get(url, _named(headers), stop) as (answer, chunks):
            if answer.status >= 300:
                raise _refusal(answer.status, answer.text)
            yield chunks


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {"User-Agent": USER_AGENT, "Accept-Encoding": "identity", **headers}


@contextmanager
def _explained(stop: Stop) -> Iterator[None]:
    try:
        with stop.explains():
            yield
    except Broken as error:
        raise StoreNoAnswer(f"no answer from the object store: {error}") from error


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
