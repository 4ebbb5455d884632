"""/v1/uploads: start, list, show, get new URLs, confirm, abort."""

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
from service.shared.call_limits import CONFIRMS, STARTS
from service.shared.errors import NotFound
from service.shared.scopes import UPLOADS_WRITE
from service.uploads.api.cursors import cursors
from service.uploads.api.ports import ready_ports
from service.uploads.api.reading import new_upload, requested_parts
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
from service.uploads.model import UploadStatus
from service.uploads.queries import Sort, UploadQuery
from service.uploads.usecases.confirming.complete_parts import SentPart
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.starting.abort import abort_upload
from service.uploads.usecases.starting.read import inspect_upload, list_uploads
from service.uploads.usecases.starting.renew import renew_urls
from service.uploads.usecases.starting.start import start_upload

blueprint = secured_blueprint(
    "uploads", "/v1/uploads", tag="uploads", scopes=(UPLOADS_WRITE,), limited={"start": STARTS, "confirm_": CONFIRMS}
)


@blueprint.post("", responses={201: UploadStarted} | BODY | LIVE_UPLOAD | NEW_UPLOAD)
def start(header: StartHeaders, body: UploadRequest) -> Response:
    """Start an upload: declare a file or a cover, and get the URL to send it to."""
    upload, transfer = start_upload(ready_ports(), caller(), new_upload(body), header.idempotency_key)
    return answer(started_answer(upload, transfer, now()), 201)


@blueprint.get("", responses={200: UploadsPage})
@compressor.compressed()
def index(query: UploadsQuery) -> Response:
    """List uploads that are not (yet) files, newest first."""
    ports, who = ready_ports(), caller()
    filters = {"uploads": query.status, "fingerprint": query.fingerprint, "owner": who.owner}
    if who.token_id:
        filters["started_with"] = who.token_id
    after = cursors().read(query.cursor, filters)
    requested = UploadQuery(
        who.owner, UploadStatus(query.status), fingerprint=query.fingerprint, after=after, limit=query.limit
    )
    uploads = list_uploads(ports, who, requested)
    cursor = cursors().make(uploads, query.limit, Sort.NEWEST, filters)
    return answer(UploadsPage(uploads=[upload_answer(upload) for upload in uploads], next_cursor=cursor))


@blueprint.get("/<id:upload_id>", responses={200: UploadAnswer} | problems(NotFound))
def show(path: UploadPath) -> Response:
    """Show an upload's state, and which of its parts the store has."""
    return answer(upload_answer(*inspect_upload(ready_ports(), caller(), path.upload_id)))


@blueprint.post("/<id:upload_id>/urls", responses={200: UrlsAnswer} | BODY | LIVE_UPLOAD)
def urls(path: UploadPath, body: UrlsRequest) -> Response:
    """Get new URLs for a pending upload: its PUT, or up to 1000 of its parts."""
    upload, transfer = renew_urls(ready_ports(), caller(), path.upload_id, requested_parts(body))
    result = UrlsAnswer(
        upload_id=upload.upload_id,
        expires_at=upload.expires_at,
        server_time=now(),
        transfer=transfer_answer(upload, transfer),
    )
    return answer(result)


@blueprint.post("/<id:upload_id>/confirm", responses={200: FileAnswer} | BODY | LIVE_UPLOAD)
def confirm_(path: UploadPath, body: ConfirmRequest) -> Response:
    """Confirm that the file is sent: the service verifies it in the store and records it. Safe to repeat.

    For a cover, the answer is the file that it belongs to.
    """
    sent = None if body.parts is None else [SentPart(part.part_number, part.etag) for part in body.parts]
    file = confirm_upload(ready_ports(), caller(), path.upload_id, metadata_of(body), sent)
    return answer(file_answer(file, caller()))


@blueprint.delete("/<id:upload_id>", responses={204: None} | LIVE_UPLOAD)
def abort(path: UploadPath) -> Response:
    """Abort an upload and remove what was sent."""
    abort_upload(ready_ports(), caller(), path.upload_id)
    return Response(status=204)
