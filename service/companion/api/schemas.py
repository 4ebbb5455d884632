"""Requests and answers under /s3/, with Companion's own field names."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from service.shared.api.schemas import (
    MAX_ETAG,
    MAX_NAME,
    Body,
    Integer,
    Params,
)
from service.store.limits import MAX_PARTS

Metadata = dict[str, Any]
UPPY_METADATA = (
    "Uppy's file.meta. The service reads mood, title, artist, album, duration_seconds, tags, visibility, size and "
    "chunkSize, and ignores the rest."
)


class CompanionBody(Body):
    """Base of Uppy's requests; unknown fields are ignored."""

    model_config = ConfigDict(strict=True, extra="ignore")


# --- requests ----------------------------------------------------------------------------------
class ParamsQuery(Params):
    """Besides these two, metadata[name]=value for each field of Uppy's file.meta."""

    model_config = ConfigDict(extra="allow")

    filename: str = Field(min_length=1, max_length=MAX_NAME)
    type: str = Field(min_length=1, max_length=255)


class MultipartPath(Params):
    upload_id: str


class PartPath(MultipartPath):
    part_number: Integer = Field(ge=1, le=MAX_PARTS)


class MultipartQuery(Params):
    key: str | None = Field(None, max_length=MAX_NAME, description="If given, it must be the upload's key.")


class BatchQuery(MultipartQuery):
    partNumbers: str = Field("", max_length=60_000, description="Such as 1,2,3.")  # noqa: N815  Companion's name


class MultipartRequest(CompanionBody):
    filename: str = Field(min_length=1, max_length=4096)
    type: str = Field(min_length=1, max_length=255)
    metadata: Metadata = Field(default_factory=dict, description=UPPY_METADATA)


class CompletedPart(CompanionBody):
    PartNumber: int = Field(ge=1, le=MAX_PARTS)
    ETag: str = Field(min_length=1, max_length=MAX_ETAG, description="With or without quotes.")


class CompleteRequest(CompanionBody):
    parts: list[CompletedPart] = Field(min_length=1, max_length=MAX_PARTS, fail_fast=True)


class PresignRequest(CompanionBody):
    """What Uppy 6 passes to `signRequest`, and what the app may add."""

    method: Literal["PUT", "POST", "GET", "DELETE"]
    key: str = Field(
        min_length=1, max_length=4096, description="Uppy's proposal at the start, then the key in our answer."
    )
    uploadId: str | None = None  # noqa: N815  Uppy's names
    partNumber: int | None = Field(None, ge=1, le=MAX_PARTS)  # noqa: N815
    contentType: str | None = Field(None, max_length=255)  # noqa: N815
    filename: str | None = Field(
        None, max_length=4096, description="Defaults to the end of `key`, without Uppy's UUID."
    )
    metadata: Metadata = Field(default_factory=dict, description=UPPY_METADATA)


# --- answers -----------------------------------------------------------------------------------
class ParamsAnswer(BaseModel):
    """How to send the file in one piece. POST: a form of `fields`, then the `file`. PUT: the bytes, with `headers`."""

    method: Literal["POST", "PUT"]
    url: str
    fields: dict[str, str] = Field(description="For a PUT, `key` and `bucket`: for information, not to be sent.")
    headers: dict[str, str]


class MultipartAnswer(BaseModel):
    key: str
    uploadId: str  # noqa: N815  Companion's names
    bucket: str


class ListedPart(BaseModel):
    PartNumber: int
    ETag: str
    Size: int


class ListedParts(RootModel[list[ListedPart]]):
    """All parts that the store has."""


class PartAnswer(BaseModel):
    """The request that sends one part."""

    method: Literal["PUT"] = "PUT"
    url: str


class PresignedUrlsAnswer(BaseModel):
    presignedUrls: dict[str, str]  # noqa: N815  Companion's name


class CompleteAnswer(BaseModel):
    """The confirmed file, as after POST /v1/uploads/{upload_id}/confirm."""

    location: str = Field(description="The file's address in the store; reading it takes a signature.")
    key: str
    bucket: str
    id: str
    download_url: str = Field(description="The file's stable address at this service.")


class AbortAnswer(BaseModel):
    """Empty: the upload is aborted later, unless it is completed first."""


class PresignAnswer(BaseModel):
    """What Uppy 6 expects from `signRequest`."""

    url: str
    key: str | None = None
    headers: dict[str, str] | None = None
    fields: dict[str, str] | None = None
