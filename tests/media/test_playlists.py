"""Playlists as players read them."""

import re
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from service.media.model import Rendition
from service.media.playlists import master_text, rung_text
from tests.helpers.media import a_rendition, a_stored
from worker.ffmpeg.locate import Ffmpeg

segments = st.lists(st.tuples(st.floats(0.001, 99_999), st.integers(0, 10**9)), min_size=1, max_size=50)


def parse(text: str) -> list[tuple[float, int, int, str]]:
    """Return the segments of a playlist: seconds, first byte, length, address."""
    pattern = r"#EXTINF:([\d.]+),\n#EXT-X-BYTERANGE:(\d+)@(\d+)\n(\S+)\n"
    return [(float(s), int(start), int(n), uri) for s, n, start, uri in re.findall(pattern, text)]


def test_the_master_names_the_smallest_rendition_first() -> None:
    text = master_text([a_rendition("720"), a_rendition("240")])
    assert text.splitlines() == [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        (
            '#EXT-X-STREAM-INF:BANDWIDTH=240000,AVERAGE-BANDWIDTH=216000,CODECS="avc1.64001f,mp4a.40.2"'
            ",RESOLUTION=426x240,FRAME-RATE=29.970"
        ),
        "240.m3u8",
        (
            '#EXT-X-STREAM-INF:BANDWIDTH=720000,AVERAGE-BANDWIDTH=648000,CODECS="avc1.64001f,mp4a.40.2"'
            ",RESOLUTION=1280x720,FRAME-RATE=29.970"
        ),
        "720.m3u8",
    ]


def test_the_master_of_a_song_names_no_size_and_passes_parameters_on() -> None:
    text = master_text([a_rendition("audio")], "?names=1")
    assert text.splitlines()[3:] == [
        '#EXT-X-STREAM-INF:BANDWIDTH=128000,AVERAGE-BANDWIDTH=115200,CODECS="mp4a.40.2"',
        "audio.m3u8?names=1",
    ]


@given(pairs=segments, init_bytes=st.integers(1, 10**6))
def test_a_rendition_is_listed_byte_for_byte(pairs: list[tuple[float, int]], init_bytes: int) -> None:
    numbers = [(f"{seconds:.3f}", size_bytes) for seconds, size_bytes in pairs]
    total = init_bytes + sum(size_bytes for _, size_bytes in numbers)
    rendition = a_rendition(
        init_bytes=init_bytes,
        segments=" ".join(f"{seconds}:{size_bytes}" for seconds, size_bytes in numbers),
        object=a_stored("720.mp4", total),
    )
    text = rung_text(rendition, "https://store/720.mp4?X=1")
    listed = parse(text)
    assert [(one[0], one[2]) for one in listed] == [(float(seconds), size_bytes) for seconds, size_bytes in numbers]
    assert listed[0][1] == init_bytes
    assert all(a[1] + a[2] == b[1] for a, b in pairwise(listed))
    assert listed[-1][1] + listed[-1][2] == total
    assert f'#EXT-X-MAP:URI="https://store/720.mp4?X=1",BYTERANGE="{init_bytes}@0"' in text
    target = int(re.findall(r"#EXT-X-TARGETDURATION:(\d+)", text)[0])
    assert all(one[0] <= target for one in listed)
    assert text.endswith("#EXT-X-ENDLIST\n")


@pytest.mark.parametrize(
    "segments", ["", "6.0:1\n#EXT-X-KEY:URI=x", "6.0:1 ", "-6.0:1", "6:1", "6.0:1,6.0:2", "nan:1", "\uff16.0:1"]
)
def test_segments_that_are_no_numbers_never_reach_a_playlist(segments: str) -> None:
    with pytest.raises(ValidationError):
        a_rendition(segments=segments)


def test_segments_longer_than_their_file_are_refused() -> None:
    assert a_rendition(object=a_stored("720.mp4", 2600))
    with pytest.raises(ValidationError, match="longer than their file"):
        a_rendition(object=a_stored("720.mp4", 2599))


@pytest.mark.parametrize("codecs", ['a"b', "a\nb", ""])
def test_codecs_cannot_leave_their_quotes(codecs: str) -> None:
    with pytest.raises(ValidationError):
        a_rendition(codecs=codecs)


def test_ffprobe_reads_a_rendition_by_its_playlist(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    encode = (
        f"{ffmpeg.ffmpeg} -nostdin -loglevel error -f lavfi -i testsrc=s=320x240:r=25:d=8 -f lavfi -i sine=d=8 "
        "-c:v libx264 -c:a aac -force_key_frames expr:gte(t,n_forced*3) -f hls -hls_time 3 -hls_playlist_type vod "
        "-hls_segment_type fmp4 -hls_flags single_file made.m3u8"
    )
    subprocess.run(encode.split(), cwd=tmp_path, check=True)
    made = (tmp_path / "made.m3u8").read_text()
    file = re.findall(r'#EXT-X-MAP:URI="([^"]+)",BYTERANGE="(\d+)@0"', made)[0]
    pairs = re.findall(r"#EXTINF:([\d.]+),\s*\n#EXT-X-BYTERANGE:(\d+)@", made)
    rendition: Rendition = a_rendition(
        init_bytes=int(file[1]),
        segments=" ".join(f"{seconds}:{size_bytes}" for seconds, size_bytes in pairs),
        object=a_stored("720.mp4", (tmp_path / file[0]).stat().st_size),
    )
    (tmp_path / "ours.m3u8").write_text(rung_text(rendition, file[0]))
    probe = f"{ffmpeg.ffprobe} -v error -show_entries format=duration -of csv=p=0 ours.m3u8"
    probed = subprocess.run(probe.split(), cwd=tmp_path, check=True, capture_output=True, text=True)
    assert float(probed.stdout) == pytest.approx(8, abs=0.1)
