"""Runs ffmpeg and ffprobe for a job: how long they may take, how far they are, and why they failed."""

from collections.abc import Sequence

from service.media.model import ProbeResult, Rendition
from worker.ffmpeg.explain import explain
from worker.ffmpeg.parse_playlist import Playlist, parse_codecs, parse_playlist
from worker.ffmpeg.parse_progress import parse_progress
from worker.job.errors import JobFailed
from worker.job.job_tools import JobTools, Programs
from worker.kinds.tool_output import made_file
from worker.limits import media_limits
from worker.outcome import Outcome, shorten

# Bytes; that of four hours has 150 kB. ffmpeg has read hostile bytes, so its playlist may be as large as its limits.
LONGEST_PLAYLIST = 1 << 20


def programs_of(tools: JobTools) -> Programs:
    assert tools.programs is not None, "a kind that needs ffmpeg is not offered without it"
    return tools.programs


def probe_of(tools: JobTools) -> ProbeResult:
    """Return what is known of the file. Raises JobFailed if its bytes changed since it was probed."""
    if tools.probe is None:
        raise JobFailed("file_changed", "nothing is known of these bytes")
    return tools.probe


def run_ffmpeg(tools: JobTools, command: Sequence[str], duration_seconds: float) -> Outcome:
    """Run a command of `worker.ffmpeg.arguments` to its end, noting its progress. Raises JobFailed."""

    def note(lines: Sequence[str]) -> None:
        if duration_seconds and (seconds := parse_progress(lines)) is not None:
            tools.active.progress = round(min(1.0, seconds / duration_seconds), 3)

    outcome = tools.run(command, limits=media_limits(duration_seconds, tools.out_bytes), on_progress=note)
    require_success(outcome)
    return outcome


def require_success(outcome: Outcome) -> None:
    """Raise JobFailed with ffmpeg's own reason if it failed."""
    if outcome.exit_code != 0:
        reason, detail = explain(outcome.stderr)
        raise JobFailed(reason, shorten(detail))


def publish_rendition(tools: JobTools, name: str, content_type: str, **shown: object) -> Rendition:
    """Store `{name}.mp4`, which ffmpeg made with a playlist, and return it with the numbers of its playlist."""
    playlist = _playlist(tools, name)
    stored = tools.publish(made_file(tools.out, f"{name}.mp4"), content_type)
    codecs = parse_codecs(_text(tools, "master.m3u8")).get(name, "")
    return Rendition.model_validate(
        {
            "name": name,
            "object": stored,
            "bandwidth": playlist.bandwidth,
            "average_bandwidth": playlist.average_bandwidth,
            "codecs": codecs,
            "init_bytes": playlist.init_bytes,
            "segments": playlist.segments,
            **shown,
        }
    )


def _playlist(tools: JobTools, name: str) -> Playlist:
    try:
        return parse_playlist(_text(tools, f"{name}.m3u8"))
    except ValueError as error:
        raise JobFailed("crashed", f"{name}.m3u8 is {error}") from error


def _text(tools: JobTools, name: str) -> str:
    with made_file(tools.out, name).open("rb") as file:
        return file.read(LONGEST_PLAYLIST).decode(errors="replace")
