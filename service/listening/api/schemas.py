"""What clients send and get about what was listened to."""

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, BeforeValidator, Field

from service.listening.model import ListenSource, MediaKind
from service.listening.usecases.listens import MOST_REPORTS
from service.shared.api.schemas import Body, Integer, PageQuery, Params, UploadId
from service.uploads.api.schemas.files import FileAnswer

MOST_UNFINISHED = 50
# Whatever is larger is no number of seconds; what is merely too large is cut.
LONGEST_S = 1e12
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]|[+-]\d{2}:?\d{2})")


def _read_moment(value: object) -> datetime:
    # pydantic takes numbers for moments too.
    try:
        if isinstance(value, str) and _MOMENT.fullmatch(value):
            return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise ValueError("must be a moment with its zone, such as 2026-11-21T12:00:00Z")


# A moment as JSON and addresses hold it; in UTC.
Moment = Annotated[AwareDatetime, BeforeValidator(_read_moment)]
Seconds = Annotated[float, Field(ge=0, le=LONGEST_S, allow_inf_nan=False)]


class ListenBody(Body):
    """One listen, as far as it has come. Report it again, with larger numbers, as it goes on."""

    file_id: UploadId
    started_at: Moment = Field(
        description="When it began: at most 7 days ago. The same in each report of this listen, since it tells it from "
        "the next."
    )
    listened_seconds: Seconds = Field(description="How long it sounded in all, whatever was skipped or repeated.")
    position_seconds: Seconds | None = Field(None, description="Where in the file it is.")
    mood: str | None = Field(None, max_length=40, description="The mood that was asked for, from GET /v1/moods.")
    source: ListenSource = Field("library", description="What led to it.")


class ListensBody(Body):
    session_id: str = Field(
        pattern=r"^[A-Za-z0-9_-]{8,64}$",
        description="A random name that the player gives itself, so that two players of one person differ.",
    )
    listens: list[ListenBody] = Field(max_length=MOST_REPORTS)


class ListensAnswer(BaseModel):
    accepted: int = Field(
        description="How many reports were taken. Left out are those of files that you may not read or that never "
        "play, those too old or from the future, and all if your history is off."
    )


class HistoryQueryParams(PageQuery):
    kind: MediaKind | None = Field(None, description="Default: both.")
    since: Moment | None = Field(None, description="Only listens that began then or later.")


class ListenAnswer(BaseModel):
    """One listen. If `gone`, all but its id and its time are null."""

    listen_id: str
    heard_at: datetime = Field(description="When it began.")
    gone: bool = Field(description="Whether the file is deleted, or not yours to read any more.")
    file: FileAnswer | None
    kind: MediaKind | None
    listened_seconds: float | None
    duration_seconds: float | None = Field(description="How long the file was known to be at that time.")
    mood: str | None
    source: ListenSource | None
    counted: bool | None = Field(description="Whether it counts as a play: after half of the file, or four minutes.")


class HistoryPage(BaseModel):
    listens: list[ListenAnswer]
    next_cursor: str | None


class UnfinishedQuery(Params):
    limit: Integer = Field(20, ge=1, le=MOST_UNFINISHED)


class UnfinishedAnswer(BaseModel):
    """A film, or a recording of more than ten minutes, of which less than 95 % was reached."""

    file: FileAnswer
    position_seconds: float
    duration_seconds: float
    at: datetime = Field(description="When one was there.")


class UnfinishedList(BaseModel):
    unfinished: list[UnfinishedAnswer]


class ListenPath(Params):
    listen_id: str = Field(max_length=100, description="As in the history.")


class DeleteQuery(Params):
    file_id: UploadId | None = Field(None, description="Only the listens of this file. Without it, all are deleted.")


class HistorySettings(BaseModel):
    enabled: bool = Field(description="Whether your listens are kept. False too if the server keeps none.")


class HistorySettingsBody(Body):
    enabled: bool = Field(description="False: nothing more is kept. What was kept before stays until you delete it.")


class FilePath(Params):
    file_id: UploadId


class PlaysAnswer(BaseModel):
    file_id: str
    plays: int = Field(description="How often the file was played by anyone: a number without names.")
