"""Answers Uppy 6's `signRequest`: bytes go to the store by signed URLs, everything else to the service's own addresses.

Uppy believes that it creates, lists and completes in the store. In fact it calls s3_calls.py, which knows the upload by
the service's id and completes it like every other upload: the store's own Complete would make a file of whatever parts
there are.
"""

import re

from service.companion.api.metadata import file_to_come
from service.companion.api.s3_calls import call_url
from service.companion.api.schemas import PresignAnswer, PresignRequest
from service.companion.usecases import parts, uploads
from service.shared.api.call_limits.count import count_calls
from service.shared.api.headers import unforbidden
from service.shared.call_limits import STARTS
from service.shared.errors import BadRequest
from service.shared.model import Caller
from service.store.model import PresignedPost
from service.uploads.ports import Ports

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-(?=.)", re.IGNORECASE)
# The service's name for what Uppy does with an upload, by method.
_CALLS = {"GET": "list", "POST": "complete", "DELETE": "abort"}


def presigned(ports: Ports, caller: Caller, requested: PresignRequest) -> PresignAnswer:
    """Answer one request. Raises BadRequest for one that Uppy never makes, and what its use case raises."""
    if requested.uploadId is None:
        return _start(ports, caller, requested)
    if requested.method == "PUT":
        if requested.partNumber is None:
            raise BadRequest("a part is signed by its partNumber")
        signed = parts.sign_parts(ports, caller, requested.uploadId, requested.key, [requested.partNumber])
        return PresignAnswer(url=signed[requested.partNumber].url)
    upload = parts.own_multipart(ports, caller, requested.uploadId, requested.key)
    return PresignAnswer(url=call_url(_CALLS[requested.method], upload))


def _start(ports: Ports, caller: Caller, requested: PresignRequest) -> PresignAnswer:
    count_calls(STARTS)
    filename = requested.filename or _UUID.sub("", requested.key.rpartition("/")[2], count=1) or requested.key
    file = file_to_come(filename, requested.contentType or "", requested.metadata)
    if requested.method == "POST":
        upload = uploads.start_multipart(ports, caller, file)
        return PresignAnswer(url=call_url("create", upload), key=upload.object_key)
    if requested.method != "PUT":
        raise BadRequest(f"{requested.method} needs the uploadId of an upload in parts")
    upload, sent_by = uploads.start_single(ports, caller, file, sends_headers=True)
    if isinstance(sent_by, PresignedPost):
        return PresignAnswer(url=sent_by.url, key=upload.object_key, fields=dict(sent_by.fields))
    return PresignAnswer(url=sent_by.url, key=upload.object_key, headers=unforbidden(sent_by.headers))
