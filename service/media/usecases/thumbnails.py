"""Signs the URL of a file's thumbnail."""

from service.media.errors import ThumbnailMissing
from service.media.ports import Ports
from service.media.usecases.signing import DerivedObject, sign_derived
from service.media.usecases.view import readable_file
from service.shared.model import Caller
from service.store.model import PresignedRequest, ReadMethod
from service.uploads.derived import Thumbnail
from service.uploads.model import Upload
from service.uploads.thumbnails import is_picture, own_thumbnail
from service.uploads.usecases.covers import find_cover
from service.uploads.usecases.files.download import DownloadOptions, presign_download, url_lifetime

# Lists show the same pictures again and again, so browsers keep both the redirect and the picture.
URL_EXPIRES_IN = 3600
_TYPES = {"webp": "image/webp", "jpg": "image/jpeg"}


def sign_thumbnail(
    ports: Ports, caller: Caller, file_id: str, width: int, method: ReadMethod
) -> tuple[PresignedRequest, int]:
    """Return the request that fetches the picture in that width or the next larger one, and the seconds that it lives.

    It shows a picture itself; of other files the cover if there is one, else a frame of the film or the first page.
    Raises ThumbnailMissing, FileNotFound, FileQuarantined.
    """
    file = readable_file(ports, caller, file_id)
    lifetime = url_lifetime(ports, caller, file, DownloadOptions(expires_in=URL_EXPIRES_IN))
    own = own_thumbnail(file)
    if file.cover_id and not (own and is_picture(file)):
        return _sign_cover(ports, caller, file, width, method, lifetime), lifetime
    if own is None:
        raise ThumbnailMissing(f"file {file_id} has no thumbnail")
    return _sign(ports, file, own, width, method, lifetime), lifetime


def _sign_cover(
    ports: Ports, caller: Caller, file: Upload, width: int, method: ReadMethod, lifetime: int
) -> PresignedRequest:
    cover = find_cover(ports, file)
    if thumbnail := own_thumbnail(cover):
        return _sign(ports, cover, thumbnail, width, method, lifetime)
    cached = f"private, max-age={lifetime}"
    options = DownloadOptions(inline=True, expires_in=lifetime, cache_control=cached, method=method)
    return presign_download(ports, caller, cover, options)


def _sign(
    ports: Ports, file: Upload, thumbnail: Thumbnail, width: int, method: ReadMethod, lifetime: int
) -> PresignedRequest:
    widths = sorted(map(int, thumbnail.versions))
    chosen = next((each for each in widths if each >= width), widths[-1])
    stored = DerivedObject(
        thumbnail.bucket or file.bucket,
        f"{thumbnail.prefix}{chosen}.{thumbnail.extension}",
        thumbnail.versions[str(chosen)],
        _TYPES[thumbnail.extension],
    )
    return sign_derived(ports, stored, lifetime, method=method, is_cached=True)
