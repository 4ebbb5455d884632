"""Uploads a batch of files: declared, started with one call, sent, and confirmed with one call."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from uuid import uuid4

from moodrop.calls.parsing import error_of, parse, rows_of
from moodrop.calls.signed_requests import StartedUpload
from moodrop.errors import MoodropError
from moodrop.model import File, NewFile, Upload, UploadResult
from moodrop.transfer.context import ClientContext
from moodrop.transfer.declare import DeclaredFile, declare
from moodrop.transfer.open_source import open_source
from moodrop.transfer.ordering import StartGate
from moodrop.transfer.progress import OnProgress, ProgressMeter
from moodrop.transfer.unfinished import UnfinishedUploads
from moodrop.transfer.upload import send_upload, start_upload
from moodrop.transfer.upload_task import SEND_AGAIN, UploadTask

PARTS_AT_ONCE = 4


@dataclass
class _Item:
    """One file of the batch. In the end it has its `file` or its `error`."""

    new: NewFile
    declared: DeclaredFile | None = None
    unfinished: Upload | None = None
    task: UploadTask | None = None
    started: StartedUpload | None = None
    alone: bool = False  # started with a call of its own, and confirmed with one
    file: File | None = None
    error: MoodropError | None = None

    @property
    def is_open(self) -> bool:
        return self.file is None and self.error is None


@dataclass(frozen=True)
class UploadBatch:
    """Sends batches, several at once, with the same `requests` threads."""

    context: ClientContext
    requests: ThreadPoolExecutor
    unfinished: UnfinishedUploads
    parallel: int
    on_progress: OnProgress | None

    def send(self, files: Sequence[NewFile], gate: StartGate) -> list[UploadResult]:
        """Return the result of each file. Raises no MoodropError.

        Starts pass the `gate` in order, because lists sort by start time.
        """
        items = [_Item(new) for new in files]
        with ExitStack() as sources:
            self._for_each(items, lambda item: self._declare(item, sources))
            with gate.in_order():
                fresh = [item for item in items if item.is_open and item.unfinished is None]
                self._for_all(fresh, self._start if len(fresh) > 1 else self._start_alone)
            self._for_each(items, self._send)
            self._for_all([item for item in items if item.is_open], self._confirm)
            self._for_each(items, self._send_again)
        return [UploadResult(item.new.source, item.file, item.error) for item in items]

    def _for_each(self, items: Iterable[_Item], step: Callable[[_Item], None]) -> None:
        """Run the step for each open item, in parallel."""

        def run_step(item: _Item) -> None:
            try:
                step(item)
            except MoodropError as error:
                item.error = error

        list(self.requests.map(run_step, [item for item in items if item.is_open]))

    def _for_all(self, items: Sequence[_Item], step: Callable[[Sequence[_Item]], None]) -> None:
        """Run the step once for all items."""
        try:
            if items:
                step(items)
        except MoodropError as error:
            for item in items:
                item.error = error

    def _declare(self, item: _Item, sources: ExitStack) -> None:
        new = item.new
        source = sources.enter_context(open_source(new.source, filename=new.filename, within=new.within))
        item.declared = declare(source, new)
        item.unfinished = self.unfinished.take(item.declared) if new.resume else None

    def _start(self, items: Sequence[_Item]) -> None:
        bodies = [item.declared.body for item in items if item.declared]
        key = {"Idempotency-Key": str(uuid4())}
        content = self.context.service.call("POST", "/v1/uploads/batch", body={"uploads": bodies}, headers=key)
        server_time = content.get("server_time")
        for item, row in zip(items, rows_of(content, "results", count=len(items)), strict=True):
            item.error = error_of(row)
            if item.error is None:
                upload = row.get("upload")
                fields = upload if isinstance(upload, dict) else {}
                item.started = StartedUpload.of({"server_time": server_time, **fields})

    def _start_alone(self, items: Sequence[_Item]) -> None:
        """Start each with a call of its own, because only its response has the URLs of parts."""
        for item in items:
            if item.declared:
                item.started = start_upload(self.context, item.declared)
                item.alone = True

    def _send(self, item: _Item) -> None:
        declared = item.declared
        started = item.started
        if declared is None:
            return
        meter = ProgressMeter(item.new.source, declared.source.size_bytes, self.on_progress)
        parallel = min(self.parallel, PARTS_AT_ONCE)
        if started is None:
            item.file = send_upload(self.context, declared, meter, parallel=parallel, unfinished=item.unfinished)
            return
        task = UploadTask(self.context, declared, meter, parallel, started.upload_id)
        if item.alone:
            item.file = task.run(started)
        else:
            item.task = task
            task.send(started)

    def _confirm(self, items: Sequence[_Item]) -> None:
        ids = [item.task.upload_id for item in items if item.task]
        content = self.context.service.call("POST", "/v1/uploads/confirm", body={"upload_ids": ids})
        for item, row in zip(items, rows_of(content, "results", count=len(items)), strict=True):
            if error := error_of(row):
                # These are tried again: their bytes are sent again, or their confirm is repeated.
                item.error = None if error.code in SEND_AGAIN or error.retryable else error
            else:
                item.file = parse(File, row.get("file"))

    def _send_again(self, item: _Item) -> None:
        if item.task:
            item.file = item.task.resume()
