"""A film in several sizes, for players that choose by what the network carries."""

from service.jobs.model import Job
from service.media.model import ProbeResult, Rendition, VideoResult
from worker.ffmpeg import arguments
from worker.ffmpeg.ladder import Rung, plan_rungs
from worker.ffmpeg.parse_loudness import parse_loudness
from worker.job.errors import JobFailed
from worker.job.job_tools import JobTools
from worker.kinds.ffmpeg_runs import probe_of, programs_of, publish_rendition, run_ffmpeg


def run(_job: Job, tools: JobTools) -> VideoResult:
    probe = probe_of(tools)
    rungs = rungs_of(probe, tools.settings.media_ladder)
    command = arguments.encode_video(
        str(programs_of(tools).ffmpeg),
        str(tools.original),
        rungs,
        has_audio=probe.audio is not None,
        frames_per_second=_rate(probe),
        threads=tools.threads,
    )
    outcome = run_ffmpeg(tools, command, probe.duration_seconds)
    loudness = parse_loudness(outcome.stderr) if probe.audio else None
    return VideoResult(
        renditions=tuple(_rendition(tools, rung, probe) for rung in rungs),
        loudness_lufs=loudness.integrated_lufs if loudness else None,
        peak_dbfs=loudness.true_peak_dbfs if loudness else None,
    )


def _rendition(tools: JobTools, rung: Rung, probe: ProbeResult) -> Rendition:
    rate = min(_rate(probe), arguments.MOST_FRAMES_PER_SECOND) or None
    return publish_rendition(
        tools, rung.name, "video/mp4", width=rung.width, height=rung.height, frames_per_second=rate
    )


def rungs_of(probe: ProbeResult, ladder: tuple[str, ...]) -> tuple[Rung, ...]:
    """Return the sizes for that film. Raises JobFailed if it has no picture."""
    if probe.video is None:
        raise JobFailed("not_media", "no film")
    return plan_rungs(probe.video.width, probe.video.height, [int(height) for height in ladder])


def _rate(probe: ProbeResult) -> float:
    return probe.video.frames_per_second if probe.video else 0
