"""Repairs tags in regional encodings that are marked as Latin-1 or were decoded wrongly.

The file does not name the encoding, so a text is decoded again only if the result is certain: it is valid UTF-8, or the
name of the file contains it. A text that makes no sense is dropped otherwise, because the file name is better.
"""

import codecs
import re

from moodrop.reading.one_line import one_line

MOST_CHARACTERS = 2000  # far more than any title

# The most common ones, by region. The page has the same list.
_ENCODINGS = (
    *("cp1251", "cp1250", "gb18030", "shift_jis", "big5", "euc_kr", "koi8_r", "cp1253"),
    *("cp1254", "cp1255", "cp1256", "cp874", "cp1258", "euc_jp"),
)
# Readers decode bytes from 0x80 to 0x9F as Latin-1, or as Windows-1252.
_BYTES = {chr(byte): byte for byte in range(256)} | {
    bytes([byte]).decode("cp1252"): byte for byte in range(0x80, 0xA0) if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
# Quotation marks, dashes and the like, which are common in real titles.
_PUNCTUATION = "\x85\x91-\x97\x99"
_RUN = re.compile("[\x80-\xff]{4,}")
_OTHER_THAN_PUNCTUATION = re.compile(f"[^{_PUNCTUATION}]")
_RARE = re.compile("[\x81-\x83\x86-\x89\x8d\x8f\x90\x98\x9d]")
_SYMBOL = re.compile("[\xa2-\xaa\xac-\xba\xbc-\xbe\xd7\xf7]")
_HIGH = re.compile("[\x80-\xff]")
_LETTER = re.compile("[\x8a\x8c\x8e\x9a\x9c\x9e\x9f\xaa\xb5\xba\xc0-\xd6\xd8-\xf6\xf8-\xff]")
_QUESTION_MARKS = re.compile(r"[\s?]*\?[\s?]*\?[\s?]*\?[\s?]*")


def readable(text: str, filename: str) -> str:
    """Return the text as its writer meant it, in one line, or '' if it makes no sense."""
    text = text[:MOST_CHARACTERS]
    if _QUESTION_MARKS.fullmatch(text) or "\ufffd" in text:
        return ""
    codes = [_BYTES.get(character, -1) for character in text]
    if text.isascii() or -1 in codes:
        return one_line(text)
    data = bytes(codes)
    name = _folded(filename)
    plain = one_line(data.decode("cp1252", errors="ignore"))
    utf8 = _decoded(data, "utf-8")
    candidates = (plain, utf8, *(_decoded(data, encoding) for encoding in _ENCODINGS))
    confirmed = next((line for line in candidates if line and _folded(line) in name), "")
    return confirmed or utf8 or ("" if _is_garbled(data.decode("latin-1")) else plain)


def _decoded(data: bytes, encoding: str) -> str:
    """Return the text without an incomplete last character, or '' if it is not in this encoding."""
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(data)
    except UnicodeDecodeError:
        return ""
    return "" if text.isascii() else one_line(text)


def _folded(text: str) -> str:
    return one_line(text.replace("_", " ")).lower()


def _is_garbled(latin: str) -> bool:
    """Return whether hardly anybody would write such a text in a language of Latin-1."""
    if any(_OTHER_THAN_PUNCTUATION.search(run) for run in _RUN.findall(latin)):
        return True
    high = len(_HIGH.findall(latin))
    visible = len(re.findall(r"\S", latin))
    if high >= 2 and not re.search("[A-Za-z]", latin) and _LETTER.search(latin):
        return True
    return len(_RARE.findall(latin)) >= 2 or (len(_SYMBOL.findall(latin)) >= 2 and high * 2 >= visible)
