"""The zone of the machine, changed for a test."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch


@contextmanager
def machine_in(zone: str) -> Iterator[None]:
    """The machine stands in that zone until the block is left."""
    with patch.dict(os.environ, TZ=zone):
        time.tzset()
        yield
    time.tzset()
