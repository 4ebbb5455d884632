"""Digests of local files, kept from run to run: a `sync` from cron reads only what was written to."""

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
    """Return base64. Raises OSError."""
    digest = new_digest(algorithm)
    # Do not wait for the other end of a pipe.
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "no regular file", str(path))
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return base64.b64encode(digest.digest()).decode()


class KeptDigests:
    """Those of the files of one folder. What cannot be read is worked out again."""

    def __init__(self, folder: Path) -> None:
        self._name = f"digests-{hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:32]}.json"
        self._kept: dict[str, list[object]] = {}
        self._used: dict[str, list[object]] = {}
        with suppress(OSError, ValueError, TypeError, RecursionError):
            self._kept = dict(json.loads(read_private(cache_folder() / self._name)))

    def of(self, path: Path, algorithm: ChecksumAlgorithm) -> str:
        """Return base64. Raises OSError."""
        now = path.stat()
        # The time of change, which nobody can set back, finds also what `cp -p` puts in a file's place.
        state: list[object] = [now.st_size, now.st_mtime_ns, now.st_ctime_ns, now.st_ino]
        name = f"{algorithm} {path.resolve()}"
        kept = self._kept.get(name)
        if not isinstance(kept, list) or kept[:-1] != state:
            kept = [*state, digest_of_file(path, algorithm)]
        self._used[name] = kept
        return str(kept[-1])

    def replace(self, name: str, digest: str) -> bool:
        """Keep the digest of something else under this name; return whether another one was kept before."""
        self._used[name] = [digest]
        return self._kept.get(name) != [digest]

    def save(self) -> None:
        """Keep those of this run. Raises OSError, which costs only the reading next time."""
        write_private(cache_folder() / self._name, json.dumps(self._used))

    def saves_reading(self) -> bool:
        """Return whether a file was read or was known: a digest of something else has no state beside it."""
        return any(len(kept) > 1 for kept in self._used.values())
