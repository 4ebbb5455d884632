"""The name that a download gets on this machine: harmless, whatever the uploader has called the file."""

import re
from unicodedata import normalize

# What names may have at most, 255 bytes, less room for what programs append.
LONGEST_NAME_BYTES = 250
# A longer one is no extension that anybody relies on.
LONGEST_EXTENSION_BYTES = 32
# What Windows and its shares give a meaning; ':' names a stream of another file.
NOT_IN_NAMES = re.compile(r'[<>:"|?*]')
# Letters and symbols by Unicode's categories, and nothing to be seen.
INVISIBLE = frozenset("\u115f\u1160\u2800\u3164\uffa0")
# A hidden file, which a shell may run at log-in; an option; somebody's home.
NOT_FIRST = ".-~"
DEVICE = re.compile(
    r"(con|prn|aux|nul|clock\$|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\..*)?", re.IGNORECASE | re.DOTALL
)
# File managers act on these when they only show the folder.
ACTED_ON = re.compile(r"desktop\.ini|autorun\.inf|.*\.(desktop|lnk|scf|url)", re.IGNORECASE)


def local_name(filename: str) -> str:
    """Return the file's name as one harmless name in a folder here. docs/cli.md tells the rule."""
    last = re.split(r"[/\\]", filename)[-1]
    shown = "".join(character for character in last if character.isprintable() and character not in INVISIBLE)
    # Windows drops dots and spaces at the end, and so would open another file.
    name = NOT_IN_NAMES.sub("_", normalize("NFC", shown)).strip().rstrip(". ")
    if not name:
        return "file"
    if name[0] in NOT_FIRST:
        name = "_" + name[1:]
    if DEVICE.fullmatch(name):
        name = "_" + name
    if ACTED_ON.fullmatch(name):
        name += "_"
    return with_suffix(name, "")


def with_suffix(name: str, suffix: str) -> str:
    """Return the name with a suffix before its extension, cut to what a file system takes."""
    stem, dot, extension = name.rpartition(".")
    if not stem or len(extension.encode()) > LONGEST_EXTENSION_BYTES:
        stem, dot, extension = name, "", ""
    end = suffix + dot + extension
    return (_cut(stem, LONGEST_NAME_BYTES - len(end.encode())) + end).rstrip(". ")


def same_name(name: str) -> str:
    """Return what two names have in common that are one on a file system which folds case or composes letters."""
    return normalize("NFC", normalize("NFD", name).casefold())


def _cut(text: str, size_bytes: int) -> str:
    return text.encode()[:size_bytes].decode(errors="ignore")
