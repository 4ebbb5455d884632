"""The calls for many at once: /v1/uploads/batch, /v1/uploads/confirm, /v1/files/download-urls."""

from collections.abc import Sequence
from typing import cast

from flask import Response, request
from pydantic import ValidationError

from service.shared.api.blueprints import secured_blueprint
from service.shared.api.call_limits.count import count_calls
from service.shared.api.context import (
    answer,
    caller,
    now,
)
from service.shared.api.contract import BODY
from service.shared.api.problems import problem_of, validation_failed
from service.shared.api.requests import body_limit
from service.shared.call_limits import CONFIRMS, DOWNLOADS, STARTS
from service.shared.errors import FieldError, MoodropError, ValidationFailed
from service.shared.model import Caller
from service.shared.scopes import FILES_READ, UPLOADS_WRITE
from service.uploads.api.ports import ready_ports
from service.uploads.api.reading import build_query, new_upload
from service.uploads.api.rendering import file_answer, started_answer
from service.uploads.api.schemas.batches import (
    BatchAnswer,
    BatchRequest,
    ConfirmedAnswer,
    ConfirmManyRequest,
    DownloadRow,
    DownloadUrlsAnswer,
    DownloadUrlsRequest,
)
from service.uploads.api.schemas.files import FilesFilter
from service.uploads.api.schemas.uploads import StartHeaders, UploadRequest
from service.uploads.usecases.confirming.confirm_many import confirm_uploads
from service.uploads.usecases.files.download import DownloadOptions
from service.uploads.usecases.files.download_many import Download, download_by_ids, download_by_keys, download_files
from service.uploads.usecases.files.read import list_files
from service.uploads.usecases.starting.start_many import start_uploads

blueprint = secured_blueprint(
    "batches",
    "/v1",
    tag="many at once",
    call_scopes={
        "start_many": (UPLOADS_WRITE,),
        "confirm_many": (UPLOADS_WRITE,),
        "download_many": (FILES_READ,),
    },
)
# The most malformed rows to report one by one, and the most fields of each. A batch with more comes from a broken
# program, and its errors would take more room than its URLs.
MAX_MALFORMED_ROWS = 50
MAX_ROW_FIELDS = 3


@blueprint.before_request
def _take_more() -> None:
    request.max_content_length = body_limit(request.path)


@blueprint.post("/uploads/batch", responses={200: BatchAnswer} | BODY)
def start_many(header: StartHeaders, body: BatchRequest) -> Response:
    """Start up to 1000 uploads; each row is accepted or refused on its own."""
    # A malformed row arrives here as pydantic's error: see schemas.BatchRequest.
    asked = cast("list[UploadRequest | ValidationError]", body.uploads)
    _refuse_malformed(asked)
    rows = [
        validation_failed(row, most=MAX_ROW_FIELDS) if isinstance(row, ValidationError) else new_upload(row)
        for row in asked
    ]
    count_calls(STARTS, len(rows))
    started = start_uploads(ready_ports(), caller(), rows, header.idempotency_key)
    time = now()
    results = [
        {"upload": None, "error": problem_of(result)}
        if isinstance(result, MoodropError)
        else {"upload": started_answer(*result, time), "error": None}
        for result in started
    ]
    return answer({"results": results, "server_time": time})


def _refuse_malformed(rows: Sequence[UploadRequest | ValidationError]) -> None:
    malformed = [(index, row) for index, row in enumerate(rows) if isinstance(row, ValidationError)]
    if len(malformed) > MAX_MALFORMED_ROWS:
        fields = [
            FieldError(f"uploads.{index}.{wrong.field}", wrong.message)
            for index, row in malformed[:MAX_MALFORMED_ROWS]
            for wrong in validation_failed(row, most=1).fields
        ]
        raise ValidationFailed.of(fields, total=len(malformed))


@blueprint.post("/uploads/confirm", responses={200: ConfirmedAnswer} | BODY)
def confirm_many(body: ConfirmManyRequest) -> Response:
    """Confirm up to 1000 uploads."""
    who = caller()
    count_calls(CONFIRMS, len(body.upload_ids))
    confirmed = confirm_uploads(ready_ports(), who, body.upload_ids)
    # As a ConfirmedAnswer says, in plain values.
    results = [
        {"upload_id": upload_id, "file": None, "error": problem_of(result)}
        if isinstance(result, MoodropError)
        else {"upload_id": upload_id, "file": file_answer(result, who), "error": None}
        for upload_id, result in zip(body.upload_ids, confirmed, strict=True)
    ]
    return answer({"results": results, "server_time": now()})


@blueprint.post("/files/download-urls", responses={200: DownloadUrlsAnswer} | BODY)
def download_many(body: DownloadUrlsRequest) -> Response:
    """Get URLs for up to 1000 files, by ids, keys or a query."""
    ports, who = ready_ports(), caller()
    options = DownloadOptions(inline=body.disposition == "inline", expires_in=body.expires_in)
    count_calls(DOWNLOADS, len(body.file_ids or body.object_keys or ()))
    if body.file_ids is not None:
        downloads = download_by_ids(ports, who, body.file_ids, options)
        rows = [_row(result, who, file_id=asked) for asked, result in zip(body.file_ids, downloads, strict=True)]
    elif body.object_keys is not None:
        downloads = download_by_keys(ports, who, body.object_keys, options)
        rows = [_row(result, who, object_key=asked) for asked, result in zip(body.object_keys, downloads, strict=True)]
    else:
        matching = list_files(ports, who, build_query(cast(FilesFilter, body.query), who))
        count_calls(DOWNLOADS, len(matching))
        signed = download_files(ports, who, matching, options)
        rows = [_row(result, who, file_id=file.upload_id) for file, result in zip(matching, signed, strict=True)]
    return answer(DownloadUrlsAnswer(results=rows, server_time=now()))


def _row(result: Download | MoodropError, who: Caller, **asked: str) -> DownloadRow:
    if isinstance(result, MoodropError):
        return DownloadRow(error=problem_of(result), **asked)
    file = result.file
    return DownloadRow(
        file_id=file.upload_id,
        object_key=file.object_key if file.owner == who.owner else None,
        filename=file.filename,
        url=result.request.url,
        expires_at=result.request.expires_at,
    )
