"""Sounds and films, read by the real ffmpeg in the sandbox, with what is made of them checked byte by byte."""

import array
import json
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mutagen.id3
import pytest
from PIL import Image

from service.media.model import Rendition
from tests.helpers.ffmpeg import make_media
from tests.helpers.landlock import needs_landlock
from tests.helpers.made_files import read_all
from worker.ffmpeg import arguments
from worker.ffmpeg.explain import explain
from worker.ffmpeg.ladder import Rung, plan_rungs
from worker.ffmpeg.locate import Ffmpeg
from worker.ffmpeg.parse_loudness import parse_loudness
from worker.ffmpeg.parse_playlist import Playlist, parse_codecs, parse_playlist
from worker.ffmpeg.parse_probe import Probe, parse_probe
from worker.ffmpeg.parse_progress import parse_progress
from worker.limits import PROBE, media_limits
from worker.outcome import Outcome
from worker.sandbox import run

pytestmark = [pytest.mark.real, needs_landlock]
TONE = ("-f", "lavfi", "-i", "sine=500:r=44100:d=8")
FILM = ("-f", "lavfi", "-i", "testsrc2=s=854x480:r=25:d=8")
SECRET = "the secret place of a film"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


@pytest.fixture
def probe(ffmpeg: Ffmpeg, out: Path) -> Callable[[Path], Probe]:
    def probe_one(source: Path) -> Probe:
        outcome = run(arguments.probe(str(ffmpeg.ffprobe), str(source)), read=[source], out=out, limits=PROBE)
        assert outcome.reason is None, outcome.stderr
        return parse_probe(outcome.stdout)

    return probe_one


def run_ffmpeg(command: list[str], source: Path, out: Path, **more: Any) -> Outcome:
    outcome = run(command, read=[source], out=out, limits=media_limits(8), **more)
    assert outcome.reason is None, outcome.stderr
    return outcome


def inspect(ffmpeg: Ffmpeg, path: Path, *entries: str) -> Any:
    """Return what ffprobe says of something that was made here."""
    command = [ffmpeg.ffprobe, "-v", "error", "-of", "json", *entries, path]
    return json.loads(subprocess.check_output(command, timeout=60))


def test_a_films_ladder_is_made_in_one_pass(
    ffmpeg: Ffmpeg, probe: Callable[[Path], Probe], tmp_path: Path, out: Path
) -> None:
    """Two rungs with sound, cut at the same places, whose numbers fit their files; and the loudness beside it."""
    source = make_media(
        *(ffmpeg, tmp_path / "in.mp4", *FILM, *TONE, "-c:v", "libx264", "-c:a", "aac"),
        *("-metadata", f"title={SECRET}", "-metadata", "location=+48.1372+011.5755/", "-metadata", "copyright=me"),
    )
    film = probe(source)
    assert film.video is not None
    rungs = plan_rungs(film.video.width, film.video.height, (240, 480, 720))
    command = arguments.encode_video(str(ffmpeg.ffmpeg), str(source), rungs, has_audio=True, threads=2)
    progress: list[float] = []
    outcome = run_ffmpeg(command, source, out, on_progress=lambda lines: progress.append(parse_progress(lines) or 0))

    assert [(rung.name, rung.width, rung.height) for rung in rungs] == [("240", 428, 240), ("480", 854, 480)]
    assert sorted(path.name for path in out.iterdir()) == ["240.m3u8", "240.mp4", "480.m3u8", "480.mp4", "master.m3u8"]
    codecs = parse_codecs((out / arguments.MASTER).read_text())
    playlists = {rung.name: parse_playlist((out / f"{rung.name}.m3u8").read_text()) for rung in rungs}
    for rung in rungs:
        check_rung(ffmpeg, out, rung, playlists[rung.name], codecs[rung.name])
    assert lengths(playlists["240"]) == lengths(playlists["480"]) == pytest.approx([6, 2], abs=0.1)
    loudness = parse_loudness(outcome.stderr)
    assert loudness is not None
    assert loudness.integrated_lufs == pytest.approx(-21.8, abs=0.5)
    assert 7 < max(progress) <= 8.1
    run_ffmpeg(arguments.extract_poster(str(ffmpeg.ffmpeg), str(source), 0), source, out)
    run_ffmpeg(arguments.decode_audio(str(ffmpeg.ffmpeg), str(source), rendition=True), source, out)
    assert SECRET.encode() not in read_all(out)
    assert b"48.1372" not in read_all(out)


def lengths(playlist: Playlist) -> list[float]:
    return [float(segment.partition(":")[0]) for segment in playlist.segments.split(" ")]


