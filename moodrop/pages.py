"""Lists that come in pages."""

from collections.abc import Iterator, Mapping
from typing import Any

from moodrop.parsing import rows_of
from moodrop.service import Service

PER_PAGE = 200


def iter_rows(service: Service, path: str, name: str, params: Mapping[str, Any]) -> Iterator[Any]:
    """Yield the rows of all pages; each page is asked for when its turn comes."""
    cursor = None
    while True:
        page = service.call("GET", path, params={**params, "limit": PER_PAGE, "cursor": cursor})
        yield from rows_of(page, name)
        cursor = page.get("next_cursor")
        if cursor is None:
            return
