"""Page cursors of every list: opaque, signed, and valid only for the query they came from."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256

from itsdangerous import BadData, URLSafeSerializer

from service.shared.errors import InvalidCursor
from service.shared.ports.keyring import Keyring

# A part of a position. Times are sent as whole numbers, so any other number is a float.
Part = str | datetime | float | None


class SignedCursors:
    """Makes and reads cursors, signed with secrets that all workers share."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def make(self, place: Sequence[Part], query: Mapping[str, str | None]) -> str:
        """Return the cursor of the place where a page ended."""
        values = [int(value.timestamp() * 1000) if isinstance(value, datetime) else value for value in place]
        return str(self._serializer().dumps([*values, _fingerprint(query)]))

    def read(self, cursor: str, query: Mapping[str, str | None]) -> list[Part]:
        """Return the place. Raises InvalidCursor for a cursor that is forged or from another query."""
        try:
            *values, fingerprint = self._serializer().loads(cursor)
        except (BadData, ValueError, TypeError) as error:
            raise InvalidCursor("the cursor was not made by this service") from error
        if fingerprint != _fingerprint(query):
            raise InvalidCursor("the cursor was made for other filters or another caller")
        return [_time(value) if isinstance(value, int) else value for value in values]

    def _serializer(self) -> URLSafeSerializer:
        # itsdangerous signs with the last of several keys.
        return URLSafeSerializer([*reversed(self._keyring.derive("cursor"))], salt="cursor")


def _time(milliseconds: int) -> datetime:
    seconds, rest = divmod(milliseconds, 1000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest * 1000)


def _fingerprint(query: Mapping[str, str | None]) -> str:
    text = "\n".join(f"{name}={value!r}" for name, value in sorted(query.items()))
    return sha256(text.encode()).hexdigest()[:16]