def check_rung(ffmpeg: Ffmpeg, out: Path, rung: Rung, playlist: Playlist, codecs: str) -> None:
    """Check a rung against its file, the result that is published, and the size that was asked for."""
    path = out / f"{rung.name}.mp4"
    size_bytes = path.stat().st_size
    stored = {"name": path.name, "version_id": None, "size_bytes": size_bytes, "content_type": "video/mp4"}
    numbers = {"bandwidth": playlist.bandwidth, "average_bandwidth": playlist.average_bandwidth}
    segments = {"init_bytes": playlist.init_bytes, "segments": playlist.segments}
    made = {"name": rung.name, "object": stored, "codecs": codecs, **numbers, **segments}
    rendition = Rendition.model_validate(made)

    assert rendition.init_bytes + sum(part.size_bytes for part in rendition.parsed_segments) == playlist.size_bytes
    assert size_bytes - 1000 < playlist.size_bytes <= size_bytes
    data = path.read_bytes()
    start = playlist.init_bytes
    for part in rendition.parsed_segments:
        assert data[start + 4 : start + 8] in (b"moof", b"styp", b"sidx", b"prft")
        start += part.size_bytes
    streams = inspect(ffmpeg, path, "-show_streams")["streams"]
    assert {(stream["codec_name"], stream.get("height")) for stream in streams} == {
        ("h264", rung.height),
        ("aac", None),
    }
    assert codecs.startswith("avc1.64")
    assert codecs.endswith(",mp4a.40.2")


def test_each_segment_of_a_film_begins_with_a_key_frame(ffmpeg: Ffmpeg, tmp_path: Path, out: Path) -> None:
    """So a player can begin, and change the rung, at any of them. There are none in between."""
    source = make_media(ffmpeg, tmp_path / "in.mkv", *FILM, "-c:v", "libx264", "-g", "7")
    rungs = plan_rungs(854, 480, (240,))
    run_ffmpeg(arguments.encode_video(str(ffmpeg.ffmpeg), str(source), rungs, has_audio=False), source, out)
    frames = inspect(ffmpeg, out / "240.mp4", "-select_streams", "v", "-show_entries", "packet=pts_time,flags")[
        "packets"
    ]

    first = float(frames[0]["pts_time"])
    assert [float(frame["pts_time"]) - first for frame in frames if frame["flags"].startswith("K")] == [0, 6]


def test_a_film_that_was_taken_upright_stays_so(
    ffmpeg: Ffmpeg, probe: Callable[[Path], Probe], tmp_path: Path, out: Path
) -> None:
    """Phones store it on its side, with a note. Renditions and posters have no note, so they are turned."""
    source = make_media(ffmpeg, tmp_path / "in.mp4", *FILM, "-c:v", "libx264", "-t", "2")
    data = bytearray(source.read_bytes())
    # The matrix of the track's header (ISO 14496-12, 8.3.2): a quarter turn to the right.
    matrix = data.index(b"tkhd") + 44
    data[matrix : matrix + 36] = struct.pack(">9i", 0, 1 << 16, 0, -1 << 16, 0, 0, 0, 0, 1 << 30)
    source.write_bytes(data)
    film = probe(source)
    assert film.video is not None
    rungs = plan_rungs(film.video.width, film.video.height, (240,))
    run_ffmpeg(arguments.encode_video(str(ffmpeg.ffmpeg), str(source), rungs, has_audio=False), source, out)
    run_ffmpeg(arguments.extract_poster(str(ffmpeg.ffmpeg), str(source), 0.2), source, out)

    assert (film.video.width, film.video.height, film.video.rotation) == (480, 854, 90)
    assert probe(out / "240.mp4").video == film.video.__class__("h264", 240, 428, 0, 25)
    with Image.open(out / arguments.POSTER) as poster:
        assert poster.size == (480, 854)


def test_a_poster_has_a_films_true_proportions_and_is_not_black(ffmpeg: Ffmpeg, tmp_path: Path, out: Path) -> None:
    """Its first second is black; pixels that are not square are stretched."""
    black = ("-f", "lavfi", "-i", "color=black:s=720x576:r=25:d=1", "-f", "lavfi", "-i", "testsrc2=s=720x576:r=25:d=3")
    graph = ("-filter_complex", "[0][1]concat,setsar=64/45")
    source = make_media(ffmpeg, tmp_path / "in.mkv", *black, *graph, "-c:v", "libx264")
    run_ffmpeg(arguments.extract_poster(str(ffmpeg.ffmpeg), str(source), 0.4), source, out)

    with Image.open(out / arguments.POSTER) as poster:
        assert poster.size == (1024, 576)
        extremes = poster.convert("L").getextrema()
    assert extremes[1] - extremes[0] > 100  # type: ignore[operator]


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_an_embedded_picture_leaves_byte_for_byte(
    ffmpeg: Ffmpeg, probe: Callable[[Path], Probe], tmp_path: Path, out: Path, kind: str
) -> None:
    """ffmpeg need not be able to decode it."""
    cover = tmp_path / "cover"
    Image.effect_noise((300, 200), 50).save(cover, kind)
    source = make_media(ffmpeg, tmp_path / "in.mp3", *TONE)
    tags = mutagen.id3.ID3()
    tags.add(mutagen.id3.APIC(mime=f"image/{kind.lower()}", type=3, desc="", data=cover.read_bytes()))
    tags.add(mutagen.id3.TPE1(text="Jemand"))
    tags.save(source)
    run_ffmpeg(arguments.extract_picture(str(ffmpeg.ffmpeg), str(source)), source, out)
    song = probe(source)

    assert (out / arguments.PICTURE).read_bytes() == cover.read_bytes()
    assert (song.picture, song.video, song.tags.artist) == ({"PNG": "png", "JPEG": "mjpeg"}[kind], None, "Jemand")
    assert song.duration_seconds == pytest.approx(8, abs=0.1)


