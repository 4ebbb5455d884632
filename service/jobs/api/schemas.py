"""What clients send and get about jobs."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from service.jobs.model import JobState
from service.shared.api.schemas import PageQuery, Params, UploadId


class FileJobsPath(Params):
    file_id: UploadId


class JobPath(FileJobsPath):
    kind: str = Field(pattern=r"^[a-z]{1,20}$", description="As in the list of the file's jobs.")


class JobsQuery(PageQuery):
    state: Literal["open", "failed"] = Field("open", description="open: waiting or running.")


class JobAnswer(BaseModel):
    file_id: str
    kind: str = Field(description="scan, probe, image, pdf, poster, audio, video; there may be more.")
    state: JobState
    progress: float | None = Field(description="From 0 to 1; null: unknown, or not running.")
    reason: str | None = Field(description="Why it failed or waits to be tried again: a code that is never renamed.")
    detail: str | None = Field(description="What the tool said, at most 500 characters.")
    attempts: int = Field(description="How often it was started.")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


WORKERS = Field(description="Workers seen in the last two minutes. 0: nothing goes on until one comes.")


class FileJobsAnswer(BaseModel):
    jobs: list[JobAnswer]
    workers: int = WORKERS


class JobsPage(BaseModel):
    jobs: list[JobAnswer]
    next_cursor: str | None
    workers: int = WORKERS
