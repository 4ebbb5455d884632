"""/v1/files/{file_id}/thumbnail: a small picture of any file that has one."""

from flask import Response

from service.media.api.ports import ready_ports
from service.media.api.schemas import FilePath, ThumbnailQuery
from service.media.usecases.thumbnails import sign_thumbnail
from service.shared.api.blueprints import secured_blueprint
from service.shared.api.context import caller
from service.shared.api.contract import problems
from service.shared.api.redirects import read_method, redirect_to
from service.shared.errors import NotFound
from service.shared.scopes import FILES_READ

blueprint = secured_blueprint("thumbnails", "/v1/files", tag="media", scopes=(FILES_READ,))


@blueprint.get("/<id:file_id>/thumbnail", responses={302: None} | problems(NotFound))
def show(path: FilePath, query: ThumbnailQuery) -> Response:
    """Redirect to a small picture of a file: its own, its cover, a frame of the film, or the first page."""
    signed, lifetime = sign_thumbnail(ready_ports(), caller(), path.file_id, query.width, read_method())
    return redirect_to(signed.url, url_lifetime=lifetime)
