"""Lists that come in pages."""

from collections.abc import Iterator, Mapping
from typing import Any

from moodrop.calls.parsing import rows_of
from moodrop.calls.service import Service
from moodrop.errors import ServerUnknown

PER_PAGE = 200
LONGEST_CURSOR = 4096
# No list has this many empty pages in a row.
MOST_EMPTY = 100


def iter_rows(service: Service, path: str, name: str, params: Mapping[str, Any]) -> Iterator[Any]:
    """Yield the rows of all pages; request each page only when it is needed."""
    cursor = None
    empty = 0
    while True:
        page = service.call("GET", path, params={**params, "limit": PER_PAGE, "cursor": cursor})
        rows = rows_of(page, name)
        yield from rows
        last = cursor
        cursor = page.get("next_cursor")
        if cursor is None:
            return
        empty = 0 if rows else empty + 1
        if not isinstance(cursor, str) or len(cursor) > LONGEST_CURSOR or cursor == last or empty == MOST_EMPTY:
            raise ServerUnknown("the service lists pages that never end")
