"""Each kind of job on real files: what it finds out, and every byte that it stores."""

import base64
import gzip
import io
import json
import struct
import subprocess
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from service.media.model import AudioResult, PictureResult, Rendition
from service.ports import Ports
from tests.helpers.ffmpeg import make_media
from tests.helpers.made_files import a_photo, make_pdf
from tests.worker.kind_runs import KindRun
from worker.ffmpeg.locate import Ffmpeg
from worker.job.errors import JobFailed
from worker.settings import WorkerSettings

pytestmark = pytest.mark.real


def sine(seconds: int) -> tuple[str, ...]:
    return ("-f", "lavfi", "-i", f"sine=frequency=440:duration={seconds}:sample_rate=44100")


def long_forms(unit_seconds: int, full_seconds: int) -> pytest.MarkDecorator:
    """Make a test of media of that many seconds, and its full form of many more."""
    full = pytest.mark.torture(f"{full_seconds:,} s")
    return pytest.mark.parametrize(
        "seconds",
        [
            pytest.param(unit_seconds, id=f"{unit_seconds}_seconds"),
            pytest.param(full_seconds, id=f"{full_seconds}_seconds", marks=[full, pytest.mark.timeout(1800)]),
        ],
    )


@pytest.fixture
def kinds(real_ports: Ports, worker_settings: WorkerSettings, ffmpeg: Ffmpeg, tmp_path: Path) -> KindRun:
    """What the machine can do with ffmpeg."""
    return KindRun(real_ports, worker_settings, ffmpeg, tmp_path)


@pytest.fixture
def without_ffmpeg(real_ports: Ports, worker_settings: WorkerSettings, tmp_path: Path) -> KindRun:
    return KindRun(real_ports, worker_settings, None, tmp_path)


