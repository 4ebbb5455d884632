"""Containers that name other files, hold more than they say, or hold themselves: they reach nothing, and end soon."""

import io
import struct
import wave
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from tests.helpers.ffmpeg import make_media
from tests.helpers.hostile_media import (
    make_apng,
    make_avi_with_subtitles,
    make_heic,
    make_png,
    make_tiff,
    make_webp,
    with_external_data,
    with_many_tracks,
)
from tests.helpers.landlock import needs_landlock
from tests.helpers.made_files import read_all
from tests.worker.hostile import (
    LIMITS,
    SECRET,
    Canaries,
    ReadInSandbox,
    canaries,
    decode_everything,
    make_wav,
    probe_reason,
    read_in_sandbox,
    reason_of,
    run_probe,
)
from worker.ffmpeg import arguments
from worker.ffmpeg.explain import explain
from worker.ffmpeg.ladder import plan_rungs
from worker.ffmpeg.locate import Ffmpeg
from worker.ffmpeg.parse_probe import parse_probe
from worker.limits import PICTURE
from worker.programs import python_tool
from worker.sandbox import run

__all__ = ["canaries", "probe_reason", "read_in_sandbox"]
pytestmark = [pytest.mark.real, needs_landlock]
PICTURE_OF_A_FILM = ("-f", "lavfi", "-i", "testsrc2=s=320x240:r=25:d=2")
TONE = ("-f", "lavfi", "-i", "sine=d=2")
ProbeReason = Callable[[Path], str | None]


@pytest.fixture
def foreign(canaries: Canaries, ffmpeg: Ffmpeg, tmp_path: Path) -> Path:
    """A MOV whose samples lie in the canary's file."""
    sound = tmp_path / "sound.wav"
    sound.write_bytes(make_wav(bytes(len(SECRET) * 1000)))
    film = make_media(ffmpeg, tmp_path / "in.mov", "-i", str(sound), "-c", "copy")
    film.write_bytes(with_external_data(film.read_bytes(), str(canaries.file)))
    return film