@pytest.mark.parametrize("name", ["in.flac", "in.wav", "in.ogg", "in.m4a", "in.webm", "in.aac", "in.aiff", "in.mp2"])
def test_a_sound_is_decoded_once_for_loudness_samples_and_rendition(
    ffmpeg: Ffmpeg, probe: Callable[[Path], Probe], tmp_path: Path, out: Path, name: str
) -> None:
    """Mono, which becomes stereo without changing what is measured."""
    codec = {"in.ogg": ("-c:a", "libopus"), "in.webm": ("-c:a", "libopus")}.get(name, ())
    source = make_media(ffmpeg, tmp_path / name, *TONE, *codec)
    outcome = run_ffmpeg(arguments.decode_audio(str(ffmpeg.ffmpeg), str(source), rendition=True), source, out)
    loudness = parse_loudness(outcome.stderr)
    playlist = parse_playlist((out / "audio.m3u8").read_text())
    samples = array.array("h", (out / arguments.PCM).read_bytes())

    assert loudness is not None
    assert loudness.integrated_lufs == pytest.approx(-21.7, abs=0.5)
    # AAC adds peaks where a tone begins.
    is_aac = name in ("in.m4a", "in.aac")
    assert loudness.true_peak_dbfs == pytest.approx(-18, abs=4 if is_aac else 0.5)
    assert len(samples) / 8000 == pytest.approx(8, abs=0.15)
    assert max(samples) == pytest.approx(4096, rel=0.6 if is_aac else 0.05)
    assert playlist.seconds == pytest.approx(8, abs=0.15)
    assert parse_codecs((out / arguments.MASTER).read_text()) == {"audio": "mp4a.40.2"}
    made = probe(out / "audio.mp4").audio
    assert made is not None
    assert (made.codec, made.channels) == ("aac", 2)


def test_sound_of_many_hertz_and_channels_becomes_stereo(ffmpeg: Ffmpeg, tmp_path: Path, out: Path) -> None:
    """AAC in browsers ends at 48 kHz and stereo for all."""
    surround = ("-f", "lavfi", "-i", "sine=500:r=192000:d=2", "-af", "pan=5.1|c0=c0|c1=c0|c2=c0|c3=c0|c4=c0|c5=c0")
    source = make_media(ffmpeg, tmp_path / "in.flac", *surround)
    run_ffmpeg(arguments.decode_audio(str(ffmpeg.ffmpeg), str(source), rendition=True), source, out)
    stream = inspect(ffmpeg, out / "audio.mp4", "-show_streams")["streams"][0]

    assert (stream["sample_rate"], stream["channels"]) == ("48000", 2)


def test_a_file_that_does_not_say_its_length_is_measured(
    ffmpeg: Ffmpeg, probe: Callable[[Path], Probe], tmp_path: Path, out: Path
) -> None:
    """Browsers record WebM so."""
    command = [ffmpeg.ffmpeg, "-v", "error", *TONE, "-c:a", "libopus", "-f", "webm", "-live", "1", "-"]
    source = tmp_path / "in.webm"
    source.write_bytes(subprocess.check_output(command, timeout=60))
    seen: list[str] = []
    run_ffmpeg(arguments.measure(str(ffmpeg.ffmpeg), str(source)), source, out, on_progress=seen.extend)

    assert probe(source).duration_seconds is None
    assert parse_progress(seen) == pytest.approx(8, abs=0.1)


def test_silence_has_samples_and_no_loudness(ffmpeg: Ffmpeg, tmp_path: Path, out: Path) -> None:
    """It is sound all the same."""
    source = make_media(ffmpeg, tmp_path / "in.wav", "-f", "lavfi", "-i", "anullsrc=d=2")
    outcome = run_ffmpeg(arguments.decode_audio(str(ffmpeg.ffmpeg), str(source), rendition=False), source, out)
    loudness = parse_loudness(outcome.stderr)

    assert loudness is not None
    assert (loudness.integrated_lufs, loudness.true_peak_dbfs) == (None, None)
    assert sorted(path.name for path in out.iterdir()) == [arguments.PCM]


def test_a_codec_that_ffmpeg_lacks_is_called_so(ffmpeg: Ffmpeg, tmp_path: Path, out: Path) -> None:
    """The pinned one encodes AV1, but cannot decode it; the original then plays as it is."""
    source = make_media(ffmpeg, tmp_path / "in.mp4", *FILM, "-t", "0.2", "-c:v", "libsvtav1", "-preset", "12")
    command = arguments.extract_poster(str(ffmpeg.ffmpeg), str(source), 0)
    outcome = run(command, read=[source], out=out, limits=media_limits(1))
    if outcome.reason is None:
        pytest.skip("this ffmpeg decodes AV1")

    assert explain(outcome.stderr)[0] == "codec_unsupported", outcome.stderr
