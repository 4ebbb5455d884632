"""Uppy 6's `signRequest`: bytes go to the store by signed URLs, all else comes to addresses of our own.

Uppy then believes that it creates, lists and completes in the store. It speaks to companion_calls.py instead, which
knows our upload by our id and completes it as every other is completed: the store's own Complete would make a file of
whatever parts there are.
"""

import re

from service.companion.api.metadata import file_to_come
from service.companion.api.s3_calls import call_url
from service.companion.api.schemas import PresignAnswer, PresignRequest
from service.companion.usecases import parts, uploads
from service.shared.api.headers import unforbidden
from service.shared.errors import BadRequest
from service.shared.model import Caller
from service.store.model import PresignedPost
from service.uploads.ports import Ports

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-(?=.)", re.IGNORECASE)
# What Uppy does with an upload, by method: our name for it.
_CALLS = {"GET": "list", "POST": "complete", "DELETE": "abort"}


def presigned(ports: Ports, caller: Caller, wanted: PresignRequest) -> PresignAnswer:
    """The answer to one request. Raises BadRequest for one that Uppy never makes, and what its use case raises."""
    if wanted.uploadId is None:
        return _start(ports, caller, wanted)
    if wanted.method == "PUT":
        if wanted.partNumber is None:
            raise BadRequest("a part is signed by its partNumber")
        signed = parts.sign_parts(ports, caller, wanted.uploadId, wanted.key, [wanted.partNumber])
        return PresignAnswer(url=signed[wanted.partNumber].url)
    upload = parts.own_multipart(ports, caller, wanted.uploadId, wanted.key)
    return PresignAnswer(url=call_url(_CALLS[wanted.method], upload))


def _start(ports: Ports, caller: Caller, wanted: PresignRequest) -> PresignAnswer:
    filename = wanted.filename or _UUID.sub("", wanted.key.rpartition("/")[2], count=1) or wanted.key
    file = file_to_come(filename, wanted.contentType or "", wanted.metadata)
    if wanted.method == "POST":
        upload = uploads.start_multipart(ports, caller, file)
        return PresignAnswer(url=call_url("create", upload), key=upload.object_key)
    if wanted.method != "PUT":
        raise BadRequest(f"{wanted.method} needs the uploadId of an upload in parts")
    upload, sent_by = uploads.start_single(ports, caller, file, sends_headers=True)
    if isinstance(sent_by, PresignedPost):
        return PresignAnswer(url=sent_by.url, key=upload.object_key, fields=dict(sent_by.fields))
    return PresignAnswer(url=sent_by.url, key=upload.object_key, headers=unforbidden(sent_by.headers))
