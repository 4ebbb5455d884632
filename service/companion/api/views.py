"""Companion's calls under /s3/, so that a published Uppy works as it is: see docs/uppy.md.

The same calls answer under //s3/ (Uppy 6 keeps the slash that somebody put behind the address, and a redirect would
break its preflight) and under /u/<upload_token>/s3/ (it sends no header that could carry a token).
"""

import re

from flask import Flask, Response, g, request

from service.companion.api.metadata import file_to_come, in_query, is_in_query
from service.companion.api.ports import ready_ports
from service.companion.api.presign import presigned
from service.companion.api.schemas import (
    AbortAnswer,
    BatchQuery,
    CompleteAnswer,
    CompleteRequest,
    ListedPart,
    ListedParts,
    MultipartAnswer,
    MultipartPath,
    MultipartQuery,
    MultipartRequest,
    ParamsAnswer,
    ParamsQuery,
    PartAnswer,
    PartPath,
    PresignAnswer,
    PresignedUrlsAnswer,
    PresignRequest,
)
from service.companion.usecases import parts, uploads
from service.shared.api.blueprints import secured_blueprint
from service.shared.api.context import (
    answer,
    caller,
    context,
)
from service.shared.api.contract import (
    BODY,
    LIVE_UPLOAD,
    NEW_UPLOAD,
    problems,
)
from service.shared.api.headers import unforbidden
from service.shared.api.origins import own_origin
from service.shared.api.problems import render
from service.shared.api.requests import refuse_unknown
from service.shared.api.schemas import MAX_URLS
from service.shared.call_limits import CONFIRMS, STARTS
from service.shared.errors import (
    FieldError,
    TooLarge,
    UnsupportedType,
    ValidationFailed,
)
from service.shared.scopes import UPLOADS_WRITE
from service.store.limits import MAX_PARTS
from service.store.model import PresignedPost
from service.store.places import bucket_name
from service.uploads.errors import PartNumberInvalid
from service.uploads.usecases.confirming.complete_parts import SentPart

blueprint = secured_blueprint(
    "companion",
    "/s3",
    tag="uppy",
    scopes=(UPLOADS_WRITE,),
    writing_reads=("params",),
    limited={"params": STARTS, "create": STARTS, "complete": CONFIRMS},
)
# werkzeug accepts an extra slash at the very front.
ALSO_UNDER = ("/u/<upload_token>", "/u/<upload_token>/")
# Companion answers 400 if one of these is malformed, and so does the service.
_AS_COMPANION = {"filename", "type", "part_number", "partNumbers", "parts"}


@blueprint.url_value_preprocessor
def _take_token(endpoint: str | None, values: dict[str, object] | None) -> None:
    """Keep the token of the address for the authentication; no view sees it."""
    g.upload_token = (values or {}).pop("upload_token", None)


@blueprint.before_request
def _refuse_unknown() -> None:
    if request.endpoint == "companion.params":
        known = ParamsQuery.model_fields
        refuse_unknown([name for name in request.args if name not in known and not is_in_query(name)])


@blueprint.errorhandler(ValidationFailed)
def _answer_invalid(error: ValidationFailed) -> Response:
    named = {wrong.field.partition(".")[0] for wrong in error.fields}
    return render(error, 400 if named & _AS_COMPANION else None)


@blueprint.errorhandler(PartNumberInvalid)
def _answer_no_part(error: PartNumberInvalid) -> Response:
    return render(error, 400)


