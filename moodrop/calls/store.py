"""Presigned requests to the object store. They carry no token: the URL is the permission."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from moodrop.calls.signed_requests import SignedRequest
from moodrop.calls.store_errors import no_answer, refusal_of
from moodrop.errors import ServerUnknown
from moodrop.http.cancellation import CancelToken
from moodrop.http.transport import Request, RequestBody, Transport, TransportError
from moodrop.version import USER_AGENT

ALREADY_STORED = 412  # by an earlier try


class Store:
    """The object store, made by Client. Thread-safe."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def put(
        self, signed: SignedRequest, body: RequestBody, cancel: CancelToken, on_sent: Callable[[int], None]
    ) -> None:
        """Send the bytes, and call `on_sent` after each step. Bytes that are stored already are a success.

        Raises FileChanged if the bytes do not match the signed checksum, StoreRefused, StoreNoAnswer, Stopped.
        """
        length = next((value for name, value in signed.headers.items() if name.lower() == "content-length"), None)
        if length not in (None, str(body.size_bytes)):
            # The server would read the surplus bytes as another request.
            raise ServerUnknown(f"the service signed {length} bytes for a body of {body.size_bytes}")
        request = _request("PUT", signed.url, signed.headers, cancel)
        with _explained_errors(request):
            response = self._transport.upload(request, body, on_sent)
        if response.status != ALREADY_STORED and (error := refusal_of(signed.url, response)):
            raise error

    @contextmanager
    def get(self, url: str, headers: Mapping[str, str], cancel: CancelToken) -> Iterator[Iterator[bytes]]:
        """Yield the bytes as they arrive; read them inside the `with`. Raises StoreRefused, StoreNoAnswer, Stopped."""
        request = _request("GET", url, headers, cancel)
        with _explained_errors(request), self._transport.stream(request) as streamed:
            response = streamed.response
            if response.status >= 300 and (error := refusal_of(url, response)):
                raise error
            yield streamed.chunks


def _request(method: str, url: str, headers: Mapping[str, str], cancel: CancelToken) -> Request:
    ours = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity"}
    return Request(method, url, {**ours, **headers}, cancel)


@contextmanager
def _explained_errors(request: Request) -> Iterator[None]:
    try:
        with request.cancel.explain_errors():
            yield
    except TransportError as error:
        raise no_answer(request.url, error) from error
