"""Sessions on a dict, for fast tests."""

from service.accounts.model import Session


class MemorySessions:
    """The Sessions port on a dict."""

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}

    def prepare(self) -> None:
        """Nothing to make."""

    def add(self, session: Session) -> None:
        self._sessions[session.digest] = session

    def find(self, digest: str) -> Session | None:
        return self._sessions.get(digest)

    def remove(self, digest: str) -> None:
        self._sessions.pop(digest, None)
