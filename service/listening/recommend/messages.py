"""What the service and a recommender process say to each other: ids, counts and scores, and nobody's name."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictFloat, StrictInt, StrictStr

from service.listening.recommend.model import MOST_HEARD, MOST_REFUSED, MOST_SUGGESTIONS, Suggestion, Taste

FileId = Annotated[StrictStr, Field(pattern=r"^[0-7][0-9A-HJKMNP-TV-Z]{25}$")]  # a ULID
Mood = Annotated[StrictStr, Field(min_length=1, max_length=40)]


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class HeardFile(_Message):
    file_id: FileId
    count: StrictInt = Field(ge=1, le=1_000_000)


class Question(_Message):
    """A taste, as `POST /recommendations` takes it."""

    heard: tuple[HeardFile, ...] = Field((), max_length=MOST_HEARD)
    mood: Mood | None = None
    refused: tuple[FileId, ...] = Field((), max_length=MOST_REFUSED)
    limit: StrictInt = Field(MOST_SUGGESTIONS, ge=1, le=MOST_SUGGESTIONS)

    @classmethod
    def of(cls, taste: Taste, limit: int = MOST_SUGGESTIONS) -> "Question":
        heard = tuple(HeardFile(file_id=file_id, count=count) for file_id, count in taste.heard)
        return cls(heard=heard, mood=taste.mood, refused=taste.refused, limit=limit)

    @property
    def taste(self) -> Taste:
        return Taste(tuple((one.file_id, one.count) for one in self.heard), self.mood, self.refused)


class SuggestedFile(_Message):
    file_id: FileId
    score: StrictFloat = Field(gt=0, le=1_000)
    because: FileId | None = None


class Suggestions(_Message):
    """The answer to a question."""

    suggestions: tuple[SuggestedFile, ...] = Field(max_length=MOST_SUGGESTIONS)

    @classmethod
    def of(cls, suggestions: list[Suggestion]) -> "Suggestions":
        rows = (SuggestedFile(file_id=one.file_id, score=one.score, because=one.because) for one in suggestions)
        return cls(suggestions=tuple(rows))

    def to_list(self) -> list[Suggestion]:
        return [Suggestion(one.file_id, one.score, one.because) for one in self.suggestions]
