"""Turns any text into one line that the service accepts and a person can read."""

import re
from unicodedata import category, normalize

LONGEST = 200  # characters of a title, an artist or an album
# Control characters, lone surrogates, and separators of lines and paragraphs.
_UNUSABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
# They would also change the direction of the text after them. A byte order mark means nothing here.
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff]")
_INVISIBLE = {"Zs", "Zl", "Zp", "Mn", "Mc", "Me", "Cc", "Cf", "Cs"}
_BLANK_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"


def one_line(text: str) -> str:
    """Return the text in NFC, cut to what the service accepts, or '' if nothing in it is visible."""
    plain = normalize("NFC", _DIRECTION.sub("", _UNUSABLE.sub(" ", text)))
    line = " ".join(plain.split())[:LONGEST].strip()
    return line if any(_is_visible(character) for character in line) else ""


def _is_visible(character: str) -> bool:
    return category(character) not in _INVISIBLE and character not in _BLANK_LETTERS
