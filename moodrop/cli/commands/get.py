"""The command `get`."""

import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Annotated

import typer

from moodrop import Client, File, MoodropError
from moodrop.cli.bars import OnProgress, are_visible, bars
from moodrop.cli.failures import EXPECTED, CommandError
from moodrop.cli.get_paths import is_same, paths_of
from moodrop.cli.ids import ids_of
from moodrop.cli.options import FileIds, Json, Parallel
from moodrop.cli.profile import connect
from moodrop.cli.report import ReaderGone, Report
from moodrop.errors import FileInTheWay, FileUnwritable
from moodrop.transfer.wait_all import wait_for_some

Folder = Annotated[
    Path, typer.Option("--output", "-o", metavar="DIR", help="Output folder, or '-' for stdout (one file).")
]
Verify = Annotated[bool, typer.Option(help="Compare the bytes with the file's checksum.")]
STDOUT = Path("-")


def get(
    file_ids: FileIds, output: Folder = Path(), parallel: Parallel = 8, verify: Verify = True, as_json: Json = False
) -> None:
    """Download files under their own names.

    Prints the path of each. Existing files are never overwritten: identical ones are skipped, different ones are an
    error. If several files have the same name, the first gets it and the next becomes "name (1)".
    """
    report = Report(as_json=as_json)
    with connect() as client:
        ids = list(dict.fromkeys(ids_of(file_ids, report)))
        if output == STDOUT:
            report.finish()
            _to_stdout(client, ids, verify=verify)
            return
        output.mkdir(parents=True, exist_ok=True)
        files = list(_files(client, ids, report, parallel))
        names = [file.filename for file in files]
        total = sum(file.size_bytes for file in files)
        with bars("Downloading", names, total, show=are_visible(as_json=as_json)) as on_progress:
            _Downloads(client, output, report, verify, on_progress).run(files, parallel)
    report.finish()


def _to_stdout(client: Client, ids: Sequence[str], *, verify: bool) -> None:
    if len(ids) != 1:
        raise CommandError("--output - takes one file")
    try:
        client.download(ids[0], sys.stdout.buffer, verify=verify)
        sys.stdout.flush()
    except (FileUnwritable, BrokenPipeError) as error:
        if isinstance(error.__cause__ or error, BrokenPipeError):
            raise ReaderGone from None
        raise


def _files(client: Client, ids: Sequence[str], report: Report, parallel: int) -> Iterator[File]:
    """Yield the files with these ids; report the ids without a file."""
    pool = ThreadPoolExecutor(parallel)
    futures = [pool.submit(client.get_file, file_id) for file_id in ids]
    try:
        for file_id, future in zip(ids, futures, strict=True):
            wait_for_some({future})
            try:
                yield future.result()
            except MoodropError as error:
                report.failed(file_id, error)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


class _Downloads:
    def __init__(
        self, client: Client, folder: Path, report: Report, verify: bool, on_progress: OnProgress | None
    ) -> None:
        self._client = client
        self._folder = folder
        self._report = report
        self._verify = verify
        self._on_progress = on_progress

    def run(self, files: Sequence[File], parallel: int) -> None:
        """Download the files, several at once. Threads that no file needs download parts of the files."""
        at_once = max(1, min(parallel, len(files)))
        pool = ThreadPoolExecutor(at_once)
        started: dict[Future[Path], File] = {}
        try:
            paths = paths_of(files, self._folder, pool.map)
            for file, path in zip(files, paths, strict=True):
                started[pool.submit(self._fetch, file, path, parallel // at_once)] = file
            running = set(started)
            while running:
                ended, running = wait_for_some(running)
                for done in ended:
                    self._report_result(started[done], done)
        except BaseException:
            # Downloads in progress remove their partial files, but nobody waits for a silent connection.
            pool.shutdown(wait=False, cancel_futures=True)
            self._client.close()
            wait(started, timeout=1)
            raise

    def _fetch(self, file: File, path: Path, parallel: int) -> Path:
        if is_same(path, file):
            return path
        try:
            self._client.download(
                file.file_id,
                path.parent,
                filename=path.name,
                parallel=parallel,
                verify=self._verify,
                on_progress=self._on_progress,
            )
        except FileInTheWay:
            # Another command may have fetched the same file in the meantime.
            if not is_same(path, file):
                raise
        return path

    def _report_result(self, file: File, done: "Future[Path]") -> None:
        try:
            path = done.result()
        except EXPECTED as error:
            self._report.failed(file.file_id, error)
        else:
            self._report.result({"file_id": file.file_id, "path": path, "file": file}, path)
