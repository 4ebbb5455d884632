"""What each kind of job finds out or makes. The worker checks a result against these before it publishes it.

Objects of a result lie under derived/{owner_slug}/{file_id}/{kind}/{token}/, where `token` is the job's `result_token`.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from service.shared.model import LINE

Kind = Literal["scan", "probe", "image", "pdf", "poster", "audio", "video"]
WIDTHS = (96, 320, 1280)  # of thumbnails, in pixels
RUNGS = ("240", "360", "480", "720", "1080")  # of a film, by their heights in pixels
# Each segment's seconds and bytes, in order: "6.000:603815 6.000:594826".
_SEGMENT = r"[0-9]{1,5}\.[0-9]{1,6}:[0-9]{1,10}"
SEGMENTS = f"^{_SEGMENT}( {_SEGMENT})*$"
# Any 48 digits of base64 are 36 bytes, one for each stretch of a song.
WAVEFORM = "^[A-Za-z0-9+/]{48}$"

Name = Annotated[str, Field(pattern=r"^[a-z0-9.-]{1,40}$")]
Version = Annotated[str, Field(max_length=200, pattern=LINE)]
Text = Annotated[str, Field(max_length=200, pattern=LINE)]
Codecs = Annotated[str, Field(max_length=80, pattern=r"^[A-Za-z0-9.,]+$")]
Waveform = Annotated[str, Field(pattern=WAVEFORM)]
Pixels = Annotated[int, Field(ge=1, le=65536)]
Seconds = Annotated[float, Field(ge=0, le=7 * 24 * 3600, allow_inf_nan=False)]
Decibels = Annotated[float, Field(ge=-200, le=100, allow_inf_nan=False)]


class Result(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StoredName(Result):
    """An object of this result."""

    name: Name
    version_id: Version | None  # None in a store without versions
    size_bytes: int = Field(ge=0)
    content_type: str = Field(max_length=100, pattern=LINE)
    # Its file may move on to another bucket. None, in older results: the file has not moved since.
    bucket: str | None = Field(None, max_length=100, pattern=LINE)


class ScanResult(Result):
    threat: Text | None  # its name; None: clean


class Tags(Result):
    title: Text | None = None
    artist: Text | None = None
    album: Text | None = None


class VideoStream(Result):
    codec: Text
    width: Pixels  # as shown: after rotation
    height: Pixels
    rotation: Literal[0, 90, 180, 270] = 0
    frames_per_second: float = Field(ge=0, le=1000, allow_inf_nan=False)


class AudioStream(Result):
    codec: Text
    sample_rate: int = Field(ge=1, le=1_000_000)
    channels: int = Field(ge=1, le=64)


class ProbeResult(Result):
    container: Text  # ffprobe's name for it: "mov,mp4,m4a,3gp,3g2,mj2"
    duration_seconds: Seconds
    bits_per_second: int = Field(ge=0)
    video: VideoStream | None = None
    audio: AudioStream | None = None
    picture: Text | None = None  # the codec of an embedded picture
    tags: Tags = Tags()


class PictureResult(Result):
    """Of `image`, `poster` and `pdf`: the picture in several widths."""

    thumbnails: Annotated[tuple[StoredName, ...], Field(min_length=1, max_length=len(WIDTHS))]  # {width}.webp or .jpg,
    # where the width is one of WIDTHS: the picture is that wide, or as wide as the source if that is narrower
    blurhash: str = Field(min_length=6, max_length=100)
    width: Pixels  # of the whole picture, as shown
    height: Pixels
    has_alpha: bool = False
    page_count: int | None = Field(None, ge=1, le=1_000_000)  # of a PDF

    @field_validator("thumbnails")
    @classmethod
    def _are_named_by_width(cls, thumbnails: tuple[StoredName, ...]) -> tuple[StoredName, ...]:
        names = [thumbnail.name for thumbnail in thumbnails]
        extensions = {name.partition(".")[2] for name in names}
        widths = {name.partition(".")[0] for name in names}
        if not (widths <= set(map(str, WIDTHS)) and len(widths) == len(names) and extensions in ({"webp"}, {"jpg"})):
            raise ValueError("thumbnails are named {width}.webp, or all {width}.jpg")
        return thumbnails


class Segment(NamedTuple):
    """One piece of a rendition, right after the one before it."""

    seconds: float
    size_bytes: int


class Rendition(Result):
    """One CMAF file, which players fetch by ranges. Playlists are written from its numbers."""

    name: Literal["audio", "240", "360", "480", "720", "1080"]
    object: StoredName
    bandwidth: int = Field(ge=1)  # bits per second, at its peak
    average_bandwidth: int = Field(ge=1)
    codecs: Codecs
    width: Pixels | None = None
    height: Pixels | None = None
    frames_per_second: float | None = Field(None, gt=0, le=1000, allow_inf_nan=False)
    init_bytes: int = Field(ge=1)
    segments: str = Field(max_length=200_000, pattern=SEGMENTS)

    @model_validator(mode="after")
    def _lies_within_its_file(self) -> Self:
        if self.init_bytes + sum(segment.size_bytes for segment in self.parsed_segments) > self.object.size_bytes:
            raise ValueError("the segments are longer than their file")
        return self

    @property
    def parsed_segments(self) -> tuple[Segment, ...]:
        """Return the segments, in order."""
        pairs = (pair.split(":") for pair in self.segments.split(" "))
        return tuple(Segment(float(seconds), int(size_bytes)) for seconds, size_bytes in pairs)


class AudioResult(Result):
    duration_seconds: Seconds
    loudness_lufs: Decibels | None  # integrated, EBU R 128; None: silence
    loudness_range_lu: float | None = Field(None, ge=0, le=200, allow_inf_nan=False)
    peak_dbfs: Decibels | None  # true peak
    peaks: StoredName  # audiowaveform's JSON, version 2, gzipped
    waveform: Waveform | None = None  # the same in small, for lists; None in older results
    rendition: Rendition | None = None


class VideoResult(Result):
    renditions: Annotated[tuple[Rendition, ...], Field(min_length=1, max_length=len(RUNGS))]
    loudness_lufs: Decibels | None = None
    peak_dbfs: Decibels | None = None


RESULTS: Mapping[str, type[Result]] = {
    "scan": ScanResult,
    "probe": ProbeResult,
    "image": PictureResult,
    "pdf": PictureResult,
    "poster": PictureResult,
    "audio": AudioResult,
    "video": VideoResult,
}


def read_result(kind: str, result: Mapping[str, Any]) -> Result:
    """Return the result of a job of that kind. Raises pydantic's ValidationError if it does not fit its type."""
    return RESULTS[kind].model_validate(result)
