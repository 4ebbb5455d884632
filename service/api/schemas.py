"""What comes in over the wire: each model checks a request, and makes its part of OpenAPI.

Names are the same in Python, JSON, MongoDB and TypeScript. Bodies are strict: no unknown field, no text
where a number belongs. A metadata field is added in model.FileMetadata alone. Answers are in answers.py.
"""

import re
from functools import cache
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
    model_validator,
)

from service.errors import MAX_FIELD_ERRORS
from service.model import LINE, ChecksumAlgorithm, FileMetadata, PartChecksumAlgorithm
from service.part_plan import MAX_PARTS

ID_PATTERN = r"^[0-7][0-9A-HJKMNP-TV-Z]{25}$"
UploadId = Annotated[str, Field(pattern=ID_PATTERN, description="A ULID.")]
MAX_PAGE = 200
MAX_CURSOR = 2000  # one of a list by title carries the title, twelve bytes a character at worst, in base64
CONTENT_TYPE_PATTERN = r"^[a-z0-9.+-]{1,80}/([a-z0-9.+-]{1,80}|\*)$"
MAX_NAME = 3000  # longer than any key or file name, whose own errors say more; two fit a request line of 8190 bytes
SEVEN_DAYS_S = 604_800  # SigV4's own maximum
MAX_URLS = 1000  # in one answer: about 600 KB
MAX_ETAG = 200
Fingerprint = Annotated[
    str,
    Field(
        min_length=1,
        max_length=512,
        pattern=LINE,
        description="Your own name for the file, to find its upload again: name|size|last_modified_ms, say.",
    ),
]


MAX_SIZES = 100
# In one value: no parameter may be given twice. Each below 10**15, which no store takes in one object.
SIZES_PATTERN = rf"^(0|[1-9][0-9]{{0,14}})(,(0|[1-9][0-9]{{0,14}})){{0,{MAX_SIZES - 1}}}$"
Sizes = Annotated[
    str,
    Field(
        pattern=SIZES_PATTERN,
        description=f"Files of exactly this size; or of one of up to {MAX_SIZES} sizes, with commas between them.",
        json_schema_extra={"example": "4011223,0"},
    ),
]


