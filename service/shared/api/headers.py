"""Adds the common headers below Flask, whose header objects search all headers for each one that is set."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class CommonHeaders:
    """Wraps a WSGI app. A header that the response sets itself is not replaced."""

    def __init__(self, app: "WSGIApplication", headers: Mapping[str, str]) -> None:
        self._app = app
        self._common = tuple(headers.items())

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            own = {name for name, _ in headers}
            return start_response(status, headers + [pair for pair in self._common if pair[0] not in own], *more)

        return self._app(environ, start)


def unforbidden(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the signed headers that a page's script may set; the browser sets the length."""
    return {name: value for name, value in headers.items() if name != "content-length"}
