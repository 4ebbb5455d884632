"""What a thread that still sends learns of a client that was closed meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from moodrop.errors import Stopped


@contextmanager
def ended_by_close(http: httpx.Client) -> Iterator[None]:
    """Raises Stopped for whatever httpx says of a closed client."""
    try:
        yield
    except (RuntimeError, httpx.HTTPError) as error:
        if http.is_closed:
            raise Stopped("the client was closed") from error
        raise
