"""Loudness, progress and failures, as ffmpeg prints them; and the playlists that it writes."""

import time

import pytest

from worker.ffmpeg.explain import explain
from worker.ffmpeg.parse_loudness import Loudness, parse_loudness
from worker.ffmpeg.parse_playlist import parse_codecs, parse_playlist
from worker.ffmpeg.parse_progress import parse_progress

REPORT = """
[Parsed_ebur128_0 @ 0x7fdf39bc87c0] [info] Summary:

  Integrated loudness:
    I:         -21.5 LUFS
    Threshold: -31.5 LUFS

  Loudness range:
    LRA:         3.2 LU
    Threshold: -41.5 LUFS
    LRA low:   -21.5 LUFS
    LRA high:  -21.5 LUFS

  True peak:
    Peak:      -18.4 dBFS
[info] size=     312KiB time=00:00:20.00 bitrate= 128.0kbits/s
"""
PLAYLIST = """#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:6
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-MAP:URI="audio.mp4",BYTERANGE="765@0"
#EXTINF:6.013968,
#EXT-X-BYTERANGE:97475@765
audio.mp4
#EXTINF:2.004535,
#EXT-X-BYTERANGE:97055@98240
audio.mp4
#EXT-X-ENDLIST
"""


def test_the_last_report_of_loudness_counts() -> None:
    """An input may print something that looks like one before, in a tag."""
    assert parse_loudness(REPORT.replace("-21.5", "-3.0") + REPORT) == Loudness(-21.5, 3.2, -18.4)


def test_tags_that_look_like_a_thousand_reports_hold_nobody_up() -> None:
    """ffmpeg prints the tags of a file, and other jobs of this worker wait for whoever reads that."""
    text = "Summary: I: 1.0 LUFS " * 800
    began = time.process_time()

    assert parse_loudness(text) is None
    assert explain("[a @ " * 3000)[0] == "crashed"

    assert time.process_time() - began < 1


def test_silence_has_no_loudness() -> None:
    """It lies at the gate of -70 LUFS; a peak of nothing is minus infinity."""
    silent = REPORT.replace("-21.5", "-70.0").replace("-18.4", "-inf")

    assert parse_loudness(silent) == Loudness(None, None, None)


@pytest.mark.parametrize("text", ["", "Summary:", REPORT[:80], "I: -21.5 LUFS"])
def test_without_a_whole_report_there_is_none(text: str) -> None:
    """ffmpeg that was ended in the middle."""
    assert parse_loudness(text) is None


def test_progress_is_the_last_time_of_the_lines() -> None:
    """A second's lines may hold several blocks, or none."""
    assert parse_progress(["out_time_us=1500000", "progress=continue", "out_time_us=2500000"]) == 2.5
    assert parse_progress(["out_time_us=N/A", "fps=0.0"]) is None
    assert parse_progress(["out_time_us=-21333"]) is None
    assert parse_progress([]) is None


def test_a_playlist_is_numbers() -> None:
    """The last segment is too short to tell the peak."""
    playlist = parse_playlist(PLAYLIST)

    assert (playlist.init_bytes, playlist.size_bytes) == (765, 765 + 97475 + 97055)
    assert playlist.segments == "6.013968:97475 2.004535:97055"
    assert playlist.seconds == pytest.approx(8.018503)
    assert playlist.average_bandwidth == round(8 * (97475 + 97055) / 8.018503)
    assert playlist.bandwidth == playlist.average_bandwidth > 8 * 97475 / 6.013968


@pytest.mark.parametrize(
    ("part", "instead"),
    [
        ("#EXT-X-ENDLIST", ""),
        ("@98240", "@98241"),
        ("@765", "@0"),
        ("765@0", "765@1"),
        ("6.013968", "0.000000"),
        ("97475", "99999999999"),
        ("#EXT-X-MAP", "#EXT-X-KEY"),
    ],
)
def test_a_playlist_that_does_not_fit_together_is_refused(part: str, instead: str) -> None:
    """Rather than played with gaps."""
    text = PLAYLIST.replace(part, instead)
    if part == "6.013968":
        text = text.replace("2.004535", instead)

    with pytest.raises(ValueError, match=r"playlist|segment"):
        parse_playlist(text)


def test_codecs_are_read_by_the_names_of_renditions() -> None:
    """ffmpeg knows the profile and level that it chose."""
    master = (
        '#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=640x360,CODECS="avc1.64001e,mp4a.40.2"\n360.m3u8\n\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="mp4a.40.2"\naudio.m3u8\n'
    )

    assert parse_codecs(master) == {"360": "avc1.64001e,mp4a.40.2", "audio": "mp4a.40.2"}
    assert parse_codecs('#EXT-X-STREAM-INF:CODECS="a\n../x.m3u8') == {}


@pytest.mark.parametrize(
    ("stderr", "reason"),
    [
        (
            "[info] fine\n[in#0 @ 0x7f] [error] Error opening input: Invalid data found when processing input",
            "not_media",
        ),
        ("[mp3 @ 0x7f] [error] Format not on whitelist 'mp3'", "not_media"),
        ("[vist#0:0/av1 @ 0x7f] [error] Decoding requested, but no decoder found for: av1", "codec_unsupported"),
        ("[fatal] Decoder (codec none) not found for input stream #0:0", "codec_unsupported"),
        ("[error] x: Cannot allocate memory\n[error] Invalid argument", "out_of_memory"),
        ("[error] something else", "crashed"),
        ("", "crashed"),
    ],
)
def test_ffmpegs_words_become_a_code(stderr: str, reason: str) -> None:
    """Codes are for ever, its words are not."""
    assert explain(stderr)[0] == reason


def test_only_the_errors_are_shown_each_once() -> None:
    """Of pages of output."""
    stderr = "[info] Stream #0\n[aac @ 0x1] [error] bad\n[aac @ 0x2] [error] bad\n[warning] odd\n[error] worse\n"

    assert explain(stderr)[1] == "bad\nworse"
