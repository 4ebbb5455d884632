"""How the command reads files: the same table of odd inputs as for the page."""

import io
import json
import math
import os
from pathlib import Path
from typing import Any

import pytest

from moodrop.model import NewFile
from moodrop.reading.content_types import content_type_of
from moodrop.reading.hidden_files import is_hidden
from moodrop.reading.legacy_tags import readable
from moodrop.reading.one_line import one_line
from moodrop.reading.song_title import guess_song
from moodrop.reading.tags import read_tags, valid_duration
from moodrop.transfer.declare import declare
from moodrop.transfer.open_source import open_source
from moodrop.transfer.sources import OpenSource, State
from service.uploads.api.schemas.uploads import UploadRequest

TABLE: dict[str, list[Any]] = json.loads((Path(__file__).parents[1] / "data" / "reading_files.json").read_text())


def bytes_of(pieces: list[dict[str, Any]]) -> bytes:
    """Build a file: each piece is some bytes followed by zeros, repeated."""
    return b"".join(
        (bytes.fromhex(piece["hex"]) + bytes(piece.get("zeros", 0))) * piece.get("times", 1) for piece in pieces
    )


@pytest.mark.parametrize("row", TABLE["content_types"], ids=str)
def test_the_type_is_told_by_the_name(row: dict[str, str]) -> None:
    """No operating system tells the command a type."""
    if row["given"] == "":
        assert content_type_of(row["name"]) == row["expected"]


@pytest.mark.parametrize("row", TABLE["titles"], ids=ascii)
def test_title_and_artist_are_guessed_from_the_name(row: dict[str, str]) -> None:
    assert guess_song(row["filename"]) == (row["title"], row["artist"])


@pytest.mark.parametrize("row", TABLE["one_line"], ids=ascii)
def test_a_text_becomes_one_line_that_the_service_accepts(row: dict[str, str]) -> None:
    assert one_line(row["text"]) == row["expected"]


@pytest.mark.parametrize("row", TABLE["tags"], ids=ascii)
def test_a_tag_in_the_wrong_encoding_is_read_or_left_out(row: dict[str, str]) -> None:
    assert readable(row["tag"], row["filename"]) == row["expected"]


@pytest.mark.parametrize("row", TABLE["fingerprints"], ids=ascii)
def test_the_fingerprint_is_the_same_on_every_device(row: dict[str, Any]) -> None:
    state = State(row["size"], row["date"] * 1_000_000 + 999_999)

    assert OpenSource("a", row["name"], io.BytesIO(), state, is_path=True).fingerprint == row["expected"]


@pytest.mark.parametrize("row", TABLE["durations"], ids=str)
def test_a_duration_is_one_that_the_service_accepts(row: dict[str, Any]) -> None:
    assert valid_duration(float(row["seconds"])) == row["expected"]


@pytest.mark.parametrize("row", TABLE["hidden"], ids=ascii)
def test_a_name_that_begins_with_dots_may_be_a_song(row: dict[str, Any]) -> None:
    assert is_hidden(row["name"]) == row["hidden"]


@pytest.mark.parametrize("row", TABLE["lengths"], ids=lambda row: row["what"])
def test_a_length_is_right_or_left_out(row: dict[str, Any]) -> None:
    seconds = read_tags(io.BytesIO(bytes_of(row["pieces"])), row["filename"]).duration_seconds

    assert (seconds is None) == (row["seconds"] is None)
    assert math.isclose(seconds or 0, row["seconds"] or 0, rel_tol=0.01, abs_tol=0.06)


@pytest.mark.parametrize("row", [*TABLE["lengths"], *TABLE["songs"]], ids=lambda row: row["what"])
def test_a_file_that_is_cut_anywhere_is_read_as_far_as_it_goes(row: dict[str, Any]) -> None:
    whole = bytes_of(row["pieces"])
    for size in (*range(100), len(whole) // 2, len(whole) - 1):
        read_tags(io.BytesIO(whole[: max(0, size)]), row["filename"])


@pytest.mark.parametrize("row", TABLE["songs"], ids=lambda row: row["what"])
def test_the_name_of_a_file_is_better_than_tags_that_make_no_sense(row: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / row["filename"]
    path.write_bytes(bytes_of(row["pieces"]))

    with open_source(path) as source:
        body = declare(source, NewFile(path)).body

    assert (body.get("title"), body.get("artist", "")) == (row["title"], row["artist"])


HOSTILE = [
    *(row["text"] for row in TABLE["one_line"]),
    *(row["tag"] for row in TABLE["tags"]),
    "x\ud800" * 5000,
    "\u202e" * 500 + "a",
    "🎵" * 5000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:40])
def test_the_service_accepts_whatever_is_read_from_a_file(text: str, tmp_path: Path) -> None:
    """Otherwise nobody could send the file at all."""
    path = tmp_path / "song.mp3"
    path.write_bytes(id3_of(text) + bytes_of(TABLE["lengths"][0]["pieces"]))
    os.utime(path, ns=(0, -1))
    for name in (path.name, text, f"{text} - {text}.mp3", os.fsdecode(b"caf\xe9.mp3")):
        with open_source(path, filename=name) as source:
            declared = declare(source, NewFile(path))

        UploadRequest.model_validate_json(json.dumps(declared.body))


def id3_of(text: str) -> bytes:
    """Build a tag that holds this as title, artist and album, in UTF-16 as it is."""
    value = b"\x01\xff\xfe" + text.encode("utf-16-le", errors="surrogatepass")
    frames = b"".join(name + len(value).to_bytes(4, "big") + b"\0\0" + value for name in (b"TIT2", b"TPE1", b"TALB"))
    return b"ID3\x03\0\0" + bytes(len(frames) >> shift & 127 for shift in (21, 14, 7, 0)) + frames
