"""How words are found again: folded, so that case and accents do not matter, and by their beginnings."""

import re
import unicodedata

from service.uploads.metadata import FileMetadata
from service.uploads.model import UploadChanges

# More would make the index of one document larger than the document.
MAX_WORDS = 64
MAX_WORD_CHARACTERS = 40
# A cursor carries it; what is alike up to here is told apart by the id.
MAX_SORT_CHARACTERS = 100
# Letters and digits of any script; '_' parts words, as it does in file names.
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """The text as it is compared: 'Tönë' and 'TONE' are the same, 'Straße' and 'strasse' too."""
    if text.isascii():  # the same, in a tenth of the time
        return text.lower()
    parts = unicodedata.normalize("NFKD", text)
    return "".join(c for c in parts if not unicodedata.combining(c)).casefold()


def words_of(*texts: str) -> tuple[str, ...]:
    """Every folded word of the texts once, in their order."""
    found = [word[:MAX_WORD_CHARACTERS] for word in _WORD.findall(fold(" ".join(texts)))]
    return tuple(dict.fromkeys(found))[:MAX_WORDS]


def prefixes_of(q: str) -> tuple[str, ...]:
    """What the words of a query must begin with; of a query without a word, something that no word does."""
    return words_of(q) or (("_",) if q.strip() else ())


def index_fields(filename: str, metadata: FileMetadata) -> UploadChanges:
    """What a record keeps to be found and sorted by."""
    said = [metadata.title or "", metadata.artist or "", metadata.album or "", *(metadata.tags or [])]
    return {"words": words_of(*said, filename), "sort_title": fold(metadata.title or filename)[:MAX_SORT_CHARACTERS]}
