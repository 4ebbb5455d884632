"""What the client reads from a song's tags."""

import io
import wave
from collections.abc import Callable
from pathlib import Path

import pytest
from mutagen.id3 import ID3, TALB, TIT2, TPE1
from mutagen.wave import WAVE

from moodrop import Tags, read_tags


@pytest.fixture
def a_wav(tmp_path: Path) -> Callable[..., Path]:
    """Build a WAV of so many seconds with these tags."""

    def make(*, seconds: float = 1, title: str = "", artist: str = "", album: str = "") -> Path:
        path = tmp_path / "song.wav"
        with wave.open(str(path), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(1)
            out.setframerate(8000)
            out.writeframes(bytes(int(8000 * seconds)))
        song = WAVE(path)
        song.add_tags()
        assert song.tags is not None
        if title:
            song.tags.add(TIT2(text=[title]))
        if artist:
            song.tags.add(TPE1(text=[artist]))
        if album:
            song.tags.add(TALB(text=[album]))
        song.save()
        return path

    return make


def tags_of(path: Path) -> Tags:
    with path.open("rb") as file:
        return read_tags(file)


def test_title_artist_album_and_duration_of_a_wav(a_wav: Callable[..., Path]) -> None:
    assert tags_of(a_wav(seconds=2.5, title="Tönë", artist="Moody", album="Blå")) == Tags("Tönë", "Moody", "Blå", 2.5)


@pytest.mark.parametrize("seconds", [1, 200])
def test_a_file_is_read_alike_whole_and_in_pieces(a_wav: Callable[..., Path], seconds: int) -> None:
    """200 s are more than is read at once. The file stays open: its bytes are sent next."""
    with a_wav(seconds=seconds, title="Long").open("rb", buffering=0) as file:
        assert read_tags(file) == Tags("Long", None, None, seconds)
        assert (file.seek(0), file.read(4)) == (0, b"RIFF")


def test_a_file_of_nothing_has_no_duration(a_wav: Callable[..., Path]) -> None:
    """0 would be shown as a duration."""
    assert tags_of(a_wav(seconds=0)).duration_seconds is None


def test_title_and_artist_of_an_mp3(tmp_path: Path) -> None:
    """It has no duration, because its frames are empty."""
    path = tmp_path / "a.mp3"
    frame = b"\xff\xfb\x90\x00" + bytes(413)
    path.write_bytes(frame * 20)
    id3 = ID3()
    id3.add(TIT2(text=["One"]))
    id3.add(TPE1(text=["Two"]))
    id3.save(path)

    tags = tags_of(path)

    assert (tags.title, tags.artist) == ("One", "Two")
    assert tags.duration_seconds == pytest.approx(20 * 1152 / 44100, rel=0.1)


def test_a_tag_is_made_what_the_service_takes(a_wav: Callable[..., Path]) -> None:
    """One line, at most 200 characters."""
    tags = tags_of(a_wav(title=" Two\nlines\t" + "x" * 300, artist=" \n "))

    assert tags.title is not None
    assert tags.title.startswith("Two lines x")
    assert (len(tags.title), tags.artist) == (200, None)


@pytest.mark.parametrize(
    "content", [b"", b"ID3", b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f", b"RIFF\xff\xff\xff\xffWAVE", b"OggS"]
)
def test_a_broken_file_has_no_tags(content: bytes) -> None:
    """It is uploaded all the same."""
    assert read_tags(io.BytesIO(content)) == Tags()
