"""Page cursors: opaque, signed, and valid only for the query they came from."""

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256

from itsdangerous import BadData, URLSafeSerializer

from service.shared.api.context import context
from service.shared.errors import InvalidCursor
from service.shared.ports.keyring import Keyring
from service.uploads.model import Upload
from service.uploads.queries import Position, Sort


def cursors() -> "Cursors":
    """Return what makes and reads the cursors of this service."""
    return Cursors(context().ports.keyring)


class Cursors:
    """Makes and reads cursors, signed with secrets that all workers share."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def make(self, rows: list[Upload], limit: int, sort: Sort, query: Mapping[str, str | None]) -> str | None:
        """Return the cursor after a page, or None if the page is not full: nothing follows it."""
        if len(rows) < limit:
            return None
        end = Position.of(rows[-1], sort)
        at = end.value if isinstance(end.value, str) else int(end.value.timestamp() * 1000)
        value = [at, end.upload_id, _fingerprint(query)]
        return str(self._serializer().dumps(value))

    def read(self, cursor: str | None, query: Mapping[str, str | None]) -> Position | None:
        """Return where to continue. Raises InvalidCursor for a cursor that is forged or from another query."""
        if cursor is None:
            return None
        try:
            at, upload_id, fingerprint = self._serializer().loads(cursor)
        except (BadData, ValueError, TypeError) as error:
            raise InvalidCursor("the cursor was not made by this service") from error
        if fingerprint != _fingerprint(query):
            raise InvalidCursor("the cursor was made for other filters or another caller")
        return Position(at if isinstance(at, str) else _time(at), upload_id)

    def _serializer(self) -> URLSafeSerializer:
        # itsdangerous signs with the last of several keys.
        return URLSafeSerializer([*reversed(self._keyring.derive("cursor"))], salt="cursor")


def _time(milliseconds: int) -> datetime:
    seconds, rest = divmod(milliseconds, 1000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest * 1000)


def _fingerprint(query: Mapping[str, str | None]) -> str:
    text = "\n".join(f"{name}={value!r}" for name, value in sorted(query.items()))
    return sha256(text.encode()).hexdigest()[:16]
