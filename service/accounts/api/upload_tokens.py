"""/v1/upload-tokens: an address for Uppy 6, which can send no token in a header."""

from flask import Response

from service.accounts.api.ports import ready_ports
from service.accounts.api.schemas import UploadTokenAnswer, UploadTokenRequest
from service.accounts.usecases.upload_tokens import issue_upload_token
from service.shared.api.blueprints import secured_blueprint
from service.shared.api.context import (
    answer,
    caller,
    context,
    now,
)
from service.shared.api.contract import BODY
from service.shared.api.origins import own_origin
from service.shared.call_limits import TOKENS
from service.shared.model import Grant
from service.shared.scopes import UPLOADS_WRITE

blueprint = secured_blueprint("upload_tokens", "", tag="uppy", scopes=(UPLOADS_WRITE,), limited={"create": TOKENS})


@blueprint.post("/v1/upload-tokens", responses={201: UploadTokenAnswer} | BODY)
def create(body: UploadTokenRequest) -> Response:
    """Get a short-lived upload token, and the address for Uppy that contains it."""
    asked = Grant(
        prefix=body.prefix or "",
        max_bytes=body.max_bytes,
        max_files=body.max_files,
        content_types=tuple(body.content_types or ()),
    )
    token, expires_at = issue_upload_token(ready_ports(), caller(), asked, body.expires_in, renews=body.renews)
    url = f"{own_origin(context().settings)}/u/{token}"
    made = UploadTokenAnswer(upload_token=token, companion_url=url, expires_at=expires_at, server_time=now())
    return answer(made, 201)
