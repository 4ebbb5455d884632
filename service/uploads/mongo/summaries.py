"""What lists show of what was made from a file's bytes, once more in its document, as one text.

A page reads these texts instead of two dozen values of each file, which would take longer than all else of a row. A
text is written with what it repeats, by the same update, and begins with its revision: a version of the service that
does not know of the texts leaves one behind that says so.
"""

from functools import lru_cache
from typing import NamedTuple

import orjson

from service.uploads.derived import Derived
from service.uploads.rows import FileRow, summary_of
from service.uploads.thumbnails import source_of

# Two of a document's fields: the text, and the revision of what it repeats.
TEXT, REVISION = "derived_row", "derived_revision"
# In each process: some ten megabytes.
MOST_REMEMBERED = 10_000


class Packed(NamedTuple):
    """What a text says."""

    revision: int
    source: str | None  # of the bytes that all of it was made from
    picture: str | None  # the file or cover that the thumbnail was made from
    summary: FileRow  # do not change it: it is remembered


NOTHING_PACKED = Packed(0, None, None, {})


def pack(derived: Derived | None, revision: int) -> str | None:
    """Return the text, or None for a file of which nothing was ever derived."""
    if derived is None:
        return orjson.dumps([revision, None, None, {}]).decode() if revision else None
    picture = source_of(derived.thumbnail) if derived.thumbnail else None
    return orjson.dumps([revision, derived.source, picture, summary_of(derived)]).decode()


# Lists are read again and again, by pages that wait for what is new.
@lru_cache(maxsize=MOST_REMEMBERED)
def unpack(text: str) -> Packed:
    """Return what `pack` wrote."""
    return Packed(*orjson.loads(text))
