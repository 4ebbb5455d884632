"""Guesses the title and the artist of a song from the name of its file."""

import re
from typing import NamedTuple

from moodrop.reading.one_line import one_line

_EXTENSION = re.compile(r"\.[^.\s]{1,5}$")
_SPACE = re.compile("[_\x00-\x1f\x7f-\x9f]")
_TRACK_NUMBER = re.compile(r"[0-9]{1,3}\.?")


class GuessedSong(NamedTuple):
    """A guess; both texts may be empty."""

    title: str
    artist: str


def guess_song(filename: str) -> GuessedSong:
    """Return "Feeling Good" by "Nina Simone" for "03 - Nina Simone - Feeling_Good.mp3".

    Only " - " with plain spaces separates the artist from the title; anything else stays in the title.
    """
    stem = _SPACE.sub(" ", _EXTENSION.sub("", filename)).strip()
    parts = [part.strip() for part in stem.split(" - ")]
    if len(parts) > 1 and _TRACK_NUMBER.fullmatch(parts[0]):
        parts = parts[1:]
    first, *rest = parts
    if not rest or "" in parts:
        return GuessedSong(one_line(" - ".join(parts)) or one_line(filename), "")
    return GuessedSong(one_line(" - ".join(rest)), one_line(first))
