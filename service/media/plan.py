"""Decides which jobs a file needs, in which lane they wait and what they cost. Pure.

The first jobs follow from the content type, the others from what `probe` found. The relay and the settler queue them;
queuing a job again for the same bytes changes nothing, so a crash in between costs nothing either.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Literal

from service.jobs.model import Job, Lane, NewJob
from service.media.model import Kind, ProbeResult, Result
from service.uploads.derived import OutboxEvent
from service.uploads.model import AT_REST, Upload

Choice = Literal["auto", "always", "never"]

# Within a lane the highest comes first.
_PRIORITIES: dict[Kind, int] = {"scan": 10, "probe": 9, "image": 7, "pdf": 7, "poster": 6, "audio": 5, "video": 1}
_LONG_AUDIO_PRIORITY = 3
LONG_AUDIO_S = 20 * 60
# A film without renditions plays well enough if it is short, small and in codecs that every browser has.
SHORT_FILM_S = 60
SMALL_FILM_BITS_PER_S = 4_000_000
# ffprobe's names. What it calls matroska,webm is a WebM only with these codecs.
_PLAYABLE = {
    "mp4": ({"h264", "vp9", "av1"}, {"aac", "mp3", "opus"}),
    "webm": ({"vp8", "vp9", "av1"}, {"opus", "vorbis"}),
}


@dataclass(frozen=True, slots=True)
class Rules:
    """What this deployment wants made."""

    scan: bool = False  # there is a virus scanner
    video: Choice = "auto"  # renditions of films


def plan_event(upload: Upload, event: OutboxEvent, rules: Rules) -> Sequence[NewJob]:
    """Return the jobs to queue for a file or a cover when the event is told. A deleted one needs none."""
    if event is OutboxEvent.DELETED or upload.status not in AT_REST:
        return ()
    return [_new_job(upload.upload_id, upload.owner, upload.source, kind) for kind in _first_kinds(upload, rules)]


def _first_kinds(upload: Upload, rules: Rules) -> Iterator[Kind]:
    if rules.scan:
        yield "scan"
    main_type = (upload.content_type or "").partition("/")[0]
    if upload.content_type == "application/pdf":
        yield "pdf"
    elif main_type == "image":
        yield "image"
    elif main_type in ("audio", "video"):
        yield "probe"


def plan_next(job: Job, result: Result, rules: Rules) -> Sequence[NewJob]:
    """Return the jobs to queue because of the result of that job."""
    if not isinstance(result, ProbeResult):
        return ()
    return [
        _new_job(job.file_id, job.owner, job.source, kind, result.duration_seconds)
        for kind in _next_kinds(result, rules)
    ]


def _next_kinds(probe: ProbeResult, rules: Rules) -> Iterator[Kind]:
    if probe.video or probe.picture:
        yield "poster"
    if probe.video and _wants_video(probe, rules):
        yield "video"
    if probe.audio and not probe.video:
        yield "audio"


def _wants_video(probe: ProbeResult, rules: Rules) -> bool:
    if rules.video != "auto":
        return rules.video == "always"
    is_long = probe.duration_seconds > SHORT_FILM_S
    return is_long or probe.bits_per_second > SMALL_FILM_BITS_PER_S or not _is_playable(probe)


def _is_playable(probe: ProbeResult) -> bool:
    """Return whether browsers play the original."""
    video = probe.video.codec if probe.video else None
    audio = probe.audio.codec if probe.audio else None
    return any(
        name in probe.container.split(",") and video in videos and (audio is None or audio in audios)
        for name, (videos, audios) in _PLAYABLE.items()
    )


def lane_of(kind: Kind, duration_seconds: float = 0) -> Lane:
    """Return the lane for a job of that kind on media of that length."""
    is_heavy = kind == "video" or (kind == "audio" and duration_seconds > LONG_AUDIO_S)
    return Lane.HEAVY if is_heavy else Lane.LIGHT


def cost_of(kind: Kind, duration_seconds: float = 0) -> int:
    """Return what the job takes of its owner's turn: 1 if it is light, otherwise the minutes of media."""
    return 1 if lane_of(kind, duration_seconds) is Lane.LIGHT else max(1, ceil(duration_seconds / 60))


def _new_job(file_id: str, owner: str, source: str, kind: Kind, duration_seconds: float = 0) -> NewJob:
    lane = lane_of(kind, duration_seconds)
    is_long_audio = kind == "audio" and lane is Lane.HEAVY
    return NewJob(
        job_id=f"{file_id}.{kind}",
        file_id=file_id,
        owner=owner,
        kind=kind,
        source=source,
        lane=lane,
        priority=_LONG_AUDIO_PRIORITY if is_long_audio else _PRIORITIES[kind],
        cost=cost_of(kind, duration_seconds),
    )
