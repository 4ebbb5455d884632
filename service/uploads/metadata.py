"""The metadata that a person gives a file."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from service.shared.model import LINE

LONGEST_DURATION_S = 7 * 24 * 3600
Tag = Annotated[str, Field(max_length=40, pattern=LINE)]
# Who may list and fetch a file besides its owner: nobody, or whoever may read files here.
Visibility = Literal["private", "public"]
PRIVATE: Visibility = "private"
PUBLIC: Visibility = "public"


class FileMetadata(BaseModel):
    """What a person says about a file. A new field is one line here: JSON, MongoDB and OpenAPI follow.

    A blank text is no text.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", str_strip_whitespace=True)

    mood: str | None = Field(
        None, max_length=40, description="A mood from GET /v1/moods.", json_schema_extra={"example": "happy"}
    )
    title: str | None = Field(None, max_length=200, pattern=LINE, json_schema_extra={"example": "Tönë"})
    artist: str | None = Field(None, max_length=200, pattern=LINE, json_schema_extra={"example": "Moody"})
    album: str | None = Field(None, max_length=200, pattern=LINE, json_schema_extra={"example": "Blue"})
    duration_seconds: float | None = Field(
        None,
        ge=0,
        le=LONGEST_DURATION_S,
        allow_inf_nan=False,
        description="Read from the file by the client; never verified.",
        json_schema_extra={"example": 215.4},
    )
    tags: list[Tag] | None = Field(
        None, max_length=20, description="At most 40 characters each.", json_schema_extra={"example": ["live"]}
    )
    visibility: Visibility | None = Field(None, description="Defaults to private.")

    @field_validator("title", "artist", "album")
    @classmethod
    def _blank_is_none(cls, text: str | None) -> str | None:
        return text if text and _is_visible(text) else None

    @field_validator("tags")
    @classmethod
    def _drop_blanks(cls, tags: list[str] | None) -> list[str] | None:
        return tags and [tag for tag in tags if _is_visible(tag)]

    def merged_with(self, newer: "FileMetadata") -> "FileMetadata":
        """Return this metadata with the fields that `newer` sets in place of its own."""
        return self.model_copy(update=newer.model_dump(exclude_none=True))


def _is_visible(text: str) -> bool:
    """Return whether the text has a character that a reader can see: spaces and marks of direction are none."""
    return any(character.isprintable() and not character.isspace() for character in text)


# model_fields is looked up anew each time.
_FIELDS = tuple(FileMetadata.model_fields)


def metadata_of(body: FileMetadata) -> FileMetadata:
    """Return the metadata alone, without what else the request carries."""
    return FileMetadata(**{name: value for name in _FIELDS if (value := getattr(body, name)) is not None})
