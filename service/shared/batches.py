"""Work that is done batch by batch, and may be interrupted in between."""

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
Place = TypeVar("Place")


def each_of(page_after: Callable[[Place | None], Sequence[T]], place_of: Callable[[T], Place]) -> Iterator[T]:
    """Yield every row of a list that is read page by page. Rows may be removed meanwhile."""
    after: Place | None = None
    while page := page_after(after):
        yield from page
        after = place_of(page[-1])


def repeat_batches(
    step: Callable[[], int], may_go_on: Callable[[], bool], *, batch: int, most: int = sys.maxsize
) -> int:
    """Repeat the step while it finds a whole batch, at most `most` times; return the sum of its counts."""
    total = 0
    for _ in range(most):
        handled = step() if may_go_on() else 0
        total += handled
        if handled < batch:
            break
    return total
