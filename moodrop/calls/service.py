"""The calls to the service: JSON in and out, problems raised as errors, and retries where they can help."""

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from moodrop.calls.parsing import parse_problem
from moodrop.errors import MoodropError, NoAnswer, ServerUnknown
from moodrop.http.cancellation import CancelToken
from moodrop.http.retries import RetryPolicy
from moodrop.http.transport import EndlessResponse, Request, Response, Transport, TransportError

# Codes that mean: send the bytes first. Asking again would change nothing.
SEND_FIRST = frozenset({"object_missing", "parts_missing"})
# Codes that are no fault: whoever called decides when to ask again.
NOT_YET = SEND_FIRST | {"device_pending"}


REDIRECTED = (
    "If that is the service itself (https instead of http), use that address. Otherwise something in between asks you "
    "to sign in."
)


class Service:
    """The service, made by Client. Thread-safe."""

    def __init__(self, transport: Transport, base_url: str, headers: Mapping[str, str], retries: RetryPolicy) -> None:
        self._transport = transport
        self._base_url = base_url
        self._headers = headers
        self._retries = retries

    def with_cancel(self, cancel: CancelToken) -> "Service":
        """Return the same service with calls that end when `cancel` is cancelled."""
        return Service(self._transport, self._base_url, self._headers, self._retries.with_cancel(cancel))

    def call(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool = True,
    ) -> Any:
        """Return the response's JSON. Raises any MoodropError except LocalErrors.

        A call that is not `repeatable` is not sent again if its response was lost.
        """
        content = self._request(method, path, body=body, params=params, headers=headers, repeatable=repeatable)
        if not isinstance(content, dict):
            raise ServerUnknown(f"{self._base_url} does not answer as Moodrop does: is the address right?")
        return content

    def delete(self, path: str, params: Mapping[str, Any] | None = None) -> None:
        """Send a DELETE. Raises what `call` raises."""
        if self._request("DELETE", path, params=params) is not None:
            raise ServerUnknown(f"{self._base_url} does not confirm that it has deleted anything")

    def _request(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool = True,
    ) -> Any:
        """Return the response's JSON, or None for a 204."""

        def should_retry(error: MoodropError) -> bool:
            return error.retryable and error.code not in NOT_YET and (repeatable or error.status is not None)

        content = None if body is None else json.dumps(body, separators=(",", ":")).encode()
        kind = {} if content is None else {"Content-Type": "application/json"}
        all_headers = {**self._headers, **kind, **(headers or {})}
        request = Request(method, self._url(path, params or {}), all_headers, self._retries.cancel, content)
        return self._retries.run(lambda: self._send_once(request), should_retry=should_retry)

    def _url(self, path: str, params: Mapping[str, Any]) -> str:
        given = {name: value for name, value in params.items() if value is not None}
        query = urlencode(given, errors="replace")
        # Quoted, because an id may be anything, even bytes that are not text.
        return self._base_url + quote(path, errors="replace") + ("?" + query if query else "")

    def _send_once(self, request: Request) -> Any:
        try:
            with request.cancel.explain_errors():
                response = self._transport.handle_request(request)
        except EndlessResponse as error:
            raise ServerUnknown(f"{self._base_url} does not answer as Moodrop does: {error}") from error
        except TransportError as error:
            raise NoAnswer(f"no answer from {self._base_url}: {error}") from error
        if response.status == 204:
            return None
        if 300 <= response.status < 400:
            raise _redirected(self._base_url, response)
        content = _json_of(response)
        if response.status >= 400:
            raise _error_of(response, content)
        # Only a 204 is None.
        return content if isinstance(content, dict) else ""


def _redirected(base_url: str, response: Response) -> ServerUnknown:
    parts = urlsplit(response.location or "")
    place = f"{f'{parts.scheme}://{parts.netloc}'!r:.120}" if parts.netloc else "another place"
    return ServerUnknown(f"{base_url} redirects to {place}, which Moodrop never does", hint=REDIRECTED)


def _json_of(response: Response) -> Any:
    # RecursionError comes from deeply nested brackets.
    with suppress(ValueError, RecursionError):
        return json.loads(response.body, parse_constant=_refuse)
    return None


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _error_of(response: Response, content: Any) -> MoodropError:
    error = parse_problem(content, response.status, retry_after_s=_seconds(response.retry_after))
    if isinstance(error, ServerUnknown) and response.status in (429, 502, 503, 504):
        # A proxy answers for the service while the service restarts.
        error.retryable = True
    return error


def _seconds(retry_after: str | None) -> float | None:
    if not retry_after:
        return None
    if retry_after.isdecimal():
        return float(retry_after)
    # Each of these is raised for some invalid date.
    with suppress(ValueError, TypeError, IndexError, OverflowError):
        return max(0.0, (parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds())
    return None
