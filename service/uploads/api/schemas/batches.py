"""Requests and answers about many uploads or files at once."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
    model_validator,
)

from service.shared.api.problem import Problem
from service.shared.api.schemas import MAX_BATCH, Body, UploadId
from service.uploads.api.schemas.files import SEVEN_DAYS_S, FileAnswer, FilesFilter
from service.uploads.api.schemas.uploads import UploadRequest, UploadStarted


class BatchRow(BaseModel):
    """One row of a batch: the started upload, or its error."""

    upload: UploadStarted | None = None
    error: Problem | None = None


class BatchAnswer(BaseModel):
    results: list[BatchRow] = Field(description="In the order of the request.")
    server_time: datetime


class ConfirmedRow(BaseModel):
    upload_id: str
    file: FileAnswer | None = None
    error: Problem | None = None


class ConfirmedAnswer(BaseModel):
    results: list[ConfirmedRow] = Field(description="In the order of the request.")
    server_time: datetime


class DownloadRow(BaseModel):
    """One file's URL, or an error with the requested id or key. Only the owner sees a file's key."""

    file_id: str | None = None
    object_key: str | None = None
    filename: str | None = None
    method: Literal["GET"] = "GET"
    url: str | None = None
    expires_at: datetime | None = None
    error: Problem | None = None


class DownloadUrlsAnswer(BaseModel):
    results: list[DownloadRow]
    server_time: datetime


def _each_by_itself(value: object, check: ValidatorFunctionWrapHandler) -> object:
    """Return the checked row, or its ValidationError: a malformed row must not fail the whole batch."""
    try:
        return check(value)
    except ValidationError as error:
        return error


MAX_UNKNOWN_FIELDS = 200


class BatchRequest(Body):
    """Up to 1000 files at once; each is accepted or refused on its own."""

    uploads: list[Annotated[UploadRequest, WrapValidator(_each_by_itself)]] = Field(min_length=1, max_length=MAX_BATCH)

    @field_validator("uploads", mode="before")
    @classmethod
    def _are_mostly_known(cls, rows: object) -> object:
        """Count unknown fields before any row is checked, because each would be an error of its own."""
        if isinstance(rows, list) and len(rows) <= MAX_BATCH:
            known = UploadRequest.model_fields  # which pydantic looks up anew each time
            unknown = sum(len(row.keys() - known) for row in rows if isinstance(row, dict))
            if unknown > MAX_UNKNOWN_FIELDS:
                raise ValueError(f"the rows hold {unknown} fields that are not known")
        return rows


class ConfirmManyRequest(Body):
    upload_ids: list[UploadId] = Field(min_length=1, max_length=MAX_BATCH)


class DownloadUrlsRequest(Body):
    """Give exactly one of file_ids, object_keys and query."""

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
