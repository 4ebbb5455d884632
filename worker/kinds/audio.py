"""How loud a recording is, its waveform, and a rendition where browsers may not play the original."""

from pydantic import BaseModel

from service.jobs.model import Job
from service.media.model import AudioResult, ProbeResult, Rendition, Waveform
from worker.ffmpeg import arguments
from worker.ffmpeg.parse_loudness import Loudness, parse_loudness
from worker.job.job_tools import JobTools
from worker.kinds.ffmpeg_runs import probe_of, programs_of, publish_rendition, run_ffmpeg
from worker.kinds.tool_output import FileName, made_file, read_output
from worker.limits import media_limits
from worker.settings import Choice

# ffprobe's names of what every browser plays.
PLAYABLE = ("mp3", "aac", "opus", "vorbis")
UNKNOWN = Loudness(None, None, None)


class Peaks(BaseModel):
    """What peaks.py prints."""

    peaks: FileName
    duration_seconds: float
    waveform: Waveform


def run(_job: Job, tools: JobTools) -> AudioResult:
    probe = probe_of(tools)
    has_rendition = wants_rendition(probe, tools.settings.media_audio)
    command = arguments.decode_audio(
        str(programs_of(tools).ffmpeg), str(tools.original), rendition=has_rendition, threads=tools.threads
    )
    outcome = run_ffmpeg(tools, command, probe.duration_seconds)
    loudness = parse_loudness(outcome.stderr) or UNKNOWN
    pcm = made_file(tools.out, arguments.PCM)
    limits = media_limits(probe.duration_seconds, tools.out_bytes)
    peaks = read_output(tools.run_tool("peaks", pcm, tools.out, read=[pcm], limits=limits), Peaks)
    return AudioResult(
        duration_seconds=peaks.duration_seconds,
        loudness_lufs=loudness.integrated_lufs,
        loudness_range_lu=loudness.range_lu,
        peak_dbfs=loudness.true_peak_dbfs,
        peaks=tools.publish(made_file(tools.out, peaks.peaks), "application/json", content_encoding="gzip"),
        waveform=peaks.waveform,
        rendition=_rendition(tools) if has_rendition else None,
    )


def _rendition(tools: JobTools) -> Rendition:
    return publish_rendition(tools, arguments.AUDIO, "audio/mp4")


def wants_rendition(probe: ProbeResult, choice: Choice) -> bool:
    """Return whether a rendition is made: auto asks whether every browser plays the codec."""
    if choice != "auto":
        return choice == "always"
    return probe.audio is None or probe.audio.codec not in PLAYABLE
