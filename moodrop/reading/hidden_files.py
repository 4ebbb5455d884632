"""Recognizes files in a folder that nobody meant to upload: hidden files, and files that systems leave behind."""

import re

# Left by macOS, Windows, NAS boxes, file managers and archives.
_LEFT_BY_SYSTEMS = {
    "$recycle.bin",
    "#recycle",
    "#snapshot",
    "@eadir",
    "@recycle",
    "__macosx",
    "desktop.ini",
    "ehthumbs.db",
    "icon\r",
    "lost+found",
    "network trash folder",
    "system volume information",
    "temporary items",
    "thumbs.db",
}
# "...And Justice", ".38 Special", ".hack SIGN": a hidden file's name is one word of letters.
_TITLE = re.compile(r"\.{2,}[^.]|\.[0-9\s]|\.[^_~#.]\S*\s")


def is_hidden(name: str) -> bool:
    """Return whether a file or folder of this name is left out of a folder. The page has the same rule."""
    if name.startswith("."):
        return _TITLE.match(name) is None
    return name.lower() in _LEFT_BY_SYSTEMS
