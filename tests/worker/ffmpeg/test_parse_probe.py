"""What is made of ffprobe's JSON, and which files are refused because of it."""

import json
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.media.model import ProbeResult
from worker.ffmpeg.parse_probe import Probe, ProbeRefused, Tags, clean_text, parse_probe

FILM = {
    "codec_type": "video",
    "codec_name": "h264",
    "width": 1440,
    "height": 1080,
    "sample_aspect_ratio": "4:3",
    "avg_frame_rate": "30000/1001",
}
SOUND = {"codec_type": "audio", "codec_name": "aac", "sample_rate": "44100", "channels": 2}
COVER = {"codec_type": "video", "codec_name": "png", "disposition": {"attached_pic": 1}}
FORMAT = {"format_name": "mov,mp4", "duration": "61.5", "bit_rate": "128000", "tags": {"title": "Töne"}}


def parse(*streams: dict[str, Any], **layout: object) -> Probe:
    return parse_probe(json.dumps({"streams": streams, "format": {**FORMAT, **layout}}).encode())


def test_a_film_is_described_as_a_player_shows_it() -> None:
    """Pixels that are not square are stretched."""
    probe = parse(FILM, SOUND)

    assert asdict(probe) == {
        "container": "mov,mp4",
        "duration_seconds": 61.5,
        "bits_per_second": 128_000,
        "video": {"codec": "h264", "width": 1920, "height": 1080, "rotation": 0, "frames_per_second": 29.97},
        "audio": {"codec": "aac", "sample_rate": 44_100, "channels": 2},
        "picture": None,
        "tags": {"title": "Töne", "artist": None, "album": None},
    }


def test_a_description_is_a_result() -> None:
    """The worker publishes it as it is."""
    assert ProbeResult.model_validate(asdict(parse(FILM, SOUND, COVER))).picture == "png"


@pytest.mark.parametrize(
    ("turned", "rotation", "size"),
    [(-90, 90, (1080, 1920)), (90, 270, (1080, 1920)), (180, 180, (1920, 1080)), (-91.2, 90, (1080, 1920))],
)
def test_a_turned_film_is_described_upright(turned: float, rotation: int, size: tuple[int, int]) -> None:
    """Phones film on their side. ffprobe counts against the clock."""
    video = parse({**FILM, "side_data_list": [{}, {"rotation": turned}]}).video

    assert video is not None
    assert (video.rotation, (video.width, video.height)) == (rotation, size)


def test_an_embedded_picture_is_no_film() -> None:
    """Nor is its size anyone's: it is read elsewhere, within its own limits."""
    probe = parse(SOUND, {**COVER, "width": 99_999, "height": 99_999})

    assert (probe.video, probe.picture) == (None, "png")


def test_a_file_may_not_say_how_long_it_is() -> None:
    """As the WebM that browsers record; of its streams, one may."""
    assert parse(SOUND, duration="N/A").duration_seconds is None
    assert parse(SOUND, {**SOUND, "duration": "9.5"}, duration=None).duration_seconds == 9.5


def test_tags_are_found_in_any_case_and_on_streams() -> None:
    """Matroska writes TITLE, Ogg writes on the stream."""
    probe = parse({**SOUND, "tags": {"ALBUM": "b", "title": "later"}}, tags={"ARTIST": "a", "TITLE": "t"})

    assert probe.tags == Tags("t", "a", "b")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("  two\r\nlines\x00 ", "two lines"),
        ("x" * 1_000_000, "x" * 200),
        ("\ud800\u2028\x9b", None),
        (" ", None),
        (7, None),
        ("a\u202eb", "a\u202eb"),
    ],
)
def test_a_text_becomes_one_line_or_nothing(value: object, text: str | None) -> None:
    """It stands in lists and in JSON."""
    assert clean_text(value) == text


@pytest.mark.parametrize(
    ("streams", "layout", "reason"),
    [
        ([SOUND] * 9, {}, "too_many_streams"),
        ([SOUND], {"duration": "14400.1"}, "too_long"),
        ([SOUND], {"duration": "1e300"}, "too_long"),
        ([{**SOUND, "duration": "99999"}], {"duration": None}, "too_long"),
        ([{**FILM, "width": 8193, "sample_aspect_ratio": "1:1"}], {}, "too_large"),
        ([{**FILM, "height": 8193}], {}, "too_large"),
        ([{**FILM, "width": 8000, "height": 8000, "sample_aspect_ratio": "1:1"}], {}, "too_large"),
        ([{**FILM, "sample_aspect_ratio": "9999:1"}], {}, "too_large"),
        ([{**FILM, "width": 0}], {}, "codec_unsupported"),
        ([{**FILM, "codec_name": None}], {}, "codec_unsupported"),
        ([{**SOUND, "channels": 0}], {}, "codec_unsupported"),
        ([{**SOUND, "channels": 65}], {}, "codec_unsupported"),
        ([COVER], {}, "not_media"),
        ([], {}, "not_media"),
    ],
)
def test_a_file_that_would_take_too_much_is_refused(
    streams: list[dict[str, object]], layout: dict[str, object], reason: str
) -> None:
    """Before anything of it is decoded."""
    with pytest.raises(ProbeRefused) as refused:
        parse(*streams, **layout)

    assert refused.value.reason == reason


@pytest.mark.parametrize("output", [b"", b"{", b"[]", b"7", b"null", b'{"streams": 7}', b"[" * 100_000, b"\xff\xfe"])
def test_what_is_no_answer_is_no_media(output: bytes) -> None:
    """ffprobe that was ended in the middle, for instance."""
    with pytest.raises(ProbeRefused) as refused:
        parse_probe(output)

    assert refused.value.reason == "not_media"


texts = st.sampled_from(["video", "audio", "1/0", "-1", "nan", "1e999", "4:3", "\x00", "\ud800", "x" * 300])
values = st.none() | st.booleans() | st.integers() | st.floats() | texts
odd_values = values | st.lists(values, max_size=2) | st.dictionaries(texts, values, max_size=2)
names = st.sampled_from([*FILM, *SOUND, "side_data_list", "duration", "tags"])


@given(
    st.lists(st.dictionaries(names, odd_values, max_size=4), max_size=3),
    st.dictionaries(st.sampled_from([*FORMAT]), odd_values),
)
def test_whatever_ffprobe_prints_is_a_description_that_can_be_published_or_a_reason(
    streams: list[dict[str, object]], layout: dict[str, object]
) -> None:
    """Files are made to confuse it."""
    answer = {"streams": [{**FILM, **SOUND, **stream} for stream in streams], "format": layout}
    try:
        probe = parse_probe(json.dumps(answer).encode(errors="surrogatepass"))
    except ProbeRefused:
        return
    ProbeResult.model_validate(asdict(replace(probe, duration_seconds=probe.duration_seconds or 0)))
