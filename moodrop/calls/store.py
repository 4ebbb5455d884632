"""Presigned requests to the object store. It knows no token: the URL is the permission."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from moodrop.calls.signed_requests import Signed
from moodrop.calls.store_errors import no_answer, refusal_of
from moodrop.errors import ServerUnknown
from moodrop.http.cancellation import Stop
from moodrop.http.transport import Broken, Exchange, RequestBody
from moodrop.version import USER_AGENT


class Store:
    """Made by Client; thread-safe."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def put(self, signed: Signed, body: RequestBody, stop: Stop, sent: Callable[[int], None]) -> None:
        """Send the bytes, telling `sent` each step; that they are there already (by an earlier try) is as good.

        Raises FileChanged where they are not those of the signed checksum, StoreRefused, StoreNoAnswer, Stopped.
        """
        length = next((value for name, value in signed.headers.items() if name.lower() == "content-length"), None)
        if length not in (None, str(body.size_bytes)):
            # More bytes would be another request, to whoever answers there.
            raise ServerUnknown(f"the service signed {length} bytes for a piece of {body.size_bytes}")
        with _explained(signed.url, stop):
            answer = self._exchange.put(signed.url, _named(signed.headers), body, stop, sent)
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
