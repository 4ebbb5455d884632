"""Signs the URL that downloads a file."""

from dataclasses import dataclass

from service.shared.model import Caller
from service.store.model import PresignedRequest, ReadMethod
from service.uploads import file_names
from service.uploads.errors import FileQuarantined
from service.uploads.model import Upload
from service.uploads.ports import Ports


@dataclass(frozen=True, slots=True)
class DownloadOptions:
    """How to fetch a file. `expires_in` is in seconds; None stands for the configured time."""

    inline: bool = False
    expires_in: int | None = None
    cache_control: str | None = None  # the header that the store is to send
    method: ReadMethod = "GET"


def url_lifetime(ports: Ports, caller: Caller, upload: Upload, options: DownloadOptions) -> int:
    """Return the seconds that a URL lasts: as requested, but at most the configured time for anyone but the owner.

    A URL cannot be revoked, and the owner may make a public file private again.
    """
    configured = ports.policy.download_url_expires_in
    requested = options.expires_in or configured
    return requested if upload.owner == caller.owner else min(requested, configured)


def require_no_threat(upload: Upload) -> None:
    """Raise FileQuarantined if a scanner found something in the file: nobody gets its bytes, its owner included."""
    if upload.threat:
        raise FileQuarantined(f"file {upload.upload_id} contains {upload.threat}")


def presign_download(ports: Ports, caller: Caller, upload: Upload, options: DownloadOptions) -> PresignedRequest:
    """Return a GET or HEAD of exactly the confirmed version, saved under its own name, for a caller who may read it.

    Inline only if that is safe (audio, video, raster images, PDF): HTML and SVG are always attachments.
    Raises FileQuarantined.
    """
    require_no_threat(upload)
    content_type = upload.content_type or ""
    inline = options.inline and file_names.may_show_inline(content_type)
    disposition = file_names.content_disposition("inline" if inline else "attachment", upload.filename)
    params = {"response-content-disposition": disposition, "response-content-type": content_type}
    if upload.version_id:
        params["versionId"] = upload.version_id
    if options.cache_control:
        params["response-cache-control"] = options.cache_control
    lifetime = url_lifetime(ports, caller, upload, options)
    return ports.objects.presign_get(
        upload.bucket, upload.object_key, params=params, at=ports.now(), expires_in=lifetime, method=options.method
    )
