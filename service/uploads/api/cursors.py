"""Where pages of uploads and files end."""

from collections.abc import Mapping

from service.shared.api.context import context
from service.shared.api.signed_cursors import SignedCursors
from service.shared.ports.keyring import Keyring
from service.uploads.model import Upload
from service.uploads.queries import Position, Sort


def cursors() -> "Cursors":
    """Return what makes and reads the cursors of this service."""
    return Cursors(context().ports.keyring)


class Cursors:
    """Makes and reads the cursors of lists of uploads."""

    def __init__(self, keyring: Keyring) -> None:
        self._signed = SignedCursors(keyring)

    def make(self, rows: list[Upload], limit: int, sort: Sort, query: Mapping[str, str | None]) -> str | None:
        """Return the cursor after a page, or None if the page is not full: nothing follows it."""
        if len(rows) < limit:
            return None
        return self.after(Position.of(rows[-1], sort), query)

    def after(self, end: Position, query: Mapping[str, str | None]) -> str:
        """Return the cursor after a full page that ends there."""
        return self._signed.make((end.value, end.upload_id), query)

    def read(self, cursor: str | None, query: Mapping[str, str | None]) -> Position | None:
        """Return where to continue. Raises InvalidCursor for a cursor that is forged or from another query."""
        if cursor is None:
            return None
        value, upload_id = self._signed.read(cursor, query)
        return Position(value, str(upload_id))
