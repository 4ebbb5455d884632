"""Names of files as they are sent: valid Unicode, whatever bytes the disk has."""

import re
from unicodedata import normalize

# The service takes 512 characters of one line; the end of a name tells more than its beginning.
FINGERPRINT_NAME = 400
LONGEST_NAME = 4096
_SURROGATES = re.compile("[\ud800-\udfff]")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")


def valid_name(name: str) -> str:
    """Return the name with U+FFFD for bytes that are no text, as browsers show them, and with no more than fits."""
    return _SURROGATES.sub("\ufffd", name)[-LONGEST_NAME:]


def fingerprint_name(name: str) -> str:
    """Return what a fingerprint keeps of the name. The page keeps the same."""
    return _CONTROLS.sub(" ", normalize("NFC", valid_name(name)))[-FINGERPRINT_NAME:]
