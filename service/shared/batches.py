"""Work that is done batch by batch, and may be interrupted in between."""

import sys
from collections.abc import Callable


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
