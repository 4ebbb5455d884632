"""What tokens have spent on a dict, for fast tests of the use cases."""

import threading

from service.shared.model import Grant, Spent


class MemoryGrantLedger:
    """The GrantLedger port on a dict."""

    def __init__(self) -> None:
        self._spent: dict[str, Spent] = {}
        self._lock = threading.Lock()

    def prepare(self) -> None:
        """Nothing to make."""

    def spend(self, grant: Grant, files: int, size_bytes: int) -> bool:
        with self._lock:
            now = self._spent.get(grant.usage_id, Spent())
            then = Spent(now.files + files, now.size_bytes + size_bytes)
            many = grant.max_files is not None and then.files > grant.max_files
            much = grant.max_bytes is not None and then.size_bytes > grant.max_bytes
            if not many and not much:
                self._spent[grant.usage_id] = then
            return not many and not much

    def spent(self, grant: Grant) -> Spent:
        return self._spent.get(grant.usage_id, Spent())
