"""Page cursors: opaque and signed, and good for the query they came from alone."""

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256

from itsdangerous import BadData, URLSafeSerializer

from service.errors import InvalidCursor
from service.model import Position, Upload


class Cursors:
    """Makes and reads cursors with one secret, which all workers share."""

    def __init__(self, secret: str) -> None:
        self._serializer = URLSafeSerializer(secret, salt="cursor")

    def make(self, rows: list[Upload], limit: int, query: Mapping[str, str | None]) -> str | None:
        """The cursor behind a page; None where the page was not full, for nothing follows it."""
        if len(rows) < limit:
            return None
        last = rows[-1]
        value = [int(last.created_at.timestamp() * 1000), last.upload_id, _fingerprint(query)]
        return str(self._serializer.dumps(value))

    def read(self, cursor: str | None, query: Mapping[str, str | None]) -> Position | None:
        """Where to go on. Raises InvalidCursor for a cursor that is forged or from another query."""
        if cursor is None:
            return None
        try:
            milliseconds, upload_id, fingerprint = self._serializer.loads(cursor)
        except (BadData, ValueError, TypeError) as error:
            raise InvalidCursor("the cursor was not made by this service") from error
        if fingerprint != _fingerprint(query):
            raise InvalidCursor("the cursor was made for other filters or another caller")
        seconds, rest = divmod(milliseconds, 1000)
        return Position(datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest * 1000), upload_id)


def _fingerprint(query: Mapping[str, str | None]) -> str:
    text = "\n".join(f"{name}={value!r}" for name, value in sorted(query.items()))
    return sha256(text.encode()).hexdigest()[:16]
