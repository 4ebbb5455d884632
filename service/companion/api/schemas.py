"""What goes over the wire under /s3/, in the names that Companion gave it."""

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
    "Uppy's file.meta: mood, title, artist, album, duration_seconds, tags, visibility, size and chunkSize are read, "
    "all else is not."
)


class CompanionBody(Body):
    """Base of what Uppy sends; what is not known is not read."""

    model_config = ConfigDict(strict=True, extra="ignore")


# --- requests ----------------------------------------------------------------------------------
class ParamsQuery(Params):
    """Beside these two, metadata[name]=value for each of Uppy's file.meta."""

    model_config = ConfigDict(extra="allow")

    filename: str = Field(min_length=1, max_length=MAX_NAME)
    type: str = Field(min_length=1, max_length=255)


class MultipartPath(Params):
    upload_id: str


class PartPath(MultipartPath):
    part_number: Integer = Field(ge=1, le=MAX_PARTS)


class MultipartQuery(Params):
    key: str | None = Field(None, max_length=MAX_NAME, description="If given, the upload's own.")


class BatchQuery(MultipartQuery):
    partNumbers: str = Field("", max_length=60_000, description="1,2,3")  # noqa: N815  Companion's name


class MultipartRequest(CompanionBody):
    filename: str = Field(min_length=1, max_length=4096)
    type: str = Field(min_length=1, max_length=255)
    metadata: Metadata = Field(default_factory=dict, description=UPPY_METADATA)


class CompletedPart(CompanionBody):
    PartNumber: int = Field(ge=1, le=MAX_PARTS)
    ETag: str = Field(min_length=1, max_length=MAX_ETAG, description="With or without its quotes.")


class CompleteRequest(CompanionBody):
    parts: list[CompletedPart] = Field(min_length=1, max_length=MAX_PARTS, fail_fast=True)


class PresignRequest(CompanionBody):
    """What Uppy 6 gives its `signRequest`, and what the app may know besides."""

    method: Literal["PUT", "POST", "GET", "DELETE"]
    key: str = Field(min_length=1, max_length=4096, description="Uppy's proposal, then ours.")
    uploadId: str | None = None  # noqa: N815  Uppy's names
    partNumber: int | None = Field(None, ge=1, le=MAX_PARTS)  # noqa: N815
    contentType: str | None = Field(None, max_length=255)  # noqa: N815
    filename: str | None = Field(None, max_length=4096, description="Else the end of `key`, without Uppy's UUID.")
    metadata: Metadata = Field(default_factory=dict, description=UPPY_METADATA)


# --- answers -----------------------------------------------------------------------------------
class ParamsAnswer(BaseModel):
    """How the file is sent in one piece. POST: a form of `fields`, then the `file`. PUT: the bytes, with `headers`."""

    method: Literal["POST", "PUT"]
    url: str
    fields: dict[str, str] = Field(description="Of a PUT: `key` and `bucket`, to know and not to send.")
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
    """The PUT of one part."""

    method: Literal["PUT"] = "PUT"
    url: str


class PresignedUrlsAnswer(BaseModel):
    presignedUrls: dict[str, str]  # noqa: N815  Companion's name


class CompleteAnswer(BaseModel):
    """The file: confirmed, as after POST /v1/uploads/{upload_id}/confirm."""

    location: str = Field(description="Where it lies in the store; not to be read without a signature.")
    key: str
    bucket: str
    id: str
    download_url: str = Field(description="Its stable address at this service.")


class AbortAnswer(BaseModel):
    """Nothing: the upload is ended a while later, unless it is completed meanwhile."""


class PresignAnswer(BaseModel):
    """What Uppy 6 wants of its `signRequest`."""

    url: str
    key: str | None = None
    headers: dict[str, str] | None = None
    fields: dict[str, str] | None = None
