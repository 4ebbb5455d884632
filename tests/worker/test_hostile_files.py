"""Files made to harm their reader, in the real sandbox: each ends with its code, soon, and reaches nothing.

They are read as the worker reads them, and then by programs that the worker would not start after what `probe` says of
them: what a parser overlooks, the sandbox refuses.
"""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from service.media.model import Tags as ResultTags
from tests.helpers.ffmpeg import make_media
from tests.helpers.hostile_media import with_hours
from tests.helpers.landlock import needs_landlock
from tests.helpers.made_files import ENDLESS, make_gif, make_pdf, make_png_bomb, read_all
from tests.worker.hostile import (
    LIMITS,
    MOST_MEMORY,
    MOST_SECONDS,
    SECRET,
    Canaries,
    ReadInSandbox,
    canaries,
    decode_everything,
    probe_reason,
    read_in_sandbox,
    reason_of,
    run_probe,
)
from worker.ffmpeg.explain import explain
from worker.ffmpeg.locate import Ffmpeg
from worker.ffmpeg.parse_probe import parse_probe
from worker.limits import PAGE, PROBE
from worker.programs import python_tool
from worker.sandbox import run

__all__ = ["canaries", "probe_reason", "read_in_sandbox"]
pytestmark = [pytest.mark.real, needs_landlock]


HLS = '#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXT-X-MAP:URI="{url}/init"\n#EXTINF:9,\n{target}\n#EXT-X-ENDLIST\n'
PLAYLISTS = {
    "hls.mp3": HLS,
    "hls.mp4": HLS,
    "hls.m3u8": HLS,
    "master.m3u8": "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{target}\n",
    "keyed.m3u8": '#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="{url}/key"\n#EXTINF:9,\n{target}\n#EXT-X-ENDLIST\n',
    "list.ffconcat": "ffconcat version 1.0\nfile {target}\nduration 9\n",
    "list.mp3": "ffconcat version 1.0\nfile {target}\n",
    "dash.mpd": '<?xml version="1.0"?><MPD type="static" xmlns="urn:mpeg:dash:schema:mpd:2011"><Period>'
    "<BaseURL>{target}</BaseURL></Period></MPD>",
    "session.sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=video {port} RTP/AVP 96\n"
    "a=rtpmap:96 H264/90000\n",
    "ref.asx": '<asx version="3.0"><entry><ref href="{target}"/></entry></asx>',
    "text.srt": "1\n00:00:00,000 --> 00:00:01,000\n{target}\n",
}


@pytest.mark.parametrize("name", PLAYLISTS)
@pytest.mark.parametrize("kind", ["address", "file"])
def test_a_playlist_reaches_no_address_and_no_file(
    name: str,
    kind: str,
    canaries: Canaries,
    read_in_sandbox: ReadInSandbox,
    probe_reason: Callable[[Path], str | None],
    ffmpeg: Ffmpeg,
    tmp_path: Path,
) -> None:
    """Whatever it is called, and whichever program is asked."""
    url = f"http://127.0.0.1:{canaries.port}"
    target = f"{url}/segment.ts" if kind == "address" else f"file://{canaries.file}"
    source = tmp_path / name
    source.write_text(PLAYLISTS[name].format(url=url, target=target, port=canaries.port))

    assert probe_reason(source) == "not_media"
    assert all(outcome.reason for outcome in decode_everything(read_in_sandbox, ffmpeg, source))


ADDRESS_LISTS = ("-protocol_whitelist", "file,http,tcp", "-allowed_extensions", "ALL", "-extension_picky", "0")
# Without our lists: an input that names another, as it is given to ffmpeg.
UNGUARDED: dict[str, tuple[list[str], str]] = {
    "hls": ([*ADDRESS_LISTS, "-f", "hls"], "#EXTM3U\n#EXTINF:9,\n{url}/a.ts\n#EXT-X-ENDLIST\n"),
    "concat": (["-safe", "0", "-f", "concat"], "ffconcat version 1.0\nfile '{file}'\n"),
}


