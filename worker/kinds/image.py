"""Thumbnails of an image."""

from service.jobs.model import Job
from service.media.model import PictureResult
from worker.job.job_tools import JobTools
from worker.kinds.pictures import make_thumbnails


def run(_job: Job, tools: JobTools) -> PictureResult:
    return make_thumbnails(tools, tools.original)
