"""The command `sync`."""

import fcntl
import hashlib
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated
from unicodedata import normalize

import typer

from moodrop import File
from moodrop.cli import profile
from moodrop.cli.digest_cache import DigestCache
from moodrop.cli.exit_codes import ExitCode
from moodrop.cli.failures import CommandError
from moodrop.cli.files_to_send import FileToSend, sendable, walk
from moodrop.cli.left_out import LeftOut
from moodrop.cli.options import Checksum, FollowLinks, Json, Mood, Parallel, Public, Tags
from moodrop.cli.private_files import private_folder
from moodrop.cli.profile import connect
from moodrop.cli.report import Report
from moodrop.cli.send_files import new_file, send
from moodrop.cli.user_folders import cache_folder

Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Report what is skipped on every run.")]
Folder = Annotated[Path, typer.Argument(metavar="DIR", exists=True, file_okay=False, help="Folder to upload.")]


def sync(
    folder: Folder,
    mood: Mood = None,
    tags: Tags = None,
    public: Public = False,
    follow_links: FollowLinks = False,
    parallel: Parallel = 8,
    checksum: Checksum = "crc32c",
    verbose: Verbose = False,
    as_json: Json = False,
) -> None:
    """Upload new and changed files of a folder.

    Prints the id of each. Deletes nothing, here or on the server. Safe for cron: silent when nothing changed, and only
    one run at a time. Reports what it skips when that changes.
    """
    report = Report(as_json=as_json)
    left_out = LeftOut()
    with _locked(folder), connect() as client:
        types = client.whoami().limits.allowed_content_types
        contained = walk(folder, lambda error: report.failed("", error), left_out, follow_links=follow_links)
        candidates = sendable(contained, types, left_out)
        library = Library(client.iter_files(), DigestCache(folder))
        files = [
            new_file(
                file.path,
                within=None if follow_links else folder,
                mood=mood,
                tags=tags,
                public=public,
                checksum=checksum,
            )
            for file in _missing(candidates, library, report)
        ]
        is_new = library.digests.replace("left out", left_out.digest())
        # Without stored digests, every run would report it, and cron would mail it: report it only if files are sent.
        if verbose or (is_new if _store(library.digests, report) else files):
            left_out.report_to(report)
        if files:
            send(client, files, report, parallel=parallel)
    report.finish()


def _missing(files: Iterable[FileToSend], library: "Library", report: Report) -> Iterator[FileToSend]:
    for file in files:
        try:
            is_there = library.has(file.path)
        except OSError as error:
            report.failed(str(file.path), error)
        else:
            if not is_there:
                yield file


def _store(digests: DigestCache, report: Report) -> bool:
    """Store the digests; return False if that fails, and report what it costs."""
    try:
        digests.save()
    except OSError as error:
        if digests.saves_reading():
            where = f"{error.filename}: " if error.filename else ""
            report.note(f"digests are not stored ({where}{error.strerror or error}), so each run reads every file")
        return False
    return True


class Library:
    """The files that the service has already, by size."""

    def __init__(self, files: Iterable[File], digests: DigestCache) -> None:
        self.digests = digests
        self._by_size: dict[int, list[File]] = defaultdict(list)
        for file in files:
            self._by_size[file.size_bytes].append(file)

    def has(self, path: Path) -> bool:
        """Return whether the service has these bytes, under any name. Raises OSError."""
        return any(self._is(path, file) for file in self._by_size.get(path.stat().st_size, ()))

    def _is(self, path: Path, file: File) -> bool:
        if file.checksum:
            return self.digests.of(path, file.checksum.algorithm) == file.checksum.value_base64
        # Its client declared no checksum, so compare name, size and time.
        same_name = normalize("NFC", path.name) == file.filename
        return same_name and path.stat().st_mtime <= file.created_at.timestamp()


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Raise CommandError if another sync of this folder to this service is running."""
    name = hashlib.sha256(f"{profile.current().url} {folder.resolve()}".encode(errors="surrogateescape")).hexdigest()
    lock = _lock_file(f"sync-{name[:32]}.lock", folder)
    try:
        if not _is_locked(lock):
            raise CommandError(f"another sync of {folder} is running", ExitCode.NOT_NOW)
        yield
    finally:
        os.close(lock)


def _is_locked(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lock_file(name: str, folder: Path) -> int:
    """Open the lock file, or the folder itself if there is no home."""
    try:
        private_folder(cache_folder())
        return os.open(cache_folder() / name, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError:
        return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
