"""Requests and answers about what was made from files."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field

from service.shared.api.schemas import Params, UploadId

PlaylistName = Literal["master", "audio", "240", "360", "480", "720", "1080"]


class FilePath(Params):
    file_id: UploadId


class PlaylistPath(FilePath):
    name: PlaylistName


class PlaylistQuery(Params):
    names: Literal["0", "1"] = Field(
        "0",
        description="1 names the file of each rendition ({name}.mp4) instead of giving its URL: for a player that asks "
        "GET /v1/files/{file_id}/media for fresh URLs.",
    )


def _in_digits(value: object) -> object:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 6 else value


class ThumbnailQuery(Params):
    width: Annotated[Literal[96, 320, 1280], BeforeValidator(_in_digits)] = Field(
        320, description="In pixels. The picture has this width, the next larger one there is, or that of its source."
    )
    v: str | None = Field(
        None,
        max_length=40,
        description="The `v` of the file's thumbnail, or its `cover_id`. It gives each picture an address of its own, "
        "for caches.",
    )


class PeaksAnswer(BaseModel):
    """The waveform, in the JSON of audiowaveform (version 2), gzipped."""

    url: str


class RenditionAnswer(BaseModel):
    """The file in another encoding: one MP4 that players read by ranges."""

    name: str = Field(description="`audio`, or the height of the film: `240` to `1080`.")
    kind: Literal["audio", "video"]
    content_type: str
    size_bytes: int
    etag: str = Field(description="Another one for other bytes; opaque.")
    bandwidth: int = Field(description="The highest, in bits per second.")
    width: int | None
    height: int | None
    url: str


class JobSummary(BaseModel):
    kind: str
    state: str = Field(description="`queued`, `running`, `done`, `failed` or `cancelled`.")
    progress: float | None = Field(description="0 to 1.")


class MediaAnswer(BaseModel):
    """What was made from a file. URLs live MEDIA_URL_EXPIRES_IN."""

    file_id: str
    state: str | None = Field(description="The file's `media_state`.")
    duration_seconds: float | None
    width: int | None = Field(description="In pixels, as shown.")
    height: int | None
    page_count: int | None
    loudness_lufs: float | None = Field(description="Integrated, by EBU R 128; null for silence.")
    loudness_range_lu: float | None
    peak_dbfs: float | None = Field(description="The true peak.")
    peaks: PeaksAnswer | None
    renditions: list[RenditionAnswer]
    playlist: str | None = Field(description="The address of the HLS playlist, below this service; null without one.")
    jobs: list[JobSummary]
    expires_at: datetime
    server_time: datetime