@pytest.mark.parametrize("name", UNGUARDED)
def test_what_gets_past_the_whitelists_the_sandbox_refuses(
    name: str, canaries: Canaries, read_in_sandbox: ReadInSandbox, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    """Without lists and sandbox, ffmpeg connects and copies the file; without lists, the sandbox lets it do neither."""
    options, text = UNGUARDED[name]
    source = tmp_path / "in"
    source.write_text(text.format(url=f"http://127.0.0.1:{canaries.port}", file=canaries.file))
    command = [str(ffmpeg.ffmpeg), "-nostdin", *options, "-i", str(source), "-c", "copy", "-f", "s16le", "stolen"]
    free = tmp_path / "free"
    free.mkdir()

    run(command, read=[source], out=free, limits=LIMITS, mode="none")
    assert bool(canaries.connections) == (name == "hls")
    assert (SECRET in read_all(free)) == (name == "concat")

    canaries.connections.clear()
    assert read_in_sandbox(command, source).reason == "crashed"


def test_a_sound_of_twenty_hours_is_too_long(
    probe_reason: Callable[[Path], str | None], ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    """Only its header says so, which is all that is read."""
    flac = make_media(ffmpeg, tmp_path / "in.flac", "-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono", "-t", "1")
    flac.write_bytes(with_hours(flac.read_bytes(), 20))

    assert probe_reason(flac) == "too_long"


def test_nine_streams_are_too_many(probe_reason: Callable[[Path], str | None], ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    """Each would be decoded."""
    sources = ["-f", "lavfi", "-i", "sine=d=1"]
    film = make_media(ffmpeg, tmp_path / "in.mkv", *sources, *["-map", "0:a"] * 9, "-c:a", "pcm_s16le")

    assert probe_reason(film) == "too_many_streams"


def test_tags_of_a_megabyte_become_a_line(ffmpeg: Ffmpeg, read_in_sandbox: ReadInSandbox, tmp_path: Path) -> None:
    """With control characters in them."""
    metadata = tmp_path / "tags.txt"
    metadata.write_text(";FFMETADATA1\ntitle=" + "two\\\nlines\x07\x1b[31m" + "x" * 1_000_000 + "\n")
    options = ["-f", "lavfi", "-i", "sine=d=1", "-i", str(metadata), "-map_metadata", "1"]
    source = make_media(ffmpeg, tmp_path / "in.flac", *options)
    probe = parse_probe(run_probe(read_in_sandbox, ffmpeg, source).stdout)

    assert probe.tags.title is not None
    assert probe.tags.title.startswith("two lines [31mxxx")
    assert len(probe.tags.title) == 200


# A title of 20 letters, and the bytes in their place: UTF-16 with half a pair, and UTF-8 that spells such a half.
TITLE = b"y" * 20
HALVES = {
    "mp3": (b"\0" + TITLE, b"\1\xff\xfea\0\x00\xd8b\0".ljust(21, b"\0")),
    "flac": (TITLE, b"a\xed\xa0\x80b".ljust(20)),
}


@pytest.mark.parametrize("kind", HALVES)
def test_half_a_pair_of_surrogates_is_a_line_that_can_be_stored(
    kind: str, ffmpeg: Ffmpeg, read_in_sandbox: ReadInSandbox, tmp_path: Path
) -> None:
    """Or none. JSON, MongoDB and the page take whole characters alone."""
    whole, halved = HALVES[kind]
    tags = ("-metadata", f"title={TITLE.decode()}", *(("-id3v2_version", "3") if kind == "mp3" else ()))
    source = make_media(ffmpeg, tmp_path / f"in.{kind}", "-f", "lavfi", "-i", "sine=d=1", *tags)
    body = source.read_bytes()
    assert body.count(whole) == 1
    source.write_bytes(body.replace(whole, halved))

    title = parse_probe(run_probe(read_in_sandbox, ffmpeg, source).stdout).tags.title

    assert title is None or (title.startswith("a"), title.isprintable()) == (True, True)
    assert ResultTags(title=title).title == title


@pytest.fixture
def film(ffmpeg: Ffmpeg, tmp_path: Path) -> bytes:
    """Two seconds of film and sound, whose index stands at the end."""
    sources = ["-f", "lavfi", "-i", "testsrc2=s=320x240:d=2", "-f", "lavfi", "-i", "sine=d=2"]
    return make_media(ffmpeg, tmp_path / "film.mp4", *sources, "-c:v", "libx264", "-c:a", "aac").read_bytes()


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("nothing", lambda film: b""),
        ("one byte", lambda film: b"\x00"),
        ("half a film", lambda film: film[: len(film) // 2]),
        ("noise", lambda film: bytes(index * index % 251 for index in range(100_000))),
        ("zeros", lambda film: bytes(1 << 20)),
        ("a page", lambda film: b"<html><script>alert(1)</script>" * 99),
    ],
)
def test_what_is_no_media_is_called_so(
    name: str,
    spoil: Callable[[bytes], bytes],
    film: bytes,
    read_in_sandbox: ReadInSandbox,
    probe_reason: Callable[[Path], str | None],
    ffmpeg: Ffmpeg,
    tmp_path: Path,
) -> None:
    """And nothing is made of it."""
    source = tmp_path / "in.mp4"
    source.write_bytes(spoil(film))

    assert probe_reason(source) == "not_media"
    outcomes = decode_everything(read_in_sandbox, ffmpeg, source)
    assert {explain(outcome.stderr)[0] for outcome in outcomes} == {"not_media"}


def test_a_film_with_holes_harms_nobody(
    film: bytes, read_in_sandbox: ReadInSandbox, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    """Its index is sound, its bytes are not: whatever becomes of it, it ends."""
    source = tmp_path / "in.mp4"
    spoilt = bytearray(film)
    for place in range(2000, len(spoilt) - 8000, 97):
        spoilt[place] ^= 0x5A
    source.write_bytes(spoilt)

    run_probe(read_in_sandbox, ffmpeg, source)
    decode_everything(read_in_sandbox, ffmpeg, source)


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.pdf", make_pdf())
    return file.getvalue()


def half_a_photo() -> bytes:
    file = io.BytesIO()
    Image.effect_noise((640, 480), 90).save(file, "JPEG")
    return file.getvalue()[: file.tell() // 2]


def huge_jpeg() -> bytes:
    """A JPEG whose header says 65,500 by 65,500."""
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "JPEG")
    data = bytearray(file.getvalue())
    start = data.index(b"\xff\xc0")
    data[start + 5 : start + 9] = (65_500).to_bytes(2, "big") * 2
    return bytes(data)


PICTURES: dict[str, tuple[Callable[[], bytes], str | None]] = {
    "16000 by 16000 pixels": (lambda: make_png_bomb(16_000), "too_large"),
    "65500 by 65500 pixels": (huge_jpeg, "too_large"),
    "a million frames": (lambda: make_gif(1_000_000), None),
    "an SVG with a file": (lambda: b'<svg xmlns:xlink="x"><image xlink:href="file:///etc/passwd"/></svg>', "not_media"),
    "PostScript": (
        lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n(/etc/passwd) run",
        "not_media",
    ),
    "a PDF": (make_pdf, "not_media"),
    "nothing": (lambda: b"", "not_media"),
    "half a photo": (half_a_photo, "not_media"),
    "a zip": (zipped, "not_media"),
    "a page": (lambda: b"<html>", "not_media"),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_hostile_picture_ends_with_its_code(name: str, read_in_sandbox: ReadInSandbox, tmp_path: Path) -> None:
    """Each is called photo.png, as its sender would call it."""
    make, reason = PICTURES[name]
    source = tmp_path / "photo.png"
    source.write_bytes(make())
    outcome = read_in_sandbox(python_tool("thumbnails", source, tmp_path / "out"), source)

    assert reason_of(outcome) == reason
    assert outcome.usage.seconds < MOST_SECONDS


DOCUMENTS: dict[str, tuple[Callable[[], bytes], set[str | None]]] = {
    "a zip": (zipped, {"not_media"}),
    "nothing": (lambda: b"", {"not_media"}),
    "half a document": (lambda: make_pdf()[:120], {"not_media"}),
    "noise": (lambda: b"%PDF-1.7\n" + bytes(index * index % 251 for index in range(100_000)), {"not_media"}),
    "no page": (lambda: make_pdf(kids="", pages=0), {"not_media"}),
    "pages that hold themselves": (lambda: make_pdf(kids="2 0 R"), {"not_media"}),
    "a page of five metres": (lambda: make_pdf(media_box="0 0 14400 14400"), {None}),
    "a page of kilometres": (lambda: make_pdf(media_box="0 0 2e9 2e9"), {None, "not_media"}),
    "a page of no size": (lambda: make_pdf(media_box="0 0 0 0"), {None, "not_media"}),
    "more pages than it has": (lambda: make_pdf(kids="3 0 R", pages=2_000_000_000), {None, "not_media"}),
    "a page that draws itself": (
        lambda: make_pdf(
            content=b"/X Do",
            page_entries="/Resources << /XObject << /X 4 0 R >> >>",
            stream_entries="/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 4 0 R >> >>",
        ),
        {None},
    ),
    "a page in another file": (lambda: make_pdf(stream_entries="/F (canary.wav)"), {None, "not_media"}),
    "two gigabytes of blanks": (lambda: make_pdf(unpacked_bytes=2 << 30), {"out_of_memory"}),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_hostile_document_ends_with_its_code(name: str, read_in_sandbox: ReadInSandbox, tmp_path: Path) -> None:
    """Some are drawn in spite of all: then within the limits."""
    make, reasons = DOCUMENTS[name]
    source = tmp_path / "in.pdf"
    source.write_bytes(make())
    limits = replace(PAGE, wall_seconds=MOST_SECONDS)
    outcome = read_in_sandbox(python_tool("first_page", source, tmp_path / "out"), source, limits)

    assert reason_of(outcome) in reasons


def test_a_document_that_never_ends_is_ended(read_in_sandbox: ReadInSandbox, tmp_path: Path) -> None:
    """The worker gives it a minute; here it is less."""
    source, out = tmp_path / "in.pdf", tmp_path / "out"
    source.write_bytes(make_pdf(content=ENDLESS))
    outcome = read_in_sandbox(python_tool("first_page", source, out), source, replace(PAGE, wall_seconds=3))

    assert outcome.reason == "timeout"
    assert list(out.iterdir()) == []


def test_a_probe_has_limits_of_its_own() -> None:
    """It reads headers: what takes longer is hostile."""
    assert PROBE.wall_seconds <= MOST_SECONDS
    assert PROBE.memory_bytes <= MOST_MEMORY
