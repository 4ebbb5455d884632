"""What an audio or video file is: its length, streams and tags, without decoding it."""

from collections.abc import Sequence

from service.jobs.model import Job
from service.media.model import AudioStream, ProbeResult, Tags, VideoStream
from worker.ffmpeg import arguments
from worker.ffmpeg.parse_probe import Probe, ProbeRefused, parse_probe
from worker.ffmpeg.parse_progress import parse_progress
from worker.job.errors import JobFailed
from worker.job.job_tools import JobTools
from worker.kinds.ffmpeg_runs import programs_of, require_success
from worker.limits import PROBE, media_limits


def run(_job: Job, tools: JobTools) -> ProbeResult:
    source = str(tools.original)
    outcome = tools.run(arguments.probe(str(programs_of(tools).ffprobe), source), limits=PROBE)
    require_success(outcome)
    try:
        probe = parse_probe(outcome.stdout)
    except ProbeRefused as error:
        raise JobFailed(error.reason, error.detail) from error
    seconds = probe.duration_seconds or _measure(tools, source)
    if seconds > tools.settings.media_max_seconds:
        raise JobFailed("too_long", f"{seconds:.0f} s, and MEDIA_MAX_SECONDS is {tools.settings.media_max_seconds}")
    return _result(probe, seconds, tools.file.size_bytes or 0)


def _measure(tools: JobTools, source: str) -> float:
    """Return the length of a file that does not say it, by reading it to its end."""
    done: list[float] = []

    def note(lines: Sequence[str]) -> None:
        if (seconds := parse_progress(lines)) is not None:
            done[:] = [seconds]

    command = arguments.measure(str(programs_of(tools).ffmpeg), source)
    require_success(tools.run(command, limits=media_limits(0, tools.out_bytes), on_progress=note))
    return done[0] if done else 0.0


def _result(probe: Probe, seconds: float, size_bytes: int) -> ProbeResult:
    video, audio = probe.video, probe.audio
    return ProbeResult(
        container=probe.container,
        duration_seconds=seconds,
        bits_per_second=probe.bits_per_second or (round(8 * size_bytes / seconds) if seconds else 0),
        video=VideoStream.model_validate(vars(video)) if video else None,
        audio=AudioStream.model_validate(vars(audio)) if audio else None,
        picture=probe.picture,
        tags=Tags(**vars(probe.tags)),
    )
