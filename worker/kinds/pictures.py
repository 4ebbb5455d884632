"""Makes thumbnails of a picture and stores them, for images, first pages and posters alike."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field

from service.media.model import WIDTHS, PictureResult
from worker.job.job_tools import JobTools
from worker.kinds.tool_output import made_file, read_output
from worker.limits import PICTURE

CONTENT_TYPES = {"webp": "image/webp", "jpg": "image/jpeg"}
ThumbnailName = Annotated[str, Field(pattern=rf"^({'|'.join(map(str, WIDTHS))})\.({'|'.join(CONTENT_TYPES)})$")]


class Thumbnails(BaseModel):
    """What thumbnails.py prints. Each name is stored, so there are no more than widths."""

    thumbnails: Annotated[list[ThumbnailName], Field(min_length=1, max_length=len(WIDTHS))]
    width: int
    height: int
    has_alpha: bool
    blurhash: str


def make_thumbnails(tools: JobTools, picture: Path, *, page_count: int | None = None) -> PictureResult:
    """Store the picture in each width. Raises JobFailed for bytes that are no picture."""
    made = read_output(tools.run_tool("thumbnails", picture, tools.out, read=[picture], limits=PICTURE), Thumbnails)
    stored = [
        tools.publish(made_file(tools.out, name), CONTENT_TYPES[name.rpartition(".")[2]]) for name in made.thumbnails
    ]
    return PictureResult(
        thumbnails=tuple(stored),
        blurhash=made.blurhash,
        width=made.width,
        height=made.height,
        has_alpha=made.has_alpha,
        page_count=page_count,
    )
