"""Ports that count and time what goes through them."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from types import MethodType
from typing import Any

from service.listening.model import Listen
from service.operations.adapters.calls import CALLS, SIGNS
from service.operations.adapters.metrics import (
    CONFIRMED_BYTES,
    CONFIRMS,
    FAILED,
    LISTENS,
    OK,
    SIGNED_URLS,
    STORE_SECONDS,
)
from service.shared.errors import Unavailable
from service.uploads.model import Upload, UploadChanges, UploadStatus

OUTCOMES = {UploadStatus.READY: "file", UploadStatus.ATTACHED: "cover", UploadStatus.REJECTED: "rejected"}


class MeasuredStore:
    """An object store that counts the URLs that it signs, and times its calls to the server."""

    def __init__(self, objects: Any) -> None:
        self.objects = objects

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self.objects, name)
        if name in SIGNS:
            attribute = MethodType(_counted(attribute, SIGNED_URLS.labels(SIGNS[name]).inc), self)
        elif name in CALLS:
            attribute = MethodType(_timed(attribute, name), self)
        else:
            return attribute
        # Found at once the next time. It is a bound method, because the gates let everything else pass.
        setattr(self, name, attribute)
        return attribute


def _counted(method: Callable[..., Any], count: Callable[[], None]) -> Callable[..., Any]:
    @wraps(method)
    def call(_: MeasuredStore, *args: Any, **named: Any) -> Any:
        count()
        return method(*args, **named)

    return call


def _timed(method: Callable[..., Any], name: str) -> Callable[..., Any]:
    ok, failed = STORE_SECONDS.labels(name, OK), STORE_SECONDS.labels(name, FAILED)

    @wraps(method)
    def call(_: MeasuredStore, *args: Any, **named: Any) -> Any:
        started, outcome = time.perf_counter(), ok
        try:
            return method(*args, **named)
        except Unavailable:  # other errors are answers of the store
            outcome = failed
            raise
        finally:
            outcome.observe(time.perf_counter() - started)

    return call


class MeasuredRecords:
    """A record store that counts the uploads that end, by the change that ends them: only one call makes it."""

    def __init__(self, records: Any) -> None:
        self.records = records

    def __getattr__(self, name: str) -> Any:
        return getattr(self.records, name)

    def change(self, upload_id: str, expected: UploadChanges, changes: UploadChanges) -> Upload | None:
        """Change the upload, and count it if that ended it."""
        after: Upload | None = self.records.change(upload_id, expected, changes)
        # A state that is written once more, for a server that may have lost it, ends nothing.
        if after is not None and expected.get("status") is UploadStatus.PENDING:
            _count_end(after, changes)
        return after

    def change_many(self, changes: Mapping[str, UploadChanges], expected: UploadChanges) -> list[Upload]:
        """Change the uploads, and count those that show this very change."""
        after: list[Upload] = self.records.change_many(changes, expected)
        for upload in after:
            mine = changes[upload.upload_id]
            if upload.confirmed_at == mine.get("confirmed_at"):
                _count_end(upload, mine)
        return after


def _count_end(upload: Upload, changes: UploadChanges) -> None:
    outcome = OUTCOMES.get(changes.get("status", UploadStatus.PENDING))
    if outcome is None:
        return
    CONFIRMS.labels(outcome, changes.get("confirmed_by") or "").inc()
    if outcome != "rejected":
        CONFIRMED_BYTES.inc(upload.size_bytes or 0)


class MeasuredListens:
    """Listens that are counted when they come to count as plays: of all reports of one, a single call does that."""

    def __init__(self, listens: Any) -> None:
        self.listens = listens

    def __getattr__(self, name: str) -> Any:
        return getattr(self.listens, name)

    def mark_counted(self, listen: Listen, at: datetime) -> bool:
        """Note that a listen counts, and count it by what led to it."""
        is_new: bool = self.listens.mark_counted(listen, at)
        if is_new:
            LISTENS.labels(listen.source).inc()
        return is_new
