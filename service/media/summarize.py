"""Computes what a file shows from its jobs.

It depends on nothing else, so it does not matter in which order jobs end, how often they do, and what crashes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from service.jobs.model import OPEN, Job, JobState
from service.media.model import (
    RESULTS,
    AudioResult,
    PictureResult,
    ProbeResult,
    Result,
    ScanResult,
    StoredName,
    VideoResult,
    read_result,
)
from service.uploads.derived import Derived, DerivedState, Thumbnail
from service.uploads.model import Upload
from service.uploads.object_keys import derived_key

# Shown for a file that is no picture and has no cover.
_STAND_INS = ("poster", "pdf")


@dataclass(frozen=True, slots=True)
class Made:
    """What a job made of a file."""

    file: Upload
    kind: str
    token: int
    result: Result

    def key_of(self, name: str) -> str:
        """Return the key of an object of the result."""
        return derived_key(self.file, self.kind, self.token, name)

    def bucket_of(self, stored: StoredName) -> str:
        """Return the bucket of an object of the result."""
        return stored.bucket or self.file.bucket


def summarize(file: Upload, jobs: Iterable[Job], cover: Upload | None = None) -> Derived | None:
    """Return the summary of a file: of its own jobs on its present bytes, and of the picture of its cover.

    None if nothing is made from it. `jobs` may hold those of the file and of its cover, in any order.
    """
    jobs = list(jobs)
    own = [job for job in jobs if is_current(job, file)]
    made = read_results(file, own)
    of_cover = read_results(cover, [job for job in jobs if is_current(job, cover)]) if cover else {}
    thumbnail = _thumbnail(made, of_cover)
    if not own and thumbnail is None:
        return None
    failed = tuple(sorted(job.kind for job in own if _has_failed(job, made)))
    return _with_facts(Derived(_state(own, failed), file.source, thumbnail=thumbnail, failed=failed), made)


def is_current(job: Job, file: Upload) -> bool:
    """Return whether the job is one of media's, on the file's present bytes."""
    return job.kind in RESULTS and job.job_id == f"{file.upload_id}.{job.kind}" and job.source == file.source


def read_results(file: Upload, jobs: Iterable[Job]) -> Mapping[str, Made]:
    """Return the results by kind. A result that does not fit the model of its kind is none."""
    made = {job.kind: _read(file, job) for job in jobs}
    return {kind: one for kind, one in made.items() if one}


def _read(file: Upload, job: Job) -> Made | None:
    if job.result is None or not job.result_token:
        return None
    try:
        return Made(file, job.kind, job.result_token, read_result(job.kind, job.result))
    except ValidationError:
        return None


def _has_failed(job: Job, made: Mapping[str, Made]) -> bool:
    return job.state is JobState.FAILED or (job.state is JobState.DONE and job.kind not in made)


def _state(own: Sequence[Job], failed: Sequence[str]) -> DerivedState:
    if any(job.state in OPEN for job in own):
        is_untouched = all(job.state is JobState.QUEUED and not job.result for job in own)
        return DerivedState.WAITING if is_untouched else DerivedState.WORKING
    return DerivedState.FAILED if failed else DerivedState.READY


def _with_facts(derived: Derived, made: Mapping[str, Made]) -> Derived:
    facts: dict[str, Any] = {}
    for kind in sorted(made):
        facts |= _facts(kind, made[kind].result)
    return replace(derived, **facts)


def _facts(kind: str, result: Result) -> dict[str, Any]:
    """Return what the result says about the file itself."""
    match result:
        case ScanResult():
            return {"threat": result.threat}
        case ProbeResult():
            size = {"width": result.video.width, "height": result.video.height} if result.video else {}
            return {"duration_seconds": result.duration_seconds or None, **size}
        case AudioResult():
            return {**_loudness(result), "waveform": result.waveform, "has_audio": result.rendition is not None}
        case VideoResult():
            return {**_loudness(result), "has_video": True}
        case PictureResult() if kind in ("image", "pdf"):  # the size of a poster is not that of its file
            return {"width": result.width, "height": result.height, "page_count": result.page_count}
    return {}


def _loudness(result: AudioResult | VideoResult) -> dict[str, Any]:
    return {"loudness_lufs": result.loudness_lufs, "peak_dbfs": result.peak_dbfs}


def _thumbnail(own: Mapping[str, Made], of_cover: Mapping[str, Made]) -> Thumbnail | None:
    """Return the picture of the file: itself if it is one, else its cover, else its poster or first page."""
    candidates = [own.get("image"), of_cover.get("image"), *(own.get(kind) for kind in _STAND_INS)]
    return next((to_thumbnail(one) for one in candidates if one), None)


def to_thumbnail(made: Made) -> Thumbnail | None:
    """Return the thumbnail that the result of `image`, `poster` or `pdf` describes."""
    picture = made.result
    if not isinstance(picture, PictureResult):
        return None
    widths = {thumbnail.name.partition(".")[0]: thumbnail.version_id for thumbnail in picture.thumbnails}
    return Thumbnail(
        prefix=made.key_of(picture.thumbnails[0].name).removesuffix(picture.thumbnails[0].name),
        extension=picture.thumbnails[0].name.partition(".")[2],
        versions=widths,
        blurhash=picture.blurhash,
        width=picture.width,
        height=picture.height,
        has_alpha=picture.has_alpha,
        bucket=made.bucket_of(picture.thumbnails[0]),
    )


def objects_of(result: Result) -> list[StoredName]:
    """Return the objects of a result."""
    match result:
        case PictureResult():
            return list(result.thumbnails)
        case AudioResult():
            return [result.peaks, *([result.rendition.object] if result.rendition else [])]
        case VideoResult():
            return [rendition.object for rendition in result.renditions]
    return []
