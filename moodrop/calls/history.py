"""Your listening history on the service: nobody else can read it."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from moodrop.calls.pages import iter_rows
from moodrop.calls.parsing import parse, rows_of
from moodrop.calls.service import Service
from moodrop.errors import ServerUnknown
from moodrop.listening import Listen, ListenReport, MediaKind, Unfinished


class History:
    """What you listened to and watched. Every method raises what those of Client do."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def iter_listens(self, *, kind: MediaKind | None = None, since: datetime | None = None) -> Iterator[Listen]:
        """Yield your listens, newest first; only those that began at `since`, an aware time, or later."""
        params = {"kind": kind, "since": None if since is None else since.isoformat()}
        for row in iter_rows(self._service, "/v1/history", "listens", params):
            yield parse(Listen, row)

    def list_unfinished(self) -> list[Unfinished]:
        """Return the films and long recordings to go on with, the latest first; at most 50."""
        content = self._service.call("GET", "/v1/history/unfinished", params={"limit": 50})
        return [parse(Unfinished, row) for row in rows_of(content, "unfinished")]

    def report(self, session_id: str, listens: Sequence[ListenReport]) -> int:
        """Report at most 100 listens of a player; return how many were taken. Report again as a listen goes on.

        `session_id` is a random name of 8 to 64 letters, digits, `-` and `_` that the player gives itself. Left out
        are listens of files that you may not read, from over a week ago or from the future. Raises Invalid.
        """
        rows = [{**asdict(listen), "started_at": listen.started_at.isoformat()} for listen in listens]
        body = {"session_id": session_id, "listens": rows}
        return _number(self._service.call("POST", "/v1/listens", body=body), "accepted")

    def count_plays(self, file_id: str) -> int:
        """Return how often your file was played, by anyone. Raises NotFound."""
        return _number(self._service.call("GET", f"/v1/files/{file_id}/plays"), "plays")

    def delete(self, listen_id: str) -> None:
        """Delete one listen. Raises NotFound."""
        self._service.delete(f"/v1/history/{listen_id}")

    def clear(self, file_id: str | None = None) -> None:
        """Delete all your listens, or all of one file."""
        self._service.delete("/v1/history", {"file_id": file_id})

    def is_on(self) -> bool:
        """Return whether your listens are kept."""
        return _enabled(self._service.call("GET", "/v1/history/settings"))

    def switch(self, on: bool) -> bool:
        """Keep your listens from now on, or keep no more; return the same. Raises Conflict if the service keeps none.

        What was kept before stays until you delete it.
        """
        return _enabled(self._service.call("PUT", "/v1/history/settings", body={"enabled": on}))


def _number(content: Any, name: str) -> int:
    number = content.get(name)
    if not isinstance(number, int) or isinstance(number, bool):
        raise ServerUnknown(f"the answer is not from Moodrop's API v1: it has no {name}")
    return number


def _enabled(content: Any) -> bool:
    enabled = content.get("enabled")
    if not isinstance(enabled, bool):
        raise ServerUnknown("the answer is not from Moodrop's API v1: it does not say whether history is on")
    return enabled