def test_samples_in_another_file_are_not_read(
    foreign: Path, read_in_sandbox: ReadInSandbox, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    """Told to follow such names, ffmpeg copies that file; the sandbox refuses even then."""
    follow = ("-enable_drefs", "1", "-use_absolute_path", "1")
    command = [str(ffmpeg.ffmpeg), "-nostdin", *follow, "-i", str(foreign), "-c", "copy", "-f", "s16le", "stolen"]
    free = tmp_path / "free"
    free.mkdir()

    run(command, read=[foreign], out=free, limits=LIMITS, mode="none")
    assert SECRET in read_all(free)

    read_in_sandbox(command, foreign)
    decode_everything(read_in_sandbox, ffmpeg, foreign)


@pytest.mark.parametrize("kind", ["address", "file"])
@pytest.mark.parametrize("text", ["#EXTM3U\n#EXTINF:9,\n{}\n#EXT-X-ENDLIST\n", "ffconcat version 1.0\nfile {}\n"])
def test_subtitles_that_are_a_playlist_are_not_opened(
    text: str, kind: str, canaries: Canaries, read_in_sandbox: ReadInSandbox, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    """An AVI's may be a file of any format, which ffmpeg reads by itself."""
    target = f"http://127.0.0.1:{canaries.port}/a.ts" if kind == "address" else f"file://{canaries.file}"
    source = tmp_path / "in.avi"
    source.write_bytes(make_avi_with_subtitles(text.format(target).encode()))
    probe = parse_probe(run_probe(read_in_sandbox, ffmpeg, source).stdout)

    assert (probe.container, probe.audio is not None) == ("avi", True)
    decode_everything(read_in_sandbox, ffmpeg, source)


def test_fonts_and_subtitles_stay_in_their_film(
    canaries: Canaries, read_in_sandbox: ReadInSandbox, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    """Whatever they are called, and whatever they name."""
    font, words = tmp_path / "font.ttf", tmp_path / "words.srt"
    font.write_bytes(SECRET)
    words.write_text(f"1\n00:00:00,000 --> 00:00:01,000\nfile://{canaries.file}\n")
    attached = ("-attach", str(font), "-metadata:s:t", "mimetype=font/ttf", "-metadata:s:t", "filename=../../evil.ttf")
    maps = ("-map", "0", "-map", "1", "-map", "2", "-c:v", "libx264", "-c:s", "ass")
    source = make_media(ffmpeg, tmp_path / "in.mkv", *PICTURE_OF_A_FILM, *TONE, "-i", str(words), *maps, *attached)

    *_, film = decode_everything(read_in_sandbox, ffmpeg, source)

    assert film.reason is None, film.stderr
    made = {"audio.mp4", "audio.m3u8", "audio.pcm", "240.mp4", "240.m3u8", "master.m3u8", "poster.jpg", "picture"}
    assert {path.name for path in (tmp_path / "out").iterdir()} == made


def test_a_picture_of_a_hundred_megabytes_in_a_song_is_too_large(
    read_in_sandbox: ReadInSandbox, probe_reason: ProbeReason, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    """The song itself is sound."""
    song = make_media(ffmpeg, tmp_path / "song.mp3", *TONE, "-id3v2_version", "0").read_bytes()
    source = tmp_path / "in.mp3"
    head = b"\0image/png\0\3\0\x89PNG\r\n\x1a\n"
    size = 100 << 20
    with source.open("wb") as file:
        file.write(b"ID3\3\0\0" + bytes(10 + size >> shift & 0x7F for shift in (21, 14, 7, 0)))
        file.write(b"APIC" + struct.pack(">IH", size, 0) + head)
        file.seek(10 + 10 + size)
        file.write(song)

    assert probe_reason(source) is None
    command = arguments.extract_picture(str(ffmpeg.ffmpeg), str(source))
    limits = replace(LIMITS, memory_bytes=4 << 30)
    assert read_in_sandbox(command, source, limits).reason == "too_large"


def write_wav(source: Path, channels: int, rate: int) -> Path:
    with wave.open(str(source), "wb") as sound:
        sound.setparams((channels, 2, rate, 0, "NONE", ""))
        sound.writeframes(bytes(2 * channels * 8000))
    return source


def test_sound_of_one_sample_a_second_is_not_decoded(probe_reason: ProbeReason, tmp_path: Path) -> None:
    """Some releases of ffmpeg crash on it."""
    assert probe_reason(write_wav(tmp_path / "in.wav", 1, 1)) == "codec_unsupported"


@pytest.mark.parametrize("channels", [9, 64])
def test_sound_that_cannot_become_stereo_is_of_no_known_codec(
    channels: int, read_in_sandbox: ReadInSandbox, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    """It is sound all the same, and the original stays."""
    source = write_wav(tmp_path / "in.wav", channels, 8000)
    outcome = read_in_sandbox(arguments.decode_audio(str(ffmpeg.ffmpeg), str(source), rendition=True), source)

    assert explain(outcome.stderr)[0] == "codec_unsupported", outcome.stderr


def test_two_songs_in_one_ogg_are_read_within_their_limits(
    read_in_sandbox: ReadInSandbox, probe_reason: ProbeReason, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    """The second has another rate and other channels. They are a chain; players play it."""
    songs = [
        make_media(ffmpeg, tmp_path / "a.ogg", *TONE, "-c:a", "flac", "-f", "ogg"),
        make_media(ffmpeg, tmp_path / "b.ogg", *TONE, "-c:a", "flac", "-ar", "8000", "-ac", "2", "-f", "ogg"),
    ]
    source = tmp_path / "in.ogg"
    source.write_bytes(b"".join(song.read_bytes() for song in songs))

    assert probe_reason(source) is None
    command = arguments.decode_audio(str(ffmpeg.ffmpeg), str(source), rendition=True)
    assert read_in_sandbox(command, source).reason in (None, "crashed")


@pytest.mark.parametrize(("tracks", "reasons"), [(100, {"too_many_streams"}), (2000, {"not_media", "out_of_memory"})])
def test_a_film_of_very_many_tracks_is_refused(
    tracks: int, reasons: set[str], probe_reason: ProbeReason, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    """Of more than a thousand ffprobe itself makes nothing; in older releases it takes all memory that it may have."""
    film = make_media(ffmpeg, tmp_path / "in.mp4", *PICTURE_OF_A_FILM, "-c:v", "libx264")
    film.write_bytes(with_many_tracks(film.read_bytes(), tracks))

    assert probe_reason(film) in reasons


def test_a_film_that_grows_stays_within_its_pixels(
    read_in_sandbox: ReadInSandbox, probe_reason: ProbeReason, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    """It is small for a second, as its header says, and has 52 million pixels then. The small part is shown."""
    codec = ("-c:v", "mpeg2video", "-q:v", "31", "-f", "mpegts")
    small = make_media(ffmpeg, tmp_path / "a.ts", "-f", "lavfi", "-i", "testsrc2=s=320x240:r=25:d=1", *codec)
    large = make_media(ffmpeg, tmp_path / "b.ts", "-f", "lavfi", "-i", "color=s=8176x6400:r=25:d=0.2", *codec)
    source = tmp_path / "in.ts"
    source.write_bytes(small.read_bytes() + large.read_bytes())

    assert probe_reason(source) is None
    command = arguments.encode_video(str(ffmpeg.ffmpeg), str(source), plan_rungs(320, 240, (240,)), has_audio=False)
    outcome = read_in_sandbox(command, source)
    assert "8176" in outcome.stderr
    assert outcome.usage.peak_memory_bytes < 200 << 20


def test_a_file_that_hides_its_twenty_hours_is_known_to_be_too_long(
    read_in_sandbox: ReadInSandbox, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    """It says no length, so it is read, for a little more than is taken."""
    slow = ("-f", "lavfi", "-i", "testsrc2=s=64x64:r=1/30:d=72000")
    source = tmp_path / "in.mkv"
    make_media(ffmpeg, source, *slow, "-c:v", "libx264", "-f", "matroska", "-live", "1")
    outcome = read_in_sandbox(arguments.measure(str(ffmpeg.ffmpeg), str(source)), source)

    assert parse_probe(run_probe(read_in_sandbox, ffmpeg, source).stdout).duration_seconds is None
    times = [int(line.partition(b"=")[2]) for line in outcome.stdout.splitlines() if line.startswith(b"out_time_us=")]
    assert arguments.MOST_SECONDS * 10**6 < times[-1] < 20 * 3600 * 10**6


def still_webp() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (1, 1), "red").save(file, "WEBP", lossless=True)
    return file.getvalue()


PICTURES: dict[str, tuple[Callable[[], bytes], set[str | None]]] = {
    "a WebP of 100,000 frames": (lambda: make_webp(still_webp(), 100_000), {None}),
    "a PNG of 100,000 frames": (lambda: make_apng(100_000), {None}),
    "a HEIC of 10,000 items": (lambda: make_heic(10_000), {"not_media"}),
    "a HEIC whose tiles are itself": (lambda: make_heic(1, holds_itself=True), {"not_media"}),
    "a TIFF whose next page is itself": (lambda: make_tiff(next_at=8), {None}),
    "a TIFF of two billion strips": (lambda: make_tiff(strips=2**31 - 1), {"not_media", "out_of_memory"}),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_that_holds_very_much_ends_soon(name: str, read_in_sandbox: ReadInSandbox, tmp_path: Path) -> None:
    """Of an animation, the first frame is taken."""
    make, reasons = PICTURES[name]
    source = tmp_path / "photo.png"
    source.write_bytes(make())
    outcome = read_in_sandbox(python_tool("thumbnails", source, tmp_path / "out"), source)

    assert reason_of(outcome) in reasons, outcome.stderr


def as_tiff(mode: str) -> bytes:
    file = io.BytesIO()
    Image.new(mode, (7071, 7071)).save(file, "TIFF", compression="tiff_adobe_deflate")
    return file.getvalue()


FULL = pytest.mark.torture("50 megapixels in each mode")
LARGEST: dict[str, Callable[[], bytes]] = {
    "RGBA of 16 bits": lambda: make_png(7071, 6, 16),
    "grey of 16 bits": lambda: make_png(7071, 0, 16),
    "grey of 16 bits with alpha": lambda: make_png(7071, 4, 16),
    "a palette with alpha": lambda: make_png(7071, 3, 8),
    "CMYK": lambda: as_tiff("CMYK"),
    "numbers of 32 bits": lambda: as_tiff("F"),
}


@pytest.mark.parametrize("name", ["RGBA of 16 bits", *(pytest.param(name, marks=FULL) for name in list(LARGEST)[1:])])
def test_the_largest_picture_that_is_taken_stays_within_a_gibibyte(
    name: str, read_in_sandbox: ReadInSandbox, tmp_path: Path
) -> None:
    """Fifty million pixels, whatever each of them takes."""
    source = tmp_path / "in"
    source.write_bytes(LARGEST[name]())
    limits = replace(PICTURE, wall_seconds=LIMITS.wall_seconds)
    outcome = read_in_sandbox(python_tool("thumbnails", source, tmp_path / "out"), source, limits)

    assert reason_of(outcome) is None, outcome.stderr


UNWANTED = ("PPM", "ICO", "TGA", "PCX", "SGI", "DDS", "JPEG2000", "BLP", "XBM")


@pytest.mark.parametrize("kind", UNWANTED)
def test_a_kind_that_no_camera_makes_is_not_even_tried(
    kind: str, read_in_sandbox: ReadInSandbox, tmp_path: Path
) -> None:
    """Pillow would open it, by code that nobody needs here."""
    file = io.BytesIO()
    Image.new({"XBM": "1", "BLP": "P"}.get(kind, "RGB"), (64, 64)).save(file, kind)
    assert Image.open(io.BytesIO(file.getvalue())).size == (64, 64)
    source = tmp_path / "photo.png"
    source.write_bytes(file.getvalue())

    assert reason_of(read_in_sandbox(python_tool("thumbnails", source, tmp_path / "out"), source)) == "not_media"
