"""Makes words searchable: folded, so that case and accents do not matter, and by their beginnings."""

import re
import unicodedata

from service.uploads.metadata import FileMetadata
from service.uploads.model import UploadChanges

# More would make the index of one document larger than the document.
MAX_WORDS = 64
MAX_WORD_CHARACTERS = 40
# A cursor carries it; titles that are equal up to here are ordered by the id.
MAX_SORT_CHARACTERS = 100
# The sort key of a file without an artist or an album: it comes after all others.
NONE_LAST = "\U0010ffff"
UNKNOWN_LENGTH = -1.0
# Letters and digits of any script; '_' parts words, as it does in file names.
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Fold a text for comparison: 'Tönë' and 'TONE' are the same, 'Straße' and 'strasse' too."""
    if text.isascii():  # the same, in a tenth of the time
        return text.lower()
    parts = unicodedata.normalize("NFKD", text)
    return "".join(c for c in parts if not unicodedata.combining(c)).casefold()


def words_of(*texts: str) -> tuple[str, ...]:
    """Return every folded word of the texts once, in their order."""
    words = [word[:MAX_WORD_CHARACTERS] for word in _WORD.findall(fold(" ".join(texts)))]
    return tuple(dict.fromkeys(words))[:MAX_WORDS]


def prefixes_of(q: str) -> tuple[str, ...]:
    """Return the word beginnings of a query; for a query without words, one that no word has."""
    return words_of(q) or (("_",) if q.strip() else ())


def index_fields(filename: str, metadata: FileMetadata, measured_seconds: float | None = None) -> UploadChanges:
    """Return the fields by which a record is found and sorted. A measured length goes before a declared one."""
    texts = [metadata.title or "", metadata.artist or "", metadata.album or "", *(metadata.tags or [])]
    return {
        "words": words_of(*texts, metadata.mood or "", filename),
        "sort_title": fold(metadata.title or filename)[:MAX_SORT_CHARACTERS],
        "sort_artist": name_key(metadata.artist),
        "sort_album": name_key(metadata.album),
        "sort_length": length_key(metadata, measured_seconds),
    }


def name_key(name: str | None) -> str:
    """Return the sort key of an artist or an album: names that differ in case or accents alone are one."""
    return fold(name or "").strip()[:MAX_SORT_CHARACTERS] or NONE_LAST


def length_key(metadata: FileMetadata, measured_seconds: float | None) -> float:
    """Return the length by which a file is sorted, in seconds."""
    lengths = (measured_seconds, metadata.duration_seconds, UNKNOWN_LENGTH)
    return float(next(seconds for seconds in lengths if seconds is not None))
