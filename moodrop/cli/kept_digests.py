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
from moodrop.digests import new_digest
from moodrop.model import ChecksumAlgorithm

CHUNK_BYTES = 1024 * 1024


def cache_folder() -> Path:
    """Return the folder for files that may be removed at any time. Raises OSError if there is no home."""
    if given := os.environ.get("XDG_CACHE_HOME"):
        return Path(given) / "moodrop"
    try:
        return Path.home() / ".cache" / "moodrop"
    except RuntimeError as error:
        raise OSError(errno.ENOENT, str(error)) from error


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

    def save(self) -> bool:
        """Keep those of this run. False if they cannot be written, which costs only the reading next time."""
        try:
            write_private(cache_folder() / self._name, json.dumps(self._used))
        except OSError:
            return False
        return True
