"""Requests and answers about uploads: each model checks one, and makes its part of OpenAPI."""

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
    """The request that moves the bytes. Its headers were signed and must be sent as they are."""

    kind: Literal["put", "staged"]
    method: Literal["PUT"]
    url: str
    headers: dict[str, str]
    expires_at: datetime


class PartTransfer(BaseModel):
    """The request that moves one part. Its headers were signed and must be sent as they are."""

    part_number: int
    size_bytes: int
    method: Literal["PUT"]
    url: str
    headers: dict[str, str]
    expires_at: datetime


class MultipartTransfer(BaseModel):
    """How the file is cut: part 1 has its first `part_size_bytes`, the last part the rest."""

    kind: Literal["multipart"]
    part_size_bytes: int
    part_count: int
    part_checksum_algorithm: PartChecksumAlgorithm | None
    parts: list[PartTransfer] = Field(description="Those that were asked for; at the start up to 100.")
    expires_at: datetime = Field(description="When these URLs die; ask for others at POST /v1/uploads/{id}/urls.")


Transfer = Annotated[PutTransfer | MultipartTransfer, Field(discriminator="kind")]


class UploadStarted(BaseModel):
    upload_id: str
    object_key: str
    expires_at: datetime = Field(description="Confirm before then.")
    server_time: datetime
    url: str | None = Field(None, description="The transfer's own, to PUT the file to; null if the file goes in parts.")
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
    etag: str | None = Field(description="Null where the parts are joined already: confirm.")


class UploadAnswer(Described):
    """An upload in whatever state. What begins with part_ is null where it has no parts."""

    upload_id: str
    object_key: str
    owner: str
    status: str
    kind: Literal["put", "multipart", "staged"]
    expires_at: datetime | None
    fingerprint: str | None
    cover_of: str | None = Field(description="The file whose cover it is to be.")
    part_size_bytes: int | None
    part_count: int | None
    part_checksum_algorithm: PartChecksumAlgorithm | None
    stored_parts: list[StoredPartAnswer] | None = Field(
        description="What is there of a pending upload in parts; the store is asked for a single upload, not for lists."
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
        description="Your own name for the file, to find its upload again: name|size|last_modified_ms, say.",
    ),
]


# A name of spaces is a name: file_names.clean decides what is kept of it, and of all others.
Filename = Annotated[
    str,
    StringConstraints(strip_whitespace=False),
    Field(
        min_length=1,
        max_length=4096,
        description="As the user calls it; cut to 255 bytes.",
        json_schema_extra={"example": "Tönë.mp3"},
    ),
]


class UploadRequest(FileMetadata):
    """What a client declares before it sends the first byte."""

    filename: Filename
    content_type: str = Field(min_length=1, max_length=255, json_schema_extra={"example": "audio/mpeg"})
    size_bytes: int = Field(
        ge=0,
        description="Exact; the store refuses any other length. 0 is a valid file.",
        json_schema_extra={"example": 4_011_223},
    )
    checksum: ChecksumBody | None = None
    fingerprint: Fingerprint | None = None
    cover_of: UploadId | None = Field(
        None, description="This is a picture, to be the cover of that file of yours. It takes no metadata then."
    )
    part_checksum_algorithm: PartChecksumAlgorithm | None = Field(
        None, description="If the file goes in parts: ask for each part's URL with its digest; other bytes are refused."
    )


class StartHeaders(Params):
    model_config = ConfigDict(extra="ignore")

    idempotency_key: str | None = Field(
        None,
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[ -~]*$",
        description="Your own name for this request: sent again with the same body, it gets the same upload.",
    )


class SentPart(Body):
    """A part as the store answered it to the client."""

    part_number: int = Field(ge=1, le=MAX_PARTS)
    etag: str = Field(min_length=1, max_length=MAX_ETAG, description="With or without its quotes.")


class ConfirmRequest(FileMetadata):
    """Metadata known only now; what is left out stays as declared."""

    parts: list[SentPart] | None = Field(
        None,
        max_length=MAX_PARTS,
        fail_fast=True,
        description="If given, the store must hold these; it is asked for all parts anyway.",
    )


class DigestedPart(Body):
    part_number: int
    checksum_base64: str = Field(max_length=64)


class UrlsRequest(Body):
    """Nothing: the PUT, or the first 100 parts. Else the parts by number, or with their digests."""

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
