"""A group of files: declared, started by one call, sent, and confirmed by one call."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from uuid import uuid4

from moodrop.calls.parsing import error_of, parse, rows_of
from moodrop.calls.signed_requests import Started
from moodrop.errors import MoodropError
from moodrop.model import File, NewFile, Upload, UploadResult
from moodrop.transfer.context import Line
from moodrop.transfer.declare import declare
from moodrop.transfer.ordering import Turn
from moodrop.transfer.progress import Meter, OnProgress
from moodrop.transfer.sources import open_source
from moodrop.transfer.unfinished import Unfinished
from moodrop.transfer.upload import send_upload, start_upload
from moodrop.transfer.upload_task import SEND_AGAIN, Declared, Sending

PARTS_AT_ONCE = 4


@dataclass
class _Item:
    """One file on its way: at last it has its `file`, or its `error`."""

    new: NewFile
    declared: Declared | None = None
    found: Upload | None = None
    sending: Sending | None = None
    started: Started | None = None
    alone: bool = False  # started by a call of its own, and confirmed by one
    file: File | None = None
    error: MoodropError | None = None

    @property
    def is_open(self) -> bool:
        return self.file is None and self.error is None


@dataclass(frozen=True)
class Group:
    """Sends groups; several at once, by the same `requests` threads."""

    line: Line
    requests: ThreadPoolExecutor
    unfinished: Unfinished
    parallel: int
    on_progress: OnProgress | None

    def send(self, files: Sequence[NewFile], turn: Turn) -> list[UploadResult]:
        """What became of each. Lists go by the start, so that comes in `turn`. Raises no MoodropError."""
        items = [_Item(new) for new in files]
        with ExitStack() as opened:
            self._each(items, lambda item: self._declare(item, opened))
            with turn.taken():
                fresh = [item for item in items if item.is_open and item.found is None]
                self._together(fresh, self._start if len(fresh) > 1 else self._start_alone)
            self._each(items, self._send)
            self._together([item for item in items if item.is_open], self._confirm)
            self._each(items, self._send_again)
        return [UploadResult(item.new.source, item.file, item.error) for item in items]

    def _each(self, items: Iterable[_Item], step: Callable[[_Item], None]) -> None:
        def guarded(item: _Item) -> None:
            try:
                step(item)
            except MoodropError as error:
                item.error = error

        list(self.requests.map(guarded, [item for item in items if item.is_open]))

    def _together(self, items: Sequence[_Item], step: Callable[[Sequence[_Item]], None]) -> None:
        try:
            if items:
                step(items)
        except MoodropError as error:
            for item in items:
                item.error = error

    def _declare(self, item: _Item, opened: ExitStack) -> None:
        source = opened.enter_context(open_source(item.new.source, filename=item.new.filename, within=item.new.within))
        item.declared = declare(source, item.new)
        item.found = self.unfinished.take(item.declared) if item.new.resume else None

    def _start(self, items: Sequence[_Item]) -> None:
        bodies = [item.declared.body for item in items if item.declared]
        key = {"Idempotency-Key": str(uuid4())}
        answer = self.line.service.call("POST", "/v1/uploads/batch", body={"uploads": bodies}, headers=key)
        now = answer.get("server_time")
        for item, row in zip(items, rows_of(answer, "results", count=len(items)), strict=True):
            item.error = error_of(row)
            if item.error is None:
                upload = row.get("upload")
                item.started = Started.of({"server_time": now, **(upload if isinstance(upload, dict) else {})})

    def _start_alone(self, items: Sequence[_Item]) -> None:
        """By the call whose answer has the URLs of parts, too."""
        for item in items:
            if item.declared:
                item.started, item.alone = start_upload(self.line, item.declared), True

    def _send(self, item: _Item) -> None:
        declared, started = item.declared, item.started
        if declared is None:
            return
        meter = Meter(item.new.source, declared.source.size_bytes, self.on_progress)
        parallel = min(self.parallel, PARTS_AT_ONCE)
        if started is None:
            item.file = send_upload(self.line, declared, meter, parallel=parallel, found=item.found)
            return
        sending = Sending(self.line, declared, meter, parallel, started.upload_id)
        if item.alone:
            item.file = sending.go(started)
        else:
            item.sending = sending
            sending.send(started)

    def _confirm(self, items: Sequence[_Item]) -> None:
        ids = [item.sending.upload_id for item in items if item.sending]
        answer = self.line.service.call("POST", "/v1/uploads/confirm", body={"upload_ids": ids})
        for item, row in zip(items, rows_of(answer, "results", count=len(items)), strict=True):
            if error := error_of(row):
                # The others may yet succeed, by sending again or by asking once more.
                item.error = None if error.code in SEND_AGAIN or error.retryable else error
            else:
                item.file = parse(File, row.get("file"))

    def _send_again(self, item: _Item) -> None:
        if item.sending:
            item.file = item.sending.resume()
