"""Requests and answers about uploads. Each model validates one of them and describes it in OpenAPI."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from service.shared.api.schemas import MAX_ETAG, MAX_URLS, Body, PageQuery, Params, UploadId
from service.shared.model import LINE
from service.store.limits import MAX_PARTS
from service.store.model import PartChecksumAlgorithm
from service.uploads.api.schemas.described import ChecksumBody, Described
from service.uploads.metadata import FileMetadata


class PutTransfer(BaseModel):
    """The request that sends the file. Its headers are signed and must be sent unchanged."""

    kind: Literal["put", "staged"]
    method: Literal["PUT"]
    url: str
    headers: dict[str, str]
    expires_at: datetime


class PartTransfer(BaseModel):
    """The request that sends one part. Its headers are signed and must be sent unchanged."""

    part_number: int
    size_bytes: int
    method: Literal["PUT"]
    url: str
    headers: dict[str, str]
    expires_at: datetime


class MultipartTransfer(BaseModel):
    """How the file is divided: part 1 is its first `part_size_bytes` bytes, the last part is the rest."""

    kind: Literal["multipart"]
    part_size_bytes: int
    part_count: int
    part_checksum_algorithm: PartChecksumAlgorithm | None
    parts: list[PartTransfer] = Field(description="The requested parts; at the start, up to the first 100.")
    expires_at: datetime = Field(
        description="When these URLs expire; POST /v1/uploads/{upload_id}/urls returns new ones."
    )


Transfer = Annotated[PutTransfer | MultipartTransfer, Field(discriminator="kind")]


class UploadStarted(BaseModel):
    upload_id: str
    object_key: str
    expires_at: datetime = Field(description="Confirm the upload before this time.")
    server_time: datetime
    url: str | None = Field(None, description="The transfer's URL, to PUT the file to; null if the file goes in parts.")
    transfer: Transfer


class UrlsAnswer(BaseModel):
    upload_id: str
    expires_at: datetime
    server_time: datetime
    transfer: Transfer


class StoredPartAnswer(BaseModel):
    """A part that the store has."""

    part_number: int
    size_bytes: int
    etag: str | None = Field(description="Null if the parts are already joined: confirm the upload.")


class UploadAnswer(Described):
    """An upload in any state. The fields that begin with part_ are null if it has no parts."""

    upload_id: str
    object_key: str
    owner: str
    status: str
    kind: Literal["put", "multipart", "staged"]
    expires_at: datetime | None
    fingerprint: str | None
    cover_of: str | None = Field(description="The file that this upload is a cover for.")
    part_size_bytes: int | None
    part_count: int | None
    part_checksum_algorithm: PartChecksumAlgorithm | None
    stored_parts: list[StoredPartAnswer] | None = Field(
        description="The parts of a pending upload that the store has. Null in lists, and if the upload has no parts."
    )


class UploadsPage(BaseModel):
    uploads: list[UploadAnswer]
    next_cursor: str | None


Fingerprint = Annotated[
    str,
    Field(
        min_length=1,
        max_length=512,
        pattern=LINE,
        description="Your own name for the file, to find its upload again, such as name|size|last_modified_ms.",
    ),
]


# Spaces are a name too: file_names.clean decides what remains of any name.
Filename = Annotated[
    str,
    StringConstraints(strip_whitespace=False),
    Field(
        min_length=1,
        max_length=4096,
        description="The user's name for the file; cut to 255 bytes.",
        json_schema_extra={"example": "Tönë.mp3"},
    ),
]


class UploadRequest(FileMetadata):
    """What a client declares before it sends the first byte."""

    filename: Filename
    content_type: str = Field(min_length=1, max_length=255, json_schema_extra={"example": "audio/mpeg"})
    size_bytes: int = Field(
        ge=0,
        description="The exact size: the store refuses any other length. 0 is valid.",
        json_schema_extra={"example": 4_011_223},
    )
    checksum: ChecksumBody | None = None
    fingerprint: Fingerprint | None = None
    cover_of: UploadId | None = Field(
        None, description="The id of one of your files, to make this picture its cover. A cover takes no metadata."
    )
    part_checksum_algorithm: PartChecksumAlgorithm | None = Field(
        None, description="If the file goes in parts, request each URL with the part's digest; other bytes are refused."
    )


class StartHeaders(Params):
    model_config = ConfigDict(extra="ignore")

    idempotency_key: str | None = Field(
        None,
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[ -~]*$",
        description="Your own name for this request. Repeating it with the same body returns the same upload.",
    )


class SentPart(Body):
    """A part that the client has sent, with the ETag from the store's answer."""

    part_number: int = Field(ge=1, le=MAX_PARTS)
    etag: str = Field(min_length=1, max_length=MAX_ETAG, description="With or without quotes.")


class ConfirmRequest(FileMetadata):
    """Metadata that is known only now; a field left out keeps its declared value."""

    parts: list[SentPart] | None = Field(
        None,
        max_length=MAX_PARTS,
        fail_fast=True,
        description="If given, the store must have these parts. It is asked for its parts in any case.",
    )


class DigestedPart(Body):
    part_number: int
    checksum_base64: str = Field(max_length=64)


class UrlsRequest(Body):
    """Empty for the PUT or the first 100 parts; otherwise, the parts by number, or with their digests."""

    part_numbers: list[int] | None = Field(None, min_length=1, max_length=MAX_URLS)
    parts: list[DigestedPart] | None = Field(None, min_length=1, max_length=MAX_URLS, fail_fast=True)

    @model_validator(mode="after")
    def _is_at_most_one(self) -> Self:
        if self.part_numbers is not None and self.parts is not None:
            raise ValueError("give part_numbers or parts, not both")
        return self


class UploadPath(Params):
    upload_id: UploadId


class UploadsQuery(PageQuery):
    status: Literal["pending", "rejected", "aborted"] = "pending"
    fingerprint: Fingerprint | None = None
