"""Makes thumbnails of a picture and stores them, for images, first pages and posters alike."""

from pathlib import Path

from pydantic import BaseModel

from service.media.model import PictureResult
from worker.job.job_tools import JobTools
from worker.kinds.tool_output import FileName, made_file, read_output
from worker.limits import PICTURE

CONTENT_TYPES = {"webp": "image/webp", "jpg": "image/jpeg"}


class Thumbnails(BaseModel):
    """What thumbnails.py prints."""

    thumbnails: list[FileName]
    width: int
    height: int
    has_alpha: bool
    blurhash: str


def make_thumbnails(tools: JobTools, picture: Path, *, page_count: int | None = None) -> PictureResult:
    """Store the picture in each width. Raises JobFailed for bytes that are no picture."""
    made = read_output(tools.run_tool("thumbnails", picture, tools.out, read=[picture], limits=PICTURE), Thumbnails)
    stored = [
        tools.publish(made_file(tools.out, name), CONTENT_TYPES.get(name.rpartition(".")[2], ""))
        for name in made.thumbnails
    ]
    return PictureResult(
        thumbnails=tuple(stored),
        blurhash=made.blurhash,
        width=made.width,
        height=made.height,
        has_alpha=made.has_alpha,
        page_count=page_count,
    )
