"""Checks whether the bytes of a PUT have arrived, without waiting for those still on their way.

MinIO holds the lock of a write-once key from the first byte of its PUT to the last, and a HEAD waits for it. A listing
does not wait, and shows an object once it is complete. It is a second call, so it is made only after a HEAD stalled.
"""

import time
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from threading import Lock

from urllib3.exceptions import ReadTimeoutError

from service.store.s3.head import HeadSender

# A HEAD takes some milliseconds. Shorter than a gate waits for a stalled call (STALL_TIMEOUT_S).
HASTY_TIMEOUT_S = 0.2
# For this long after a HEAD stalled, a listing comes first for keys beside it. MinIO gives up a silent PUT after 30 s.
REMEMBERED_S = 30.0
MOST_FOLDERS = 1000


class Looks:
    """Threads share it."""

    def __init__(self, heads: HeadSender, hasty: HeadSender) -> None:
        """`hasty` gives up after HASTY_TIMEOUT_S."""
        self._heads = heads
        self._hasty = hasty
        self._stood_at: OrderedDict[str, float] = OrderedDict()
        self._mutex = Lock()

    def arrived(self, bucket: str, object_key: str) -> Mapping[str, str] | None:
        """Return the headers of the object, or None if a listing shows none.

        Raises HTTPError, and ClientError: with status 404 if a HEAD found no object.
        """
        is_suspect = self._stood_beside(object_key)
        if not is_suspect:
            with suppress(ReadTimeoutError):
                return self._hasty.head(bucket, object_key)
        if not self._heads.is_absent(bucket, object_key):
            return self._heads.head(bucket, object_key)
        if not is_suspect:
            self._remember(object_key)
        return None

    def _stood_beside(self, object_key: str) -> bool:
        with self._mutex:
            return time.monotonic() - self._stood_at.get(_folder(object_key), -REMEMBERED_S) < REMEMBERED_S

    def _remember(self, object_key: str) -> None:
        with self._mutex:
            self._stood_at[_folder(object_key)] = time.monotonic()
            self._stood_at.move_to_end(_folder(object_key))
            if len(self._stood_at) > MOST_FOLDERS:
                self._stood_at.popitem(last=False)


def _folder(object_key: str) -> str:
    return object_key.rpartition("/")[0]
