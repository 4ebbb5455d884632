"""/v1/uploads: start, look, fresh URL, confirm, abort."""

from flask import Response
from flask_openapi3 import APIBlueprint, Tag

from service.api.answers import FileAnswer, UploadAnswer, UploadsPage, UploadStarted, UrlsAnswer
from service.api.compression import compressor
from service.api.context import answer, caller, context, now, ready_ports, require_caller
from service.api.contract import BODY, LIVE_UPLOAD, SECURED, SECURED_CALL, problems
from service.api.rendering import file_answer, started_answer, transfer_answer, upload_answer
from service.api.requests import refuse_odd_parameters
from service.api.schemas import ConfirmRequest, StartHeaders, UploadPath, UploadRequest, UploadsQuery, UrlsRequest
from service.errors import Conflict, Gone, NotFound
from service.model import Checksum, FileMetadata, Sort, UploadStatus
from service.usecases import confirm, uploads
from service.usecases.transitions import own_upload

blueprint = APIBlueprint(
    "uploads", __name__, url_prefix="/v1/uploads", abp_tags=[Tag(name="uploads")], abp_security=SECURED, **SECURED_CALL
)
blueprint.before_request(require_caller)
blueprint.before_request(refuse_odd_parameters)


@blueprint.post("", responses={201: UploadStarted} | BODY | problems(Conflict, Gone))
def start(header: StartHeaders, body: UploadRequest) -> Response:
    """Start an upload: declare the file, get the URL for its bytes."""
    upload, transfer = uploads.start_upload(ready_ports(), caller(), new_upload(body), header.idempotency_key)
    return answer(started_answer(upload, transfer, now()), 201)


def new_upload(body: UploadRequest) -> uploads.NewUpload:
    """What the request declares."""
    checksum = Checksum(body.checksum.algorithm, body.checksum.value_base64) if body.checksum else None
    return uploads.NewUpload(body.filename, body.content_type, body.size_bytes, metadata_of(body), checksum)


@blueprint.get("", responses={200: UploadsPage})
@compressor.compressed()
def index(query: UploadsQuery) -> Response:
    """List uploads that are not files (yet), newest first."""
    ports, who, filters = ready_ports(), caller(), {"uploads": query.status, "owner": caller().owner}
    after = context().cursors.read(query.cursor, filters)
    found = uploads.list_uploads(ports, who, UploadStatus(query.status), after=after, limit=query.limit)
    cursor = context().cursors.make(found, query.limit, Sort.NEWEST, filters)
    return answer(UploadsPage(uploads=[upload_answer(upload) for upload in found], next_cursor=cursor))


@blueprint.get("/<id:upload_id>", responses={200: UploadAnswer} | problems(NotFound))
def show(path: UploadPath) -> Response:
    """See where an upload stands."""
    return answer(upload_answer(own_upload(ready_ports(), caller(), path.upload_id)))


@blueprint.post("/<id:upload_id>/urls", responses={200: UrlsAnswer} | BODY | LIVE_UPLOAD)
def urls(path: UploadPath, body: UrlsRequest) -> Response:
    """Get a fresh URL for a live upload, when the first has expired."""
    upload, transfer = uploads.renew_url(ready_ports(), caller(), path.upload_id)
    renewed = UrlsAnswer(
        upload_id=upload.upload_id,
        expires_at=upload.expires_at,
        server_time=now(),
        transfer=transfer_answer(upload.kind, transfer),
    )
    return answer(renewed)


@blueprint.post("/<id:upload_id>/confirm", responses={200: FileAnswer} | BODY | LIVE_UPLOAD)
def confirm_(path: UploadPath, body: ConfirmRequest) -> Response:
    """Say that the bytes are sent; they are verified in the store, and the file is recorded. Repeat at will."""
    file = confirm.confirm_upload(ready_ports(), caller(), path.upload_id, metadata_of(body))
    return answer(file_answer(file))


@blueprint.delete("/<id:upload_id>", responses={204: None} | LIVE_UPLOAD)
def abort(path: UploadPath) -> Response:
    """Give up an upload and remove what was sent of it."""
    uploads.abort_upload(ready_ports(), caller(), path.upload_id)
    return Response(status=204)


def metadata_of(body: FileMetadata) -> FileMetadata:
    """The metadata alone, without what else the request carries."""
    return FileMetadata(**{name: getattr(body, name) for name in FileMetadata.model_fields})
