"""/v1/uploads: start, look, fresh URL, confirm, abort."""

from flask import Response

from service.shared.api.blueprints import secured_blueprint
from service.shared.api.compression import compressor
from service.shared.api.context import (
    answer,
    caller,
    now,
)
from service.shared.api.contract import (
    BODY,
    LIVE_UPLOAD,
    NEW_UPLOAD,
    problems,
)
from service.shared.errors import NotFound
from service.shared.scopes import UPLOADS_WRITE
from service.uploads.api.cursors import cursors
from service.uploads.api.ports import ready_ports
from service.uploads.api.rendering import (
    file_answer,
    started_answer,
    transfer_answer,
    upload_answer,
)
from service.uploads.api.schemas.files import FileAnswer
from service.uploads.api.schemas.uploads import (
    ConfirmRequest,
    StartHeaders,
    UploadAnswer,
    UploadPath,
    UploadRequest,
    UploadsPage,
    UploadsQuery,
    UploadStarted,
    UrlsAnswer,
    UrlsRequest,
)
from service.uploads.metadata import metadata_of
from service.uploads.model import Checksum, UploadStatus
from service.uploads.queries import Sort, UploadQuery
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.starting.declare import NewUpload
from service.uploads.usecases.starting.renew import abort_upload, list_uploads, look_at, renew_urls
from service.uploads.usecases.starting.signed_requests import PartWish
from service.uploads.usecases.starting.start import start_upload

blueprint = secured_blueprint("uploads", "/v1/uploads", tag="uploads", scopes=(UPLOADS_WRITE,))


@blueprint.post("", responses={201: UploadStarted} | BODY | LIVE_UPLOAD | NEW_UPLOAD)
def start(header: StartHeaders, body: UploadRequest) -> Response:
    """Start an upload: declare the file, or the cover of one, and get the URL for its bytes."""
    upload, transfer = start_upload(ready_ports(), caller(), new_upload(body), header.idempotency_key)
    return answer(started_answer(upload, transfer, now()), 201)


def new_upload(body: UploadRequest) -> NewUpload:
    """What the request declares."""
    checksum = Checksum(body.checksum.algorithm, body.checksum.value_base64) if body.checksum else None
    return NewUpload(
        body.filename,
        body.content_type,
        body.size_bytes,
        metadata_of(body),
        checksum,
        fingerprint=body.fingerprint,
        part_checksum_algorithm=body.part_checksum_algorithm,
        cover_of=body.cover_of,
    )


@blueprint.get("", responses={200: UploadsPage})
@compressor.compressed()
def index(query: UploadsQuery) -> Response:
    """List uploads that are not files (yet), newest first."""
    ports, who, filters = (
        ready_ports(),
        caller(),
        {"uploads": query.status, "fingerprint": query.fingerprint, "owner": caller().owner},
    )
    if who.token_id:
        filters["started_with"] = who.token_id
    after = cursors().read(query.cursor, filters)
    wanted = UploadQuery(
        who.owner, UploadStatus(query.status), fingerprint=query.fingerprint, after=after, limit=query.limit
    )
    found = list_uploads(ports, who, wanted)
    cursor = cursors().make(found, query.limit, Sort.NEWEST, filters)
    return answer(UploadsPage(uploads=[upload_answer(upload) for upload in found], next_cursor=cursor))


@blueprint.get("/<id:upload_id>", responses={200: UploadAnswer} | problems(NotFound))
def show(path: UploadPath) -> Response:
    """See where an upload stands, and which of its parts the store has."""
    return answer(upload_answer(*look_at(ready_ports(), caller(), path.upload_id)))


@blueprint.post("/<id:upload_id>/urls", responses={200: UrlsAnswer} | BODY | LIVE_UPLOAD)
def urls(path: UploadPath, body: UrlsRequest) -> Response:
    """Get fresh URLs for a live upload: its PUT, or up to 1000 of its parts."""
    upload, transfer = renew_urls(ready_ports(), caller(), path.upload_id, wanted_parts(body))
    renewed = UrlsAnswer(
        upload_id=upload.upload_id,
        expires_at=upload.expires_at,
        server_time=now(),
        transfer=transfer_answer(upload, transfer),
    )
    return answer(renewed)


def wanted_parts(body: UrlsRequest) -> list[PartWish] | None:
    """The parts that the request names, if it names any."""
    if body.parts is not None:
        return [PartWish(part.part_number, part.checksum_base64) for part in body.parts]
    return None if body.part_numbers is None else [PartWish(number) for number in body.part_numbers]


@blueprint.post("/<id:upload_id>/confirm", responses={200: FileAnswer} | BODY | LIVE_UPLOAD)
def confirm_(path: UploadPath, body: ConfirmRequest) -> Response:
    """Say that the bytes are sent; they are verified in the store, and the file is recorded. Repeat at will.

    Of a cover the answer is the file that has it now.
    """
    sent = None if body.parts is None else [(part.part_number, part.etag) for part in body.parts]
    file = confirm_upload(ready_ports(), caller(), path.upload_id, metadata_of(body), sent)
    return answer(file_answer(file, caller()))


@blueprint.delete("/<id:upload_id>", responses={204: None} | LIVE_UPLOAD)
def abort(path: UploadPath) -> Response:
    """Give up an upload and remove what was sent of it."""
    abort_upload(ready_ports(), caller(), path.upload_id)
    return Response(status=204)
