"""Finds the unfinished uploads of many files, with one listing for all of them."""

import threading
from collections import defaultdict
from dataclasses import dataclass, field

from moodrop.calls.pages import iter_rows
from moodrop.calls.parsing import parse
from moodrop.model import Upload
from moodrop.transfer.context import ClientContext
from moodrop.transfer.declare import DeclaredFile


@dataclass
class UnfinishedUploads:
    """Hands out each upload once: two files may have the same name, size and date."""

    context: ClientContext
    _by_fingerprint: dict[str, list[Upload]] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, declared: DeclaredFile) -> Upload | None:
        """Return an unfinished upload of this file, if there is one."""
        fingerprint = declared.body.get("fingerprint")
        if fingerprint is None:
            return None
        with self._lock:
            if self._by_fingerprint is None:
                self._by_fingerprint = self._list()
            candidates = self._by_fingerprint.get(fingerprint, [])
            upload = next(filter(declared.is_of, candidates), None)
            if upload:
                candidates.remove(upload)
            return upload

    def _list(self) -> dict[str, list[Upload]]:
        uploads = defaultdict[str, list[Upload]](list)
        for row in iter_rows(self.context.service, "/v1/uploads", "uploads", {"status": "pending"}):
            upload = parse(Upload, row)
            if upload.fingerprint:
                uploads[upload.fingerprint].append(upload)
        return uploads
