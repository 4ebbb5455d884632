"""Stores digests of local files from run to run, so that a `sync` from cron reads only changed files."""

import base64
import errno
import hashlib
import json
import os
import stat
from contextlib import suppress
from pathlib import Path

from moodrop.cli.private_files import read_private, write_private
from moodrop.cli.user_folders import cache_folder
from moodrop.model import ChecksumAlgorithm
from moodrop.transfer.digests import new_digest

CHUNK_BYTES = 1024 * 1024


def digest_of_file(path: Path, algorithm: ChecksumAlgorithm) -> str:
    """Return the file's digest in base64. Raises OSError."""
    digest = new_digest(algorithm)
    # O_NONBLOCK: do not wait for the other end of a pipe.
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return base64.b64encode(digest.digest()).decode()


class DigestCache:
    """The digests of the files in one folder. A cache that cannot be read is computed again."""

    def __init__(self, folder: Path) -> None:
        self._name = f"digests-{hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:32]}.json"
        self._stored: dict[str, list[object]] = {}
        self._used: dict[str, list[object]] = {}
        with suppress(OSError, ValueError, TypeError, RecursionError):
            self._stored = dict(json.loads(read_private(cache_folder() / self._name)))

    def of(self, path: Path, algorithm: ChecksumAlgorithm) -> str:
        """Return the digest in base64, from the cache or from the file. Raises OSError."""
        stat_result = path.stat()
        # ctime, which nobody can set back, also reveals a file that `cp -p` has put in place of another.
        state: list[object] = [
            stat_result.st_size,
            stat_result.st_mtime_ns,
            stat_result.st_ctime_ns,
            stat_result.st_ino,
        ]
        name = f"{algorithm} {path.resolve()}"
        entry = self._stored.get(name)
        if not isinstance(entry, list) or entry[:-1] != state:
            entry = [*state, digest_of_file(path, algorithm)]
        self._used[name] = entry
        return str(entry[-1])

    def replace(self, name: str, digest: str) -> bool:
        """Store a digest of something else under this name; return whether it differs from the one before."""
        self._used[name] = [digest]
        return self._stored.get(name) != [digest]

    def save(self) -> None:
        """Store the digests of this run. Raises OSError; without them, the next run reads every file."""
        write_private(cache_folder() / self._name, json.dumps(self._used))

    def saves_reading(self) -> bool:
        """Return whether there are digests of files to store. Digests of something else have no state beside them."""
        return any(len(entry) > 1 for entry in self._used.values())
