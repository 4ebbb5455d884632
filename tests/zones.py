"""The machine's time zone, changed for a test."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch


@contextmanager
def machine_in(zone: str) -> Iterator[None]:
    """Put the machine into that zone until the block ends."""
    with patch.dict(os.environ, TZ=zone):
        time.tzset()
        yield
    time.tzset()