class Body(BaseModel):
    """Base of what a client sends as JSON."""

    model_config = ConfigDict(strict=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _is_mostly_known(cls, value: object) -> object:
        """Count unknown fields first, because each would be an error of its own, and a list may hold many objects."""
        if cls.model_config.get("extra") == "forbid" and isinstance(value, dict):
            unknown = len(value.keys() - cls.model_fields)
            if unknown > MAX_FIELD_ERRORS:
                raise ValueError(f"holds {unknown} fields that are not known")
        return value


class Params(BaseModel):
    """Base of what a client sends in the address."""

    model_config = ConfigDict(extra="forbid")

    @classmethod
    @cache
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:  # type: ignore[override]  # same calls
        """Kept: flask-openapi3 asks for it on every request, and it takes longer than the request."""
        return super().model_json_schema(*args, **kwargs)


_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")


def _in_digits(value: object) -> object:
    # pydantic takes 1.0, 1_0, +1 and a space beside it for integers too.
    if isinstance(value, str) and not _INTEGER.fullmatch(value):
        raise ValueError("must be a whole number, in digits")
    return value


# An integer as an address holds it.
Integer = Annotated[int, BeforeValidator(_in_digits)]


class ChecksumBody(Body):
    """A digest of the whole file, in base64. Of a file that goes in one PUT the store refuses other bytes."""

    algorithm: ChecksumAlgorithm = Field(json_schema_extra={"example": "sha256"})
    value_base64: str = Field(
        max_length=64, json_schema_extra={"example": "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg="}
    )


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
        None, description="Of a file that goes in parts: ask for each part's URL with its digest; others are refused."
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


def _each_by_itself(value: object, check: ValidatorFunctionWrapHandler) -> object:
    """A row of a batch that is not well formed is that row's error, not the whole batch's."""
    try:
        return check(value)
    except ValidationError as error:
        return error


MAX_BATCH = 1000
MAX_UNKNOWN_FIELDS = 200


class BatchRequest(Body):
    """Up to 1000 files at once; each is taken or refused by itself."""

    uploads: list[Annotated[UploadRequest, WrapValidator(_each_by_itself)]] = Field(min_length=1, max_length=MAX_BATCH)

    @field_validator("uploads", mode="before")
    @classmethod
    def _are_mostly_known(cls, rows: object) -> object:
        """Count unknown fields before any row is checked, because each would be an error of its own."""
        if isinstance(rows, list) and len(rows) <= MAX_BATCH:
            unknown = sum(len(row.keys() - UploadRequest.model_fields) for row in rows if isinstance(row, dict))
            if unknown > MAX_UNKNOWN_FIELDS:
                raise ValueError(f"the rows hold {unknown} fields that are not known")
        return rows


class ConfirmManyRequest(Body):
    upload_ids: list[UploadId] = Field(min_length=1, max_length=MAX_BATCH)


class FilesFilter(Body):
    """Which files; as the parameters of GET /v1/files."""

    mood: str | None = Field(None, max_length=40)
    q: str | None = Field(None, max_length=200)
    content_type: str | None = Field(None, pattern=CONTENT_TYPE_PATTERN)
    tag: str | None = Field(None, max_length=40)
    size_bytes: Sizes | None = None
    owner: Literal["me", "public"] = "me"
    sort: Literal["newest", "oldest", "title"] = "newest"
    limit: int = Field(100, ge=1, le=MAX_BATCH)


class DownloadUrlsRequest(Body):
    """Exactly one of file_ids, object_keys and query."""

    file_ids: list[UploadId] | None = Field(None, min_length=1, max_length=MAX_BATCH)
    object_keys: list[Annotated[str, Field(max_length=1024)]] | None = Field(None, min_length=1, max_length=MAX_BATCH)
    query: FilesFilter | None = None
    disposition: Literal["attachment", "inline"] = "attachment"
    expires_in: int | None = Field(None, ge=1, le=SEVEN_DAYS_S)

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if sum(given is not None for given in (self.file_ids, self.object_keys, self.query)) != 1:
            raise ValueError("give exactly one of file_ids, object_keys and query")
        return self


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


class SongRequest(FileMetadata):
    """The seed client's words for: this key is a song."""

    title: str | None = Field(max_length=200, pattern=LINE, json_schema_extra={"example": "A B"})
    artist: str | None = Field(None, max_length=200, pattern=LINE, json_schema_extra={"example": "C"})
    mood: str = Field(max_length=40, json_schema_extra={"example": "happy"})
    key: str = Field(min_length=1, max_length=1024, json_schema_extra={"example": "uploads/local/a b.mp3"})


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


class UploadTokenRequest(Body):
    """A token for an address. What it may is what you may upload, and no more than is said here."""

    expires_in: int = Field(3600, ge=1, le=3600, description="Seconds; your own token's end comes first.")
    max_bytes: int | None = Field(None, ge=0, lt=2**62, description="So much in all its uploads together.")
    max_files: int | None = Field(None, ge=1, lt=2**31, description="So many uploads.")
    content_types: list[Annotated[str, Field(pattern=CONTENT_TYPE_PATTERN)]] | None = Field(
        None, min_length=1, max_length=100, description="Only these, such as audio/mpeg or audio/*."
    )
    prefix: str | None = Field(
        None, min_length=2, max_length=1024, pattern=r"/$", description="Only keys that begin so."
    )
    renews: str | None = Field(
        None,
        min_length=1,
        max_length=8000,
        description="An upload token that you got before: the new one reaches the uploads that were started with it.",
    )


class UploadPath(Params):
    upload_id: UploadId


class FilePath(Params):
    file_id: UploadId


class PageQuery(Params):
    limit: Integer = Field(50, ge=1, le=MAX_PAGE)
    cursor: str | None = Field(None, max_length=MAX_CURSOR, description="`next_cursor` of the page before.")


class UploadsQuery(PageQuery):
    status: Literal["pending", "rejected", "aborted"] = "pending"
    fingerprint: Fingerprint | None = None


class FilesQuery(PageQuery):
    mood: str | None = Field(None, max_length=40)
    q: str | None = Field(
        None, max_length=200, description="Beginnings of words of title, artist, album, tags, file name."
    )
    content_type: str | None = Field(None, pattern=CONTENT_TYPE_PATTERN, description="A type, or audio/* and the like.")
    tag: str | None = Field(None, max_length=40)
    size_bytes: Sizes | None = None
    owner: Literal["me", "public"] = "me"
    sort: Literal["newest", "oldest", "title"] = "newest"


class FileEdits(FileMetadata):
    """What to change; null removes a field (but not the file name), a field left out stays."""

    filename: Filename = Field(default_factory=str)


class DownloadQuery(Params):
    disposition: Literal["attachment", "inline"] = "attachment"
    redirect: Literal["0", "1"] = Field("0", description="1 answers 302 to the URL: a stable address for players.")
    # Limits of the number itself, and before the validator: else the document loses them.
    expires_in: Annotated[int, Field(ge=1, le=SEVEN_DAYS_S), BeforeValidator(_in_digits)] | None = Field(
        None, description="Seconds; the default is configured."
    )


class CoverQuery(Params):
    cover_id: UploadId | None = Field(
        None, description="The one that the file tells: a new cover has a new address, for caches."
    )


class KeyQuery(Params):
    key: str | None = Field(None, max_length=MAX_NAME)


class UploadKeyQuery(KeyQuery):
    filename: str | None = Field(None, max_length=MAX_NAME, description="Instead of key: put under your own prefix.")


class SongsQuery(Params):
    mood: str | None = Field(None, max_length=40)
