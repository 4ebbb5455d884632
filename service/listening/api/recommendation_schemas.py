"""What clients send and get about recommendations."""

from typing import Literal

from pydantic import BaseModel, Field

from service.listening.recommend.model import MOST_REFUSED, WhyCode
from service.shared.api.schemas import Body, Integer, Params, UploadId
from service.uploads.api.schemas.files import FileAnswer

MOST = 50  # recommendations of one answer
MOST_PLAYED = 200
MOOD = Field(None, max_length=40, description="A mood from GET /v1/moods.", json_schema_extra={"example": "happy"})


class RecommendationsQuery(Params):
    mood: str | None = MOOD
    strict: Literal["0", "1"] = Field("0", description="1: only files in that mood.")
    limit: Integer = Field(12, ge=1, le=MOST)


class RadioOrder(Body):
    mood: str | None = MOOD
    file_id: UploadId | None = Field(None, description="The song to start from; its mood, unless another one is given.")
    strict: bool = Field(False, description="true: only files in that mood.")
    played: list[UploadId] = Field([], max_length=MOST_PLAYED, description="What this radio has played, in that order.")
    refused: list[UploadId] = Field(
        [],
        max_length=MOST_REFUSED,
        description='What was answered with "not this": neither these nor what is like them.',
    )
    limit: int = Field(5, ge=1, le=MOST)


class WhyAnswer(BaseModel):
    code: WhyCode = Field(description="There may be more; codes are never renamed.")
    file_id: str | None = Field(description="because_you_played: the file that you played, if you can still read it.")
    count: int | None = Field(description="often_in_mood: how often you heard it.")
    days: int | None = Field(description="not_heard_lately: since when.")


class RecommendationAnswer(BaseModel):
    file: FileAnswer
    why: WhyAnswer


class RecommendationsAnswer(BaseModel):
    recommendations: list[RecommendationAnswer]
    how: Literal["learned", "rules"] = Field(
        description="learned: what others play led to some of them. rules: your own history and what is new."
    )
