"""Makes names of files valid Unicode, whatever bytes the disk has."""

import re
from unicodedata import normalize

# The service accepts 512 characters. The end of a name says more than its beginning.
FINGERPRINT_NAME = 400
LONGEST_NAME = 4096
_SURROGATES = re.compile("[\ud800-\udfff]")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")


def valid_name(name: str) -> str:
    """Return the name with U+FFFD for bytes that are not text, as in browsers, cut to the longest name."""
    return _SURROGATES.sub("\ufffd", name)[-LONGEST_NAME:]


def fingerprint_name(name: str) -> str:
    """Return the part of a name that goes into a fingerprint. The page uses the same part."""
    return _CONTROLS.sub(" ", normalize("NFC", valid_name(name)))[-FINGERPRINT_NAME:]
