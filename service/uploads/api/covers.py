"""/v1/files/{file_id}/cover: show and remove a file's cover, which was sent as an upload with `cover_of`."""

from dataclasses import replace

from flask import Response

from service.shared.api.blueprints import secured_blueprint
from service.shared.api.context import caller
from service.shared.api.contract import problems
from service.shared.api.redirects import read_method, redirect_to
from service.shared.errors import NotFound
from service.shared.scopes import FILES_READ, FILES_WRITE
from service.uploads.api.ports import ready_ports
from service.uploads.api.schemas.files import CoverQuery, FilePath
from service.uploads.usecases import covers
from service.uploads.usecases.files.download import DownloadOptions, presign_download, url_lifetime
from service.uploads.usecases.files.read import get_file

blueprint = secured_blueprint(
    "covers", "/v1/files", tag="files", scopes=(FILES_READ,), call_scopes={"remove": (FILES_WRITE,)}
)

# Lists show the same covers again and again, so browsers keep both the redirect and the picture.
URL_EXPIRES_IN = 3600


@blueprint.get("/<id:file_id>/cover", responses={302: None} | problems(NotFound))
def show(path: FilePath, query: CoverQuery) -> Response:
    """Redirect to the picture of a file's cover."""
    ports, who = ready_ports(), caller()
    file = get_file(ports, who, path.file_id)
    cover = covers.find_cover(ports, file, query.cover_id)
    options = DownloadOptions(inline=True, expires_in=URL_EXPIRES_IN)
    lifetime = url_lifetime(ports, who, cover, options)
    options = replace(options, cache_control=f"private, max-age={lifetime}", method=read_method())
    return redirect_to(presign_download(ports, who, cover, options).url, url_lifetime=lifetime)


@blueprint.delete("/<id:file_id>/cover", responses={204: None} | problems(NotFound))
def remove(path: FilePath) -> Response:
    """Remove a file's cover."""
    covers.remove_cover(ready_ports(), caller(), path.file_id)
    return Response(status=204)
