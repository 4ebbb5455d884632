"""Answers the S3 calls that Uppy 6 makes by itself: create, list, complete, abort.

The address of each call is its own permission, like a presigned URL of the store: signed, for one call on one upload,
valid for some minutes. The XML is only what Uppy reads and writes.
"""

import re
from dataclasses import dataclass
from xml.sax.saxutils import escape

from flask import Blueprint, Response, request
from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer

from service.companion.api.ports import ready_ports
from service.companion.usecases import parts, uploads
from service.shared.api.context import context, now
from service.shared.api.origins import own_origin
from service.shared.api.problems import render
from service.shared.errors import BadRequest, MoodropError, RouteNotFound
from service.shared.model import Caller
from service.shared.scopes import UPLOADS_WRITE
from service.store.limits import MAX_PARTS
from service.store.model import StoredPart
from service.store.places import bucket_name
from service.uploads.model import Upload
from service.uploads.usecases.confirming.complete_parts import SentPart

blueprint = Blueprint("companion_calls", __name__, url_prefix="/s3/calls")

# Uppy sends the request as soon as it has the address.
LIFETIME_S = 300
# Exactly this text: with '; charset' after it, Uppy shows no code.
_XML = "application/xml"
_PART = re.compile(r"<Part><PartNumber>([1-9][0-9]{0,4})</PartNumber><ETag>([^<>]{1,200})</ETag></Part>")


@dataclass(frozen=True, slots=True)
class _Call:
    name: str
    upload_id: str
    caller: Caller


def call_url(name: str, upload: Upload) -> str:
    """Return the address of one call on that upload: create, list, complete or abort."""
    signed = _serializer().dumps([name, upload.upload_id, upload.owner])
    return f"{own_origin(context().settings)}/s3/calls/{signed}"


class _Signer(TimestampSigner):
    """Uses the service's own clock."""

    def get_timestamp(self) -> int:
        return int(now().timestamp())


def _serializer() -> URLSafeTimedSerializer:
    # itsdangerous signs with the last of several keys.
    keys = [*reversed(ready_ports().keyring.derive("companion-calls"))]
    return URLSafeTimedSerializer(keys, salt="call", signer=_Signer)


def _allowed(signed: str, *names: str) -> _Call:
    """Return the call of a signed address. Raises RouteNotFound if it is forged, too old or for another method."""
    try:
        name, upload_id, owner = _serializer().loads(signed, max_age=LIFETIME_S)
    except BadData as error:
        raise RouteNotFound("this address was not signed here, or it is too old") from error
    if name not in names:
        raise RouteNotFound(f"this address is for another call than {request.method}")
    return _Call(name, upload_id, Caller(owner, frozenset({UPLOADS_WRITE})))


@blueprint.errorhandler(MoodropError)
def _answer_error(error: MoodropError) -> Response:
    response = render(error)
    response.set_data(f"<Error><Code>{error.code}</Code><Message>{escape(error.detail)}</Message></Error>")
    response.headers["Content-Type"] = _XML
    return response


@blueprint.post("/<signed>")
def create_or_complete(signed: str) -> Response:
    """CreateMultipartUpload, whose Content-Type is the file's; CompleteMultipartUpload."""
    call = _allowed(signed, "create", "complete")
    if call.name == "create":
        content_type = request.headers.get("Content-Type", "")
        upload = uploads.open_multipart(ready_ports(), call.caller, call.upload_id, content_type)
        return _answer("InitiateMultipartUploadResult", _target(upload) + _tag("UploadId", upload.upload_id))
    ports, sent = ready_ports(), _parts(request.get_data(as_text=True))
    file = parts.complete(ports, call.caller, call.upload_id, None, sent)
    location = _tag("Location", parts.location(ports, call.caller, file))
    return _answer("CompleteMultipartUploadResult", location + _target(file) + _tag("ETag", file.etag or ""))


@blueprint.get("/<signed>")
def list_parts(signed: str) -> Response:
    """ListParts, all pages at once."""
    call = _allowed(signed, "list")
    stored = parts.list_parts(ready_ports(), call.caller, call.upload_id, None)
    return _answer("ListPartsResult", _tag("UploadId", call.upload_id) + "".join(map(_part, stored)))


@blueprint.delete("/<signed>")
def abort(signed: str) -> Response:
    """AbortMultipartUpload."""
    call = _allowed(signed, "abort")
    parts.give_up(ready_ports(), call.caller, call.upload_id, None)
    return Response(status=204)


def _parts(body: str) -> list[SentPart]:
    """Return the parts that Uppy names. Raises BadRequest if Uppy did not write the body."""
    sent = [SentPart(int(number), etag) for number, etag in _PART.findall(body)]
    left = _PART.sub("", body)
    if left != "<CompleteMultipartUpload></CompleteMultipartUpload>" or not 1 <= len(sent) <= MAX_PARTS:
        raise BadRequest("the body is not a CompleteMultipartUpload as Uppy writes it")
    return sent


def _part(part: StoredPart) -> str:
    facts = (("PartNumber", part.part_number), ("ETag", part.etag), ("Size", part.size_bytes))
    return f"<Part>{''.join(_tag(name, value) for name, value in facts)}</Part>"


def _target(upload: Upload) -> str:
    return _tag("Bucket", bucket_name(upload.bucket)) + _tag("Key", upload.object_key)


def _tag(name: str, value: object) -> str:
    return f"<{name}>{escape(str(value))}</{name}>"


def _answer(name: str, content: str) -> Response:
    response = Response(f'<?xml version="1.0" encoding="UTF-8"?><{name}>{content}</{name}>', content_type=_XML)
    response.headers["Cache-Control"] = "no-store"
    return response