@pytest.mark.parametrize(
    "width",
    [
        pytest.param(800, id="800_pixels_wide"),
        pytest.param(8000, id="8000_pixels_wide", marks=pytest.mark.torture("48 megapixels")),
    ],
)
def test_a_photo_stands_upright_and_says_nothing_of_its_place(width: int, without_ffmpeg: KindRun) -> None:
    """In each width; nothing of EXIF is in any derived object."""
    file = without_ffmpeg.upload(a_photo(width), "image/jpeg")

    result: PictureResult = without_ffmpeg.do("image", file)

    upright = width * 3 // 4
    assert (result.width, result.height, result.page_count) == (upright, width, None)
    assert [thumbnail.name for thumbnail in result.thumbnails] == ["96.webp", "320.webp", "1280.webp"]
    for thumbnail, across in zip(result.thumbnails, (96, 320, min(1280, upright)), strict=True):
        body = without_ffmpeg.read("image", file, thumbnail)
        assert not {b"EXIF", b"Exif", b"GPS", b"secret"} & {
            word for word in (b"EXIF", b"Exif", b"GPS", b"secret") if word in body
        }
        with Image.open(io.BytesIO(body)) as shown:
            assert (shown.format, shown.size) == ("WEBP", (across, round(across * 4 / 3)))
            assert "exif" not in shown.info
            above, below = (shown.convert("RGB").getpixel((across // 2, y)) for y in (5, shown.height - 5))
        assert (is_near(above, (0, 0, 255)), is_near(below, (255, 0, 0))) == (True, True)


def is_near(pixel: Any, colour: tuple[int, int, int]) -> bool:
    return all(abs(one - other) < 24 for one, other in zip(pixel, colour, strict=True))


@pytest.mark.parametrize(
    "pages",
    [
        pytest.param(3, id="3_pages"),
        pytest.param(100_000, id="100000_pages", marks=pytest.mark.torture("100,000 pages")),
    ],
)
def test_a_pdf_shows_its_first_page(pages: int, without_ffmpeg: KindRun) -> None:
    file = without_ffmpeg.upload(make_pdf(pages=pages), "application/pdf")

    result: PictureResult = without_ffmpeg.do("pdf", file)

    assert result.page_count == pages
    assert (result.width, result.height) == (1280, pytest.approx(1280 * 842 / 595, abs=1))
    body = without_ffmpeg.read("pdf", file, result.thumbnails[-1])
    with Image.open(io.BytesIO(body)) as page:
        assert page.size[0] == 1280


@pytest.mark.parametrize(
    ("kind", "body", "content_type", "reason"),
    [
        ("image", b"GIF89a nothing", "image/gif", "not_media"),
        ("pdf", b"PK\x03\x04 a zip called .pdf", "application/pdf", "not_media"),
        ("pdf", make_pdf(is_encrypted=True), "application/pdf", "encrypted"),
    ],
)
def test_what_is_no_picture_fails_with_its_reason(
    kind: str, body: bytes, content_type: str, reason: str, without_ffmpeg: KindRun
) -> None:
    """And nothing is stored."""
    file = without_ffmpeg.upload(body, content_type)

    with pytest.raises(JobFailed, match=reason):
        without_ffmpeg.do(kind, file)

    assert list(without_ffmpeg.ports.objects.iter_objects(file.bucket, "derived/")) == []


def id3_tag(**frames: bytes) -> bytes:
    """Return an ID3v2.3 tag: this ffmpeg writes no PNG."""
    body = b"".join(name.encode() + struct.pack(">IH", len(data), 0) + data for name, data in frames.items())
    size = bytes(len(body) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\3\0\0" + size + body


@long_forms(6, 3600)
def test_a_song_with_a_picture(seconds: int, kinds: KindRun, ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    """An mp3 with a PNG, which this ffmpeg may be unable to decode: it leaves byte for byte, and is read by Pillow."""
    song = make_media(ffmpeg, tmp_path / "song.mp3", *sine(seconds), "-c:a", "libmp3lame", "-id3v2_version", "0")
    picture = io.BytesIO()
    Image.new("RGB", (500, 500), "green").save(picture, "PNG")
    tag = id3_tag(TIT2=b"\0Ocean  Drive", TPE1=b"\0The Shapes", APIC=b"\0image/png\0\3\0" + picture.getvalue())
    file = kinds.upload(tag + song.read_bytes(), "audio/mpeg")

    probe = kinds.do("probe", file)
    assert (probe.container, probe.audio.codec, probe.video, probe.picture) == ("mp3", "mp3", None, "png")
    assert abs(probe.duration_seconds - seconds) < 0.1
    assert (probe.tags.title, probe.tags.artist) == ("Ocean  Drive", "The Shapes")

    poster: PictureResult = kinds.do("poster", file, probe)
    assert (poster.width, poster.height) == (500, 500)
    with Image.open(io.BytesIO(kinds.read("poster", file, poster.thumbnails[0]))) as shown:
        assert is_near(shown.convert("RGB").getpixel((48, 48)), (0, 128, 0))

    audio: AudioResult = kinds.do("audio", file, probe)
    assert audio.rendition is None  # every browser plays mp3
    peaks = peaks_of(kinds, file, audio)
    assert abs(seconds_drawn(peaks) - probe.duration_seconds) <= 0.1
    assert audio.waveform
    # A sine is as loud at its end as at its beginning.
    assert min(base64.b64decode(audio.waveform)[1:-1]) > 230
    # A sine of -18 dBFS, as lavfi makes it: an eighth of 128.
    assert max(peaks["data"]) == pytest.approx(16, abs=1)


def peaks_of(kinds: KindRun, file: Any, audio: AudioResult) -> dict[str, Any]:
    """Return the waveform as the page gets it: the store says that it is gzipped."""
    peaks: dict[str, Any] = json.loads(gzip.decompress(kinds.read("audio", file, audio.peaks)))
    assert (peaks["version"], peaks["channels"], peaks["bits"]) == (2, 1, 8)
    assert len(peaks["data"]) == 2 * peaks["length"]
    return peaks


def seconds_drawn(peaks: dict[str, Any]) -> float:
    """Return what the points last: long audio has fewer a second."""
    seconds: float = peaks["length"] * peaks["samples_per_pixel"] / peaks["sample_rate"]
    return seconds


@long_forms(20, 3600)
def test_a_flac_gets_a_rendition_that_every_browser_plays(
    seconds: int, kinds: KindRun, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    """One file whose ranges are the segments, in order and without a gap."""
    # A sine of 997 Hz in both channels is as loud in LUFS as it is high in dBFS (EBU Tech 3341).
    tone = "0.0708*sin(2*PI*997*t)"
    source = ("-f", "lavfi", "-i", f"aevalsrc={tone}|{tone}:duration={seconds}:sample_rate=48000")
    flac = make_media(ffmpeg, tmp_path / "a.flac", *source, "-c:a", "flac")
    file = kinds.upload(flac.read_bytes(), "audio/flac")

    probe = kinds.do("probe", file)
    audio: AudioResult = kinds.do("audio", file, probe)

    assert kinds.active
    assert kinds.active.progress is None or 0 <= kinds.active.progress <= 1
    assert audio.loudness_lufs == pytest.approx(-23, abs=0.5)
    assert audio.peak_dbfs == pytest.approx(-23, abs=0.5)
    assert audio.rendition
    body = kinds.read("audio", file, audio.rendition.object)
    check_ranges(body, audio.rendition)
    assert audio.rendition.codecs == "mp4a.40.2"
    assert abs(seconds_of(audio.rendition) - seconds) < 0.1
    assert abs(seconds_drawn(peaks_of(kinds, file, audio)) - probe.duration_seconds) <= 0.1


def check_ranges(body: bytes, rendition: Rendition) -> None:
    """Each range begins where a fragment does, so a player that fetches it can play it."""
    assert body[4:8] == b"ftyp"
    at = rendition.init_bytes
    for segment in rendition.parsed_segments:
        assert body[at + 4 : at + 8] in (b"moof", b"styp", b"sidx")
        at += segment.size_bytes
    assert at == len(body)


def seconds_of(rendition: Rendition) -> float:
    return sum(segment.seconds for segment in rendition.parsed_segments)


@long_forms(8, 602)
def test_a_film_of_two_rungs(seconds: int, kinds: KindRun, ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    """854 x 480: the rungs 240 and 480, each with its sound, cut at the same seconds."""
    picture = ("-f", "lavfi", "-i", f"testsrc2=size=854x480:rate=24:duration={seconds}")
    film = make_media(
        ffmpeg,
        tmp_path / "film.mp4",
        *picture,
        *sine(seconds),
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-c:a",
        "aac",
    )
    file = kinds.upload(film.read_bytes(), "video/mp4")

    probe = kinds.do("probe", file)
    assert (probe.video.width, probe.video.height, probe.video.frames_per_second) == (854, 480, 24)
    poster: PictureResult = kinds.do("poster", file, probe)
    assert [thumbnail.name for thumbnail in poster.thumbnails] == ["96.webp", "320.webp", "1280.webp"]
    video = kinds.do("video", file, probe)

    assert [(one.name, one.width, one.height) for one in video.renditions] == [("240", 428, 240), ("480", 854, 480)]
    assert kinds.active
    assert kinds.active.progress == pytest.approx(1, abs=0.5)
    for rendition in video.renditions:
        body = kinds.read("video", file, rendition.object)
        check_ranges(body, rendition)
        assert rendition.codecs.startswith("avc1.64")
        assert rendition.codecs.endswith(",mp4a.40.2")
        lengths = [segment.seconds for segment in rendition.parsed_segments]
        assert lengths == pytest.approx([6] * (seconds // 6) + [seconds % 6], abs=0.1)
        path = tmp_path / f"{rendition.name}.mp4"
        path.write_bytes(body)
        shown = subprocess.run(
            [ffmpeg.ffprobe, "-v", "error", "-show_streams", "-of", "json", path], capture_output=True, check=True
        )
        streams = json.loads(shown.stdout)["streams"]
        assert [(one["codec_name"], one.get("height")) for one in streams] == [
            ("h264", rendition.height),
            ("aac", None),
        ]
    assert video.loudness_lufs == pytest.approx(-21, abs=1.5)


def test_a_silent_film_is_as_loud_as_its_tags_say_to_nobody(kinds: KindRun, ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    """ffmpeg prints them where it would report the loudness of a sound."""
    report = "Summary: I: -3.0 LUFS LRA: 1.0 LU Peak: -1.0 dBFS"
    picture = ("-f", "lavfi", "-i", "testsrc2=size=320x240:rate=24:duration=1")
    film = make_media(ffmpeg, tmp_path / "a.mp4", *picture, "-c:v", "libx264", "-metadata", f"comment={report}")
    file = kinds.upload(film.read_bytes(), "video/mp4")

    video = kinds.do("video", file, kinds.do("probe", file))

    assert (video.loudness_lufs, video.peak_dbfs) == (None, None)


@pytest.mark.parametrize(
    ("name", "body", "reason"),
    [
        ("an HLS playlist", b"#EXTM3U\n#EXTINF:6,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n", "not_media"),
        ("a list of files", b"ffconcat version 1.0\nfile /etc/passwd\n", "not_media"),
        ("noise", bytes(range(256)) * 64, "not_media"),
        ("half a file", b"ftyp", "not_media"),
    ],
)
def test_what_is_no_media_fails_with_its_reason(name: str, body: bytes, reason: str, kinds: KindRun) -> None:
    file = kinds.upload(body, "audio/mpeg")

    with pytest.raises(JobFailed, match=reason):
        kinds.do("probe", file)


def test_a_length_above_the_setting_is_refused(kinds: KindRun, ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    song = make_media(ffmpeg, tmp_path / "song.mp3", *sine(6), "-c:a", "libmp3lame")
    kinds.settings = kinds.settings.model_copy(update={"media_max_seconds": 5})

    with pytest.raises(JobFailed, match="too_long"):
        kinds.do("probe", kinds.upload(song.read_bytes(), "audio/mpeg"))
