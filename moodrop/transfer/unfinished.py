"""The unfinished uploads, asked for once: what many files are looked up in."""

import threading
from collections import defaultdict
from dataclasses import dataclass, field

from moodrop.calls.pages import iter_rows
from moodrop.calls.parsing import parse
from moodrop.model import Upload
from moodrop.transfer.context import Line
from moodrop.transfer.upload_task import Declared


@dataclass
class Unfinished:
    """Each upload is given out once, for two files may have the same name, size and date."""

    line: Line
    _by_fingerprint: dict[str, list[Upload]] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, declared: Declared) -> Upload | None:
        fingerprint = declared.body.get("fingerprint")
        if fingerprint is None:
            return None
        with self._lock:
            if self._by_fingerprint is None:
                self._by_fingerprint = self._all()
            candidates = self._by_fingerprint.get(fingerprint, [])
            found = next(filter(declared.is_of, candidates), None)
            if found:
                candidates.remove(found)
            return found

    def _all(self) -> dict[str, list[Upload]]:
        found = defaultdict[str, list[Upload]](list)
        for row in iter_rows(self.line.service, "/v1/uploads", "uploads", {"status": "pending"}):
            upload = parse(Upload, row)
            if upload.fingerprint:
                found[upload.fingerprint].append(upload)
        return found
