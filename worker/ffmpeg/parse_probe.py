"""Reads what ffprobe says of a file, and refuses files that would take too much."""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

ProbeReason = Literal["not_media", "codec_unsupported", "too_long", "too_large", "too_many_streams"]

MOST_STREAMS = 8
MOST_SECONDS = 4 * 3600
MOST_SIDE = 8192
MOST_PIXELS = 50_000_000
MOST_BITS_PER_SECOND = 10**12  # beyond which it is nonsense
LONGEST_TEXT = 200
# Control characters, line separators and surrogates: what is left is one line of UTF-8.
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


class ProbeRefused(Exception):
    """Nothing is made of this file; `reason` is a code for ever."""

    def __init__(self, reason: ProbeReason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True)
class Tags:
    """Each of one line, of at most 200 characters."""

    title: str | None = None
    artist: str | None = None
    album: str | None = None


@dataclass(frozen=True)
class VideoStream:
    codec: str
    width: int  # as shown: in true proportions, after rotation
    height: int
    rotation: Literal[0, 90, 180, 270]  # clockwise, by which a player turns it
    frames_per_second: float  # 0: unknown


@dataclass(frozen=True)
class AudioStream:
    codec: str
    sample_rate: int
    channels: int


@dataclass(frozen=True)
class Probe:
    """What is known of a file without decoding it. It has sound or a film."""

    container: str
    duration_seconds: float | None  # None: the file does not say; `arguments.measure` finds out
    bits_per_second: int  # 0: unknown
    video: VideoStream | None
    audio: AudioStream | None
    picture: str | None  # the codec of an embedded picture
    tags: Tags


def parse_probe(output: bytes) -> Probe:
    """Return what ffprobe printed. Raises ProbeRefused."""
    document = _mapping(_load(output))
    streams = [_mapping(stream) for stream in _list(document.get("streams"))]
    if len(streams) > MOST_STREAMS:
        raise ProbeRefused("too_many_streams", f"{len(streams)} streams of at most {MOST_STREAMS}")
    layout = _mapping(document.get("format"))
    pictures = [stream for stream in streams if _is_kind(stream, "video") and _is_picture(stream)]
    films = [stream for stream in streams if _is_kind(stream, "video") and not _is_picture(stream)]
    sounds = [stream for stream in streams if _is_kind(stream, "audio")]
    if not films and not sounds:
        raise ProbeRefused("not_media", "neither sound nor film")
    tags = [_mapping(part.get("tags")) for part in (layout, *sounds[:1])]
    return Probe(
        container=clean_text(layout.get("format_name")) or "unknown",
        duration_seconds=_duration(layout, [*films, *sounds]),
        bits_per_second=int(min(_number(layout.get("bit_rate")), MOST_BITS_PER_SECOND)),
        video=_video(films[0]) if films else None,
        audio=_audio(sounds[0]) if sounds else None,
        picture=(clean_text(pictures[0].get("codec_name")) or "unknown") if pictures else None,
        tags=Tags(**{name: _tag(tags, name) for name in ("title", "artist", "album")}),
    )


def clean_text(value: object) -> str | None:
    """Return one line of at most 200 characters, or None if nothing is left."""
    if not isinstance(value, str):
        return None
    return UNPRINTABLE.sub(" ", value).strip()[:LONGEST_TEXT].strip() or None


def _load(output: bytes) -> object:
    try:
        return json.loads(output.decode(errors="replace"))
    except (ValueError, RecursionError) as error:
        raise ProbeRefused("not_media", "ffprobe read nothing") from error


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else []


def _is_kind(stream: Mapping[str, Any], kind: str) -> bool:
    return bool(stream.get("codec_type") == kind)


def _is_picture(stream: Mapping[str, Any]) -> bool:
    return bool(_mapping(stream.get("disposition")).get("attached_pic"))


def _number(value: object) -> float:
    """Return a finite number that is not negative; 0 for everything else."""
    try:
        number = float(value)  # type: ignore[arg-type] # whatever it is
    except (TypeError, ValueError, OverflowError):
        return 0
    return number if math.isfinite(number) and number > 0 else 0


def _duration(layout: Mapping[str, Any], streams: Sequence[Mapping[str, Any]]) -> float | None:
    seconds = _number(layout.get("duration")) or max(_number(stream.get("duration")) for stream in streams)
    if seconds > MOST_SECONDS:
        raise ProbeRefused("too_long", f"{seconds / 3600:.1f} hours of at most {MOST_SECONDS / 3600:.0f}")
    return seconds or None


def _video(stream: Mapping[str, Any]) -> VideoStream:
    codec = _codec(stream)
    width, height = (int(_number(stream.get(name))) for name in ("width", "height"))
    if not width or not height:
        raise ProbeRefused("codec_unsupported", f"{codec} without a size")
    width = max(1, round(width * (_ratio(stream.get("sample_aspect_ratio"), ":") or 1)))
    if max(width, height) > MOST_SIDE or width * height > MOST_PIXELS:
        raise ProbeRefused("too_large", f"{width} x {height} pixels")
    rotation = _rotation(stream)
    if rotation in (90, 270):
        width, height = height, width
    rate = _ratio(stream.get("avg_frame_rate"), "/") or _ratio(stream.get("r_frame_rate"), "/")
    return VideoStream(codec, width, height, rotation, round(min(rate, 1000), 3))


def _audio(stream: Mapping[str, Any]) -> AudioStream:
    codec = _codec(stream)
    sample_rate, channels = (int(_number(stream.get(name))) for name in ("sample_rate", "channels"))
    if not sample_rate or not channels:
        raise ProbeRefused("codec_unsupported", f"{codec} without a sample rate or channels")
    # ffmpeg 5.1 crashes on a sound of 1 Hz.
    if channels > 64 or not 1000 <= sample_rate <= 1_000_000:
        raise ProbeRefused("codec_unsupported", f"{channels} channels of {sample_rate} Hz")
    return AudioStream(codec, sample_rate, channels)


def _codec(stream: Mapping[str, Any]) -> str:
    codec = clean_text(stream.get("codec_name"))
    if codec is None:
        raise ProbeRefused("codec_unsupported", "a codec that ffprobe does not know")
    return codec


def _rotation(stream: Mapping[str, Any]) -> Literal[0, 90, 180, 270]:
    """Return the display matrix's rotation, clockwise, to the nearest quarter; ffprobe counts the other way."""
    for side_data in map(_mapping, _list(stream.get("side_data_list"))):
        degrees = side_data.get("rotation")
        if isinstance(degrees, int | float) and math.isfinite(degrees):
            quarters: tuple[Literal[0, 90, 180, 270], ...] = (0, 90, 180, 270)
            return quarters[round(-degrees / 90) % 4]
    return 0


def _ratio(value: object, sign: str) -> float:
    """Return "30000/1001" or "4:3" as a number; 0 if it is none."""
    above, separator, below = str(value).partition(sign)
    if not (separator and above.isdecimal() and below.isdecimal() and int(below)):
        return 0
    return float(Fraction(int(above), int(below)))


def _tag(tags: Sequence[Mapping[str, Any]], name: str) -> str | None:
    return next(_tags_named(tags, name), None)


def _tags_named(tags: Sequence[Mapping[str, Any]], name: str) -> Iterator[str]:
    """Yield the tag's values: containers spell names in both cases, and Ogg has tags on its streams."""
    for part in tags:
        for key, value in part.items():
            if key.lower() == name and (text := clean_text(value)):
                yield text
