"""Jobs as workers leave them, and results of each kind."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from service.jobs.model import Job, JobState, Lane
from service.media.model import (
    AudioResult,
    AudioStream,
    PictureResult,
    ProbeResult,
    Rendition,
    StoredName,
    Tags,
    VideoResult,
    VideoStream,
)
from service.uploads.model import Upload

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
BLURHASH = "LEHV6nWB2yk8pyo0adR*.7kCMdnj"
WAVEFORM = "IElTV4KZfonFv5W78cim5f+9t/zwq8T3yZnC1JiDpZZlYGND"


def a_stored(name: str, size_bytes: int = 1000, content_type: str = "image/webp") -> StoredName:
    return StoredName(name=name, version_id=f"v-{name}", size_bytes=size_bytes, content_type=content_type)


def a_picture(*widths: int, **changes: Any) -> PictureResult:
    thumbnails = tuple(a_stored(f"{width}.webp") for width in widths or (96, 320, 1280))
    picture = PictureResult(thumbnails=thumbnails, blurhash=BLURHASH, width=1500, height=1000)
    return picture.model_copy(update=changes)


def a_probe(**changes: Any) -> ProbeResult:
    """Return what is found out about a song of three minutes."""
    song = ProbeResult(
        container="mp3",
        duration_seconds=180.5,
        bits_per_second=192_000,
        audio=AudioStream(codec="mp3", sample_rate=44_100, channels=2),
        tags=Tags(title="Tönë", artist="Moody", album="Blue"),
    )
    return song.model_copy(update=changes)


def a_film_probe(**changes: Any) -> ProbeResult:
    """Return what is found out about a short film that every browser plays."""
    film = ProbeResult(
        container="mov,mp4,m4a,3gp,3g2,mj2",
        duration_seconds=59,
        bits_per_second=2_000_000,
        video=VideoStream(codec="h264", width=1280, height=720, frames_per_second=30),
        audio=AudioStream(codec="aac", sample_rate=48_000, channels=2),
    )
    return film.model_copy(update=changes)


def a_rendition(name: str = "720", **changes: Any) -> Rendition:
    height = None if name == "audio" else int(name)
    fields: dict[str, Any] = {
        "name": name,
        "object": a_stored(f"{name}.mp4", 2600, "audio/mp4" if name == "audio" else "video/mp4"),
        "bandwidth": 1000 * (height or 128),
        "average_bandwidth": 900 * (height or 128),
        "codecs": "mp4a.40.2" if name == "audio" else "avc1.64001f,mp4a.40.2",
        "width": height and height * 16 // 9,
        "height": height,
        "frames_per_second": height and 29.97,
        "init_bytes": 600,
        "segments": "6.000:1200 4.500:800",
    }
    return Rendition.model_validate({**fields, **changes})


def an_audio(**changes: Any) -> AudioResult:
    peaks = a_stored("peaks.json", 12_000, "application/json")
    audio = AudioResult(duration_seconds=180.4, loudness_lufs=-14.2, peak_dbfs=-0.3, peaks=peaks, waveform=WAVEFORM)
    return audio.model_copy(update=changes)


def a_video(*rungs: str) -> VideoResult:
    return VideoResult(
        renditions=tuple(a_rendition(rung) for rung in rungs or ("720", "480", "240")), loudness_lufs=-20, peak_dbfs=-3
    )


def a_job(file: Upload, kind: str, result: Any = None, **changes: Any) -> Job:
    """Return a job of that file: done if there is a result, queued otherwise."""
    job = Job(
        job_id=f"{file.upload_id}.{kind}",
        file_id=file.upload_id,
        owner=file.owner,
        kind=kind,
        source=file.source,
        state=JobState.DONE if result else JobState.QUEUED,
        lane=Lane.LIGHT,
        priority=7,
        virtual_time=1,
        cost=1,
        created_at=NOON,
        due_at=NOON,
        tries=5,
        tries_left=4,
        token=1,
        result=result.model_dump() if result else None,
        result_token=1 if result else None,
    )
    return replace(job, **changes)
