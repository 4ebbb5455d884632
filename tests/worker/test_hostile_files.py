"""Files made to harm their reader, in the real sandbox: each ends with its code, soon, and reaches nothing.

They are read as the worker reads them, and then by programs that the worker would not start after what `probe` says of
them: what a parser overlooks, the sandbox refuses.
"""

import io
import pickle
import socket
import subprocess
import sys
import threading
import wave
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from PIL import Image

from dev.project import ROOT
from tests.helpers.ffmpeg import make_media
from tests.helpers.landlock import needs_landlock
from tests.helpers.made_files import make_gif, make_pdf, make_png_bomb, read_all
from worker.ffmpeg import arguments
from worker.ffmpeg.explain import explain
from worker.ffmpeg.ladder import plan_rungs
from worker.ffmpeg.locate import Ffmpeg
from worker.ffmpeg.parse_probe import ProbeRefused, parse_probe
from worker.limits import PAGE, PICTURE, PROBE
from worker.outcome import Limits, Outcome
from worker.programs import python_tool
from worker.sandbox import run
from worker.tool_output import ToolRefused, read_output

pytestmark = [pytest.mark.real, needs_landlock]
MOST_SECONDS = 30
MOST_MEMORY = 1 << 30
SECRET = b"the secret of the canary"
LIMITS = replace(PICTURE, wall_seconds=MOST_SECONDS)


@dataclass
class Canaries:
    """A port that nobody may connect to and a file that nobody may read."""

    port: int
    file: Path
    connections: list[object] = field(default_factory=list)


@pytest.fixture
def canaries(tmp_path: Path) -> Iterator[Canaries]:
    secret = tmp_path / "canary.wav"
    secret.write_bytes(make_wav(SECRET * 1000))
    with socket.create_server(("127.0.0.1", 0)) as server:
        made = Canaries(server.getsockname()[1], secret)

        def accept() -> None:
            while True:
                try:
                    connection, address = server.accept()
                except OSError:
                    return
                made.connections.append(address)
                connection.close()

        thread = threading.Thread(target=accept)
        thread.start()
        yield made
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)


# Linux counts the memory of whoever starts a program for the program too, and that of the tests may be large.
SMALL_PROCESS = """
import pickle, sys
from worker.sandbox import run
program, source, out, limits = pickle.load(sys.stdin.buffer)
pickle.dump(run(program, read=[source], out=out, limits=limits), sys.stdout.buffer)
"""


def run_from_a_small_process(program: list[str], source: Path, out: Path, limits: Limits) -> Outcome:
    given = pickle.dumps((program, source, out, limits))
    command = [sys.executable, "-c", SMALL_PROCESS]
    outcome = pickle.loads(subprocess.run(command, input=given, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout)
    assert isinstance(outcome, Outcome)
    return outcome


@pytest.fixture
def read_in_sandbox(tmp_path: Path, canaries: Canaries) -> Callable[..., Outcome]:
    """Run a program on a file and check what must hold of every one, however it ends."""
    out = tmp_path / "out"

    def read_one(program: list[str], source: Path, limits: Limits = LIMITS) -> Outcome:
        out.mkdir(exist_ok=True)
        before = sorted(path for path in tmp_path.iterdir() if path != out)
        outcome = run_from_a_small_process(program, source, out, limits)
        assert outcome.usage.seconds < MOST_SECONDS + 5
        assert outcome.usage.peak_memory_bytes < MOST_MEMORY
        assert outcome.reason != "not_confined", outcome.stderr
        assert canaries.connections == []
        assert SECRET not in read_all(out) + outcome.stdout + outcome.stderr.encode()
        assert sorted(path for path in tmp_path.iterdir() if path != out) == before
        return outcome

    return read_one


ReadInSandbox = Callable[..., Outcome]


@pytest.fixture
def probe_reason(read_in_sandbox: ReadInSandbox, ffmpeg: Ffmpeg) -> Callable[[Path], str | None]:
    """Probe a file and return why nothing is made of it, or None."""

    def probe_one(source: Path) -> str | None:
        outcome = run_probe(read_in_sandbox, ffmpeg, source)
        if outcome.reason not in (None, "crashed"):
            return outcome.reason
        try:
            parse_probe(outcome.stdout)
        except ProbeRefused as refused:
            return refused.reason
        return explain(outcome.stderr)[0] if outcome.reason else None

    return probe_one


def run_probe(read_in_sandbox: ReadInSandbox, ffmpeg: Ffmpeg, source: Path) -> Outcome:
    return read_in_sandbox(arguments.probe(str(ffmpeg.ffprobe), str(source)), source)


def decode_everything(read_in_sandbox: ReadInSandbox, ffmpeg: Ffmpeg, source: Path) -> list[Outcome]:
    """Run every command of ffmpeg on a file, whatever it is."""
    program, path = str(ffmpeg.ffmpeg), str(source)
    rungs = plan_rungs(320, 240, (240,))
    commands = [
        arguments.measure(program, path),
        arguments.extract_poster(program, path, 0),
        arguments.extract_picture(program, path),
        arguments.decode_audio(program, path, rendition=True),
        arguments.encode_video(program, path, rungs, has_audio=True),
    ]
    return [read_in_sandbox(command, source) for command in commands]


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
    """Silence packs so well that 14 MB hold it. Here only the header says so, which is all that is read."""
    flac = make_media(ffmpeg, tmp_path / "in.flac", "-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono", "-t", "1")
    data = bytearray(flac.read_bytes())
    # STREAMINFO: the number of samples is the low 36 bits of the 8 bytes at 18.
    samples = int.from_bytes(data[18:26], "big") >> 36 << 36 | 20 * 3600 * 8000
    data[18:26] = samples.to_bytes(8, "big")
    flac.write_bytes(data)

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


def make_wav(samples: bytes) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(samples)
    return file.getvalue()


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


def reason_of(outcome: Outcome) -> str | None:
    try:
        read_output(outcome)
    except ToolRefused as refused:
        return refused.reason
    return None


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
    "two gigabytes of blanks": (lambda: make_pdf(unpacked_bytes=2 << 30), {"out_of_memory"}),
}
# A clip and a path that pdfium computes for very long.
ENDLESS = (
    b"0 0 595 842 re W n 0 0 m " + b"595 842 l 0 842 l 595 0 l " * 20_000 + b"f* " + b"q 1 1 500 500 re S Q " * 400_000
)


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
