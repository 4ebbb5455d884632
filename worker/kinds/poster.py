"""A picture that stands for a film, or the one embedded in an audio file."""

from pathlib import Path

from service.jobs.model import Job
from service.media.model import PictureResult
from worker.ffmpeg import arguments
from worker.job.job_tools import JobTools
from worker.kinds.ffmpeg_runs import probe_of, programs_of, run_ffmpeg
from worker.kinds.pictures import make_thumbnails
from worker.kinds.tool_output import made_file

# Films begin black.
START = 0.1  # of the length


def run(_job: Job, tools: JobTools) -> PictureResult:
    return make_thumbnails(tools, _film(tools) if probe_of(tools).video else _embedded(tools))


def _film(tools: JobTools) -> Path:
    ffmpeg, source, seconds = str(programs_of(tools).ffmpeg), str(tools.original), probe_of(tools).duration_seconds
    path = tools.out / arguments.POSTER
    for start in (START * seconds, 0.0):
        run_ffmpeg(tools, arguments.extract_poster(ffmpeg, source, start, tools.threads), seconds)
        if path.exists():  # not where the film ends earlier than it says
            break
    return made_file(tools.out, arguments.POSTER)


def _embedded(tools: JobTools) -> Path:
    run_ffmpeg(tools, arguments.extract_picture(str(programs_of(tools).ffmpeg), str(tools.original)), 0)
    return made_file(tools.out, arguments.PICTURE)