def register_aliases(app: Flask) -> None:
    """Let the calls answer at their other addresses too; those are not in the document."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith(f"{blueprint.name}.")]
    for prefix in ALSO_UNDER:
        for rule in rules:
            app.add_url_rule(prefix + rule.rule, endpoint=rule.endpoint, methods=(rule.methods or set()) - {"OPTIONS"})


@blueprint.get("/params", responses={200: ParamsAnswer} | problems(TooLarge, UnsupportedType) | NEW_UPLOAD)
def params(query: ParamsQuery) -> Response:
    """Get the request that sends a file in one piece: a form, or a sealed PUT if a token and the size were sent."""
    file = file_to_come(query.filename, query.type, in_query(request.args))
    # Uppy 6 supports only forms and never sends this header here; Uppy 5 supports both.
    sends_headers = "Authorization" in request.headers
    upload, sent_by = uploads.start_single(ready_ports(), caller(), file, sends_headers=sends_headers)
    if isinstance(sent_by, PresignedPost):
        return answer(ParamsAnswer(method="POST", url=sent_by.url, fields=dict(sent_by.fields), headers={}))
    fields = {"key": upload.object_key, "bucket": bucket_name(upload.bucket)}
    return answer(ParamsAnswer(method="PUT", url=sent_by.url, fields=fields, headers=unforbidden(sent_by.headers)))


@blueprint.post("/multipart", responses={200: MultipartAnswer} | BODY | NEW_UPLOAD)
def create(body: MultipartRequest) -> Response:
    """Start an upload in parts."""
    file = file_to_come(body.filename, body.type, body.metadata)
    upload = uploads.start_multipart(ready_ports(), caller(), file)
    return answer(MultipartAnswer(key=upload.object_key, uploadId=upload.upload_id, bucket=bucket_name(upload.bucket)))


@blueprint.get("/multipart/<id:upload_id>", responses={200: ListedParts} | LIVE_UPLOAD)
def list_parts(path: MultipartPath, query: MultipartQuery) -> Response:
    """List all parts that the store has."""
    stored = parts.list_parts(ready_ports(), caller(), path.upload_id, query.key)
    rows = [ListedPart(PartNumber=part.part_number, ETag=f'"{part.etag}"', Size=part.size_bytes) for part in stored]
    return answer(ListedParts(rows))


@blueprint.get(
    "/multipart/<id:upload_id>/batch", responses={200: PresignedUrlsAnswer} | LIVE_UPLOAD | problems(TooLarge)
)
def batch(path: MultipartPath, query: BatchQuery) -> Response:
    """Get the URLs of up to 1000 parts."""
    numbers = _numbers(query.partNumbers)
    signed = parts.sign_parts(ready_ports(), caller(), path.upload_id, query.key, numbers)
    return answer(PresignedUrlsAnswer(presignedUrls={str(number): part.url for number, part in signed.items()}))


def _numbers(text: str) -> list[int]:
    numbers = text.split(",")
    if len(numbers) > MAX_URLS or not all(
        re.fullmatch(r"[1-9][0-9]{0,4}", one) and int(one) <= MAX_PARTS for one in numbers
    ):
        message = f"must be 1 to {MAX_URLS} numbers from 1 to {MAX_PARTS}, with commas between them"
        raise ValidationFailed(f"partNumbers: {message}", fields=(FieldError("partNumbers", message),))
    return [int(one) for one in numbers]


@blueprint.get(
    "/multipart/<id:upload_id>/<id:part_number>", responses={200: PartAnswer} | LIVE_UPLOAD | problems(TooLarge)
)
def sign_part(path: PartPath, query: MultipartQuery) -> Response:
    """Get the URL of one part."""
    # No `expires`: Uppy 5 would then break off requests in progress, which the store lets finish.
    ports, number = ready_ports(), path.part_number
    signed = parts.sign_parts(ports, caller(), path.upload_id, query.key, [number])
    return answer(PartAnswer(url=signed[number].url))


@blueprint.post("/multipart/<id:upload_id>/complete", responses={200: CompleteAnswer} | BODY | LIVE_UPLOAD)
def complete(path: MultipartPath, query: MultipartQuery, body: CompleteRequest) -> Response:
    """Join the parts, verify the file and record it. Safe to repeat."""
    ports, sent = ready_ports(), [SentPart(part.PartNumber, part.ETag) for part in body.parts]
    file = parts.complete(ports, caller(), path.upload_id, query.key, sent)
    return answer(
        CompleteAnswer(
            location=parts.location(ports, caller(), file),
            key=file.object_key,
            bucket=bucket_name(file.bucket),
            id=file.upload_id,
            download_url=f"{own_origin(context().settings)}/v1/files/{file.upload_id}/download?redirect=1",
        )
    )


@blueprint.delete("/multipart/<id:upload_id>", responses={200: AbortAnswer} | LIVE_UPLOAD)
def abort(path: MultipartPath, query: MultipartQuery) -> Response:
    """Give up an upload: it is aborted ten minutes later, unless it is completed first."""
    parts.give_up(ready_ports(), caller(), path.upload_id, query.key)
    return answer(AbortAnswer())


@blueprint.post("/presign", responses={200: PresignAnswer} | BODY | LIVE_UPLOAD | NEW_UPLOAD)
def presign(body: PresignRequest) -> Response:
    """Sign one request for the `signRequest` of Uppy 6."""
    return answer(presigned(ready_ports(), caller(), body))
