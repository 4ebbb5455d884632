"""Presigned requests to the object store. It knows no token: the URL is the permission."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from moodrop.errors import ServerUnknown
from moodrop.exchange import Broken, Exchange
from moodrop.retries import Stop
from moodrop.sources import FilePiece
from moodrop.store_errors import no_answer, refusal_of
from moodrop.version import USER_AGENT
from moodrop.wire import Signed


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
        with _explained(signed.url, stop):
            answer = self._exchange.put(signed.url, _named(signed.headers), piece, stop, sent)
        # 412: the bytes are there already, by an earlier try.
        if answer.status != 412 and (error := refusal_of(signed.url, answer)):
            raise error

    @contextmanager
    def get(self, url: str, headers: Mapping[str, str], stop: Stop) -> Iterator[Iterator[bytes]]:
        """The bytes as they come, to be read inside the `with`. Raises StoreRefused, StoreNoAnswer, Stopped."""
        with _explained(url, stop), self._exchange.get(url, _named(headers), stop) as (answer, chunks):
            if answer.status >= 300 and (error := refusal_of(url, answer)):
                raise error
            yield chunks


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {"User-Agent": USER_AGENT, "Accept-Encoding": "identity", **headers}


@contextmanager
def _explained(url: str, stop: Stop) -> Iterator[None]:
    try:
        with stop.explains():
            yield
    except Broken as error:
        raise no_answer(url, error) from error
