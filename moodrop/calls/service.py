"""The calls to the service: JSON in and out, problems raised as errors, tried again where that can help."""

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from moodrop.calls.parsing import parse_problem
from moodrop.errors import MoodropError, NoAnswer, ServerUnknown
from moodrop.http.cancellation import Stop
from moodrop.http.retries import Retries
from moodrop.http.transport import Answer, Broken, Endless, Exchange

# The bytes have to be sent first; to ask once more changes nothing.
SEND_FIRST = frozenset({"object_missing", "parts_missing"})


REDIRECTED = (
    "If that is the service itself (https instead of http), use that address. Otherwise something in between asks you "
    "to sign in."
)


class Service:
    """Made by Client; thread-safe."""

    def __init__(self, exchange: Exchange, base_url: str, headers: Mapping[str, str], retries: Retries) -> None:
        self._exchange = exchange
        self._base_url = base_url
        self._headers = headers
        self._retries = retries

    def until(self, stop: Stop) -> "Service":
        """The same service, every call of which ends when `stop` is set."""
        return Service(self._exchange, self._base_url, self._headers, self._retries.until(stop))

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
        """Return the answer's JSON. Raises any MoodropError except LocalErrors.

        A call that is not `repeatable` is not sent again if its answer was lost.
        """

        said = self._ask(method, path, body=body, params=params, headers=headers, repeatable=repeatable)
        if not isinstance(said, dict):
            raise ServerUnknown(f"{self._base_url} answers, and not as Moodrop does: is the address right?")
        return said

    def _ask(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool = True,
    ) -> Any:
        """Return the answer's JSON, or None for a 204."""

        def worth_it(error: MoodropError) -> bool:
            return error.retryable and error.code not in SEND_FIRST and (repeatable or error.status is not None)

        content = None if body is None else json.dumps(body, separators=(",", ":")).encode()
        kind = {} if content is None else {"Content-Type": "application/json"}
        request = (method, self._url(path, params or {}), {**self._headers, **kind, **(headers or {})}, content)
        return self._retries.run(lambda: self._once(*request), worth_it=worth_it)

    def delete(self, path: str) -> None:
        """Raises what `call` does."""
        if self._ask("DELETE", path) is not None:
            raise ServerUnknown(f"{self._base_url} does not tell that it has deleted anything")

    def _url(self, path: str, params: Mapping[str, Any]) -> str:
        given = {name: value for name, value in params.items() if value is not None}
        said = urlencode(given, errors="replace")
        # Quoted, because an id may be anything, even bytes that are not text.
        return self._base_url + quote(path, errors="replace") + ("?" + said if said else "")

    def _once(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Any:
        stop = self._retries.stop
        try:
            with stop.explains():
                answer = self._exchange.call(method, url, headers, body, stop)
        except Endless as error:
            raise ServerUnknown(f"{self._base_url} answers, and not as Moodrop does: {error}") from error
        except Broken as error:
            raise NoAnswer(f"no answer from {self._base_url}: {error}") from error
        if answer.status == 204:
            return None
        if 300 <= answer.status < 400:
            raise _redirected(self._base_url, answer)
        said = _json_of(answer)
        if answer.status >= 400:
            raise _error_of(answer, said)
        # Only a 204 is None.
        return said if isinstance(said, dict) else ""


def _redirected(base_url: str, answer: Answer) -> ServerUnknown:
    parts = urlsplit(answer.location or "")
    place = f"{f'{parts.scheme}://{parts.netloc}'!r:.120}" if parts.netloc else "another place"
    return ServerUnknown(f"{base_url} redirects to {place}, which Moodrop never does", hint=REDIRECTED)


def _json_of(answer: Answer) -> Any:
    # RecursionError comes from deeply nested brackets.
    with suppress(ValueError, RecursionError):
        return json.loads(answer.body, parse_constant=_refuse)
    return None


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _error_of(answer: Answer, said: Any) -> MoodropError:
    error = parse_problem(said, answer.status, retry_after_s=_seconds(answer.retry_after))
    if isinstance(error, ServerUnknown) and answer.status in (429, 502, 503, 504):
        # A proxy before the service, while that one restarts.
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
