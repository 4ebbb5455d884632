"""The calls to the service: JSON in and out, problems raised as errors, tried again where that can help."""

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from moodrop.errors import MoodropError, NoAnswer, ServerUnknown
from moodrop.parsing import parse_problem
from moodrop.retries import Retries, Stop

# The bytes have to be sent first; to ask once more changes nothing.
SEND_FIRST = frozenset({"object_missing", "parts_missing"})


class Service:
    """Made by Client; thread-safe."""

    def __init__(self, http: httpx.Client, retries: Retries) -> None:
        self._http = http
        self._retries = retries

    def until(self, stop: Stop) -> "Service":
        """The same service, every call of which ends when `stop` is set."""
        return Service(self._http, self._retries.until(stop))

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
        """Return the answer's JSON, None of a 204. Raises any MoodropError but LocalError's.

        What is not `repeatable` is not sent again when its answer was lost.
        """

        def worth_it(error: MoodropError) -> bool:
            return error.retryable and error.code not in SEND_FIRST and (repeatable or error.status is not None)

        content = None if body is None else json.dumps(body, separators=(",", ":")).encode()
        given = {"Content-Type": "application/json", **(headers or {})} if body is not None else headers
        said = {name: value for name, value in (params or {}).items() if value is not None}
        request = self._http.build_request(
            method,
            path,
            content=content,
            params=said or None,
            headers=given,
            extensions={"stop": self._retries.stop},
        )
        return self._retries.run(lambda: self._once(request), worth_it=worth_it)

    def _once(self, request: httpx.Request) -> Any:
        try:
            with self._retries.stop.explains():
                answer = self._http.send(request)
        except httpx.HTTPError as error:
            raise NoAnswer(f"no answer from {self._http.base_url}: {error or type(error).__name__}") from error
        if answer.status_code == 204:
            return None
        said = _json_of(answer)
        if answer.status_code >= 400:
            raise _error_of(answer, said)
        if not isinstance(said, dict):
            raise ServerUnknown(f"{self._http.base_url} answers, and not as Moodrop does: is the address right?")
        return said


def _json_of(answer: httpx.Response) -> Any:
    with suppress(ValueError):
        return answer.json()
    return None


def _error_of(answer: httpx.Response, said: Any) -> MoodropError:
    error = parse_problem(said, answer.status_code, retry_after_s=_seconds(answer.headers.get("Retry-After")))
    if isinstance(error, ServerUnknown) and answer.status_code in (429, 502, 503, 504):
        # A proxy before the service, while that one restarts.
        error.retryable = True
    return error


def _seconds(retry_after: str | None) -> float | None:
    if not retry_after:
        return None
    if retry_after.isdecimal():
        return float(retry_after)
    with suppress(ValueError):
        return max(0.0, (parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds())
    return None
