"""Makes the name of a download harmless on this machine, whatever the uploader called the file."""

import re
from unicodedata import normalize

from moodrop.transfer.reservations import is_partial_download

# The limit of file systems, 255 bytes, minus room for suffixes that programs append.
LONGEST_NAME_BYTES = 250
# Nobody relies on a longer extension.
LONGEST_EXTENSION_BYTES = 32
# Characters with a meaning on Windows and its shares; ':' names a stream of another file.
NOT_IN_NAMES = re.compile(r'[<>:"|?*]')
# Letters and symbols according to Unicode's categories, but invisible.
INVISIBLE = frozenset("\u115f\u1160\u2800\u3164\uffa0")
# The first character of a hidden file, which a shell may run at log-in; of an option; of a home folder.
NOT_FIRST = ".-~"
DEVICE = re.compile(
    r"(con|prn|aux|nul|clock\$|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\..*)?", re.IGNORECASE | re.DOTALL
)
# File managers act on these just by showing the folder.
ACTED_ON = re.compile(
    r"desktop\.ini|autorun\.inf|.*\.(desktop|lnk|scf|url|theme|library-ms|searchconnector-ms)", re.IGNORECASE
)


def local_name(filename: str) -> str:
    """Return the file's name as one harmless name for a local folder. docs/cli.md has the rules."""
    last = re.split(r"[/\\]", filename)[-1]
    shown = "".join(character for character in last if character.isprintable() and character not in INVISIBLE)
    # Windows drops trailing dots and spaces, and so would open another file.
    # Cut first, because the name may end in another character then.
    name = with_suffix(NOT_IN_NAMES.sub("_", normalize("NFC", shown)).strip(), "")
    if not name:
        return "file"
    if name[0] in NOT_FIRST:
        name = "_" + name[1:]
    if DEVICE.fullmatch(name):
        name = "_" + name
    # A later download would take such a name for the remains of a killed one, and remove the file.
    if ACTED_ON.fullmatch(name) or is_partial_download(name):
        name += "_"
    return with_suffix(name, "")


def with_suffix(name: str, suffix: str) -> str:
    """Return the name with a suffix before its extension, cut to the limit of file systems."""
    stem, dot, extension = name.rpartition(".")
    if not stem or len(extension.encode()) > LONGEST_EXTENSION_BYTES:
        stem = name
        dot = extension = ""
    end = suffix + dot + extension
    return (_cut(stem, LONGEST_NAME_BYTES - len(end.encode())) + end).rstrip(". ")


def same_name(name: str) -> str:
    """Return a form that is equal for names that a file system may treat as one: case and composition do not count."""
    return normalize("NFC", normalize("NFD", name).casefold())


def _cut(text: str, size_bytes: int) -> str:
    return text.encode()[:size_bytes].decode(errors="ignore")
