"""A person's own file name: cleaned on the way in, and written for browsers on the way out."""

import re
import unicodedata
from urllib.parse import quote

MAX_BYTES = 255
# RFC 5987 attr-char: what may stand unquoted in filename*.
_ATTR_CHARS = "!#$&+-.^_`|~"
# Unicode's categories Cc and Cs: control characters and lone surrogates.
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_NOT_SAVED_AS = re.compile(r'["/\\%:*?<>|]|^[ .~-]')
_DEVICE = re.compile(r"(con|prn|aux|nul|(com|lpt)[0-9])\s*(\..*)?", re.IGNORECASE)
_SAFE_INLINE = re.compile(r"(audio|video)/[\w.+-]+|image/(png|jpeg|gif|webp|avif)|application/pdf")


def clean(filename: str) -> str:
    """Return the name in NFC, without folders, control characters or lone surrogates, at most 255 bytes.

    Never empty: a name of which nothing is left becomes 'file'. The extension survives the cut.
    """
    last = re.split(r"[/\\]", filename)[-1]
    name = unicodedata.normalize("NFC", _INVISIBLE.sub("", last)).strip()
    if not name.strip("."):  # '..' would be a folder again
        return "file"
    stem, dot, extension = name.rpartition(".")
    if not dot or not stem or len(extension.encode()) > 32:
        return _cut(name, MAX_BYTES).strip()
    return _cut(stem, MAX_BYTES - len(extension.encode()) - 1) + dot + extension


def _cut(text: str, size_bytes: int) -> str:
    return text.encode()[:size_bytes].decode(errors="ignore")


def content_disposition(disposition: str, filename: str) -> str:
    """Return the header that saves a download under its own name (RFC 6266, with RFC 5987 for Unicode).

    Both forms are given: old clients read the ASCII one, all others prefer filename*.
    """
    ascii_name = unicodedata.normalize("NFKD", filename).encode("ascii", "ignore").decode()
    # NFKD turns full-width slashes and quotes into plain ones. `curl -OJ` saves under this name unchanged, whereas a
    # browser replaces dangerous names: a hidden file, an option, a stream or a Windows device.
    plain = _NOT_SAVED_AS.sub("_", ascii_name).strip().rstrip(". ") or "file"
    if _DEVICE.fullmatch(plain):
        plain = f"_{plain}"
    return f"{disposition}; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe=_ATTR_CHARS)}"


def may_show_inline(content_type: str) -> bool:
    """Return whether a browser may show this type inline: audio, video, raster images, PDF; never HTML, SVG, XML."""
    # Browsers run scripts in any type with this ending, even audio/ or video/.
    return _SAFE_INLINE.fullmatch(content_type) is not None and not content_type.lower().endswith("+xml")
