"""Sending files and telling of each, for `upload` and `sync`."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from moodrop import Client, MoodropError, NewFile, UploadResult
from moodrop.cli.bars import OnProgress, bars, wanted
from moodrop.cli.options import ChecksumName
from moodrop.cli.report import Report

T = TypeVar("T")

NAP_S = 0.5


def new_file(path: Path, *, tags: list[str] | None, public: bool, checksum: ChecksumName, **known: Any) -> NewFile:
    """From what the options say."""
    return NewFile(
        path,
        tags=tuple(tags or ()),
        visibility="public" if public else None,
        checksum=None if checksum == "none" else checksum,
        **known,
    )


def send(client: Client, files: Sequence[NewFile], report: Report, *, parallel: int) -> None:
    """Send them and report each as soon as it is there. Ctrl-C is told, and passed on."""
    names = [str(new.source) for new in files]
    try:
        with bars("Uploading", names, _total(files), show=wanted(as_json=report.as_json)) as on_progress:
            for result in _from_a_thread(_results(client, files, parallel, on_progress)):
                _tell(report, result)
    except KeyboardInterrupt:
        report.note("stopped; what is stored is kept, and the same command goes on from there")
        raise


def _from_a_thread(results: Iterator[UploadResult]) -> Iterator[UploadResult]:
    """Yield them. A thread of its own waits for a line that is silent, and this one hears Ctrl-C meanwhile."""
    made: SimpleQueue[UploadResult | Exception | None] = SimpleQueue()

    def work() -> None:
        try:
            for result in results:
                made.put(result)
            made.put(None)
        except Exception as error:  # noqa: BLE001  raised below
            made.put(error)

    Thread(target=work, daemon=True).start()
    while (result := _next_of(made)) is not None:
        if isinstance(result, Exception):
            raise result
        yield result


def _next_of(made: SimpleQueue[T]) -> T:
    """Wait in naps: the system may give Ctrl-C to another thread, and this one acts on it when it is awake."""
    while True:
        with suppress(Empty):
            return made.get(timeout=NAP_S)


def _results(
    client: Client, files: Sequence[NewFile], parallel: int, on_progress: OnProgress | None
) -> Iterator[UploadResult]:
    if len(files) == 1:
        yield _one(client, files[0], parallel, on_progress)
    else:
        yield from client.upload_many(files, parallel=parallel, on_progress=on_progress)


def _one(client: Client, new: NewFile, parallel: int, on_progress: OnProgress | None) -> UploadResult:
    """Its parts share all that may go at once."""
    try:
        file = client.upload(**asdict(new), parallel=parallel, on_progress=on_progress)
    except MoodropError as error:
        return UploadResult(new.source, error=error)
    return UploadResult(new.source, file=file)


def _tell(report: Report, result: UploadResult) -> None:
    if result.file is None:
        assert result.error is not None
        report.failed(str(result.source), result.error)
    else:
        told = {"source": str(result.source), "file": result.file}
        report.result(told, result.file.file_id, result.source)


def _total(files: Sequence[NewFile]) -> int | None:
    """The bytes of all; None where a pipe is among them. What is missing is told when its turn comes."""
    total = 0
    for new in files:
        path = Path(str(new.source))
        if str(path) == "-":
            return None
        total += path.stat().st_size if path.is_file() else 0
    return total
