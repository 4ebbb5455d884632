"""Sends files and reports each, for `upload` and `sync`."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from moodrop import Client, MoodropError, NewFile, UploadResult
from moodrop.cli.bars import OnProgress, are_visible, bars
from moodrop.cli.options import ChecksumName
from moodrop.cli.report import Report

T = TypeVar("T")

NAP_S = 0.5


def new_file(path: Path, *, public: bool, checksum: ChecksumName, **options: Any) -> NewFile:
    """Return the file with the options of the command line."""
    return NewFile(
        path,
        visibility="public" if public else None,
        checksum=None if checksum == "none" else checksum,
        **options,
    )


def send(client: Client, files: Sequence[NewFile], report: Report, *, parallel: int) -> None:
    """Send the files and report each result as soon as it is known. Reports Ctrl-C, and raises it again."""
    names = [str(new.source) for new in files]
    try:
        with bars("Uploading", names, _total(files), show=are_visible(as_json=report.as_json)) as on_progress:
            for result in _in_a_thread(_results(client, files, parallel, on_progress)):
                _report_result(report, result)
    except KeyboardInterrupt:
        report.note("stopped; stored parts are kept, and the same command resumes the upload")
        raise


def _in_a_thread(results: Iterator[UploadResult]) -> Iterator[UploadResult]:
    """Yield the results. Another thread waits for them, so that this one reacts to Ctrl-C on a silent connection."""
    queue: SimpleQueue[UploadResult | Exception | None] = SimpleQueue()

    def work() -> None:
        try:
            for result in results:
                queue.put(result)
            queue.put(None)
        except Exception as error:  # noqa: BLE001  raised below
            queue.put(error)

    Thread(target=work, daemon=True).start()
    while (result := _next_of(queue)) is not None:
        if isinstance(result, Exception):
            raise result
        yield result


def _next_of(queue: SimpleQueue[T]) -> T:
    """Wait in naps: the system may deliver Ctrl-C to another thread, and this one sees it only when it is awake."""
    while True:
        with suppress(Empty):
            return queue.get(timeout=NAP_S)


def _results(
    client: Client, files: Sequence[NewFile], parallel: int, on_progress: OnProgress | None
) -> Iterator[UploadResult]:
    if len(files) == 1:
        yield _one(client, files[0], parallel, on_progress)
    else:
        yield from client.upload_many(files, parallel=parallel, on_progress=on_progress)


def _one(client: Client, new: NewFile, parallel: int, on_progress: OnProgress | None) -> UploadResult:
    """Upload one file; its parts may use all threads."""
    try:
        file = client.upload(**asdict(new), parallel=parallel, on_progress=on_progress)
    except MoodropError as error:
        return UploadResult(new.source, error=error)
    return UploadResult(new.source, file=file)


def _report_result(report: Report, result: UploadResult) -> None:
    if result.file is None:
        assert result.error is not None
        report.failed(str(result.source), result.error)
    else:
        value = {"source": str(result.source), "file": result.file}
        report.result(value, result.file.file_id, result.source)


def _total(files: Sequence[NewFile]) -> int | None:
    """Return the bytes of all files, or None if one is a pipe. Missing files count as 0: they fail later."""
    total = 0
    for new in files:
        path = Path(str(new.source))
        if str(path) == "-":
            return None
        total += path.stat().st_size if path.is_file() else 0
    return total
