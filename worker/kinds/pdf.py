"""The first page of a PDF as a picture, and how many pages there are."""

from pydantic import BaseModel

from service.jobs.model import Job
from service.media.model import PictureResult
from worker.job.job_tools import JobTools
from worker.kinds.pictures import make_thumbnails
from worker.kinds.tool_output import FileName, made_file, read_output
from worker.limits import PAGE


class FirstPage(BaseModel):
    """What first_page.py prints."""

    page: FileName
    page_count: int


def run(_job: Job, tools: JobTools) -> PictureResult:
    first = read_output(tools.run_tool("first_page", tools.original, tools.out, limits=PAGE), FirstPage)
    return make_thumbnails(tools, made_file(tools.out, first.page), page_count=first.page_count)
