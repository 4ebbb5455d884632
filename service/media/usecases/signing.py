"""Signs the URLs of derived objects."""

from typing import NamedTuple

from service.media.ports import Ports
from service.store.model import PresignedRequest, ReadMethod


class DerivedObject(NamedTuple):
    """One version of an object below derived/."""

    bucket: str
    object_key: str
    version_id: str | None  # None in a store without versions
    content_type: str


def sign_derived(
    ports: Ports, stored: DerivedObject, expires_in: int, *, method: ReadMethod = "GET", is_cached: bool = False
) -> PresignedRequest:
    """Return a GET or HEAD of that version. `is_cached`: browsers keep the answer as long as the URL lives."""
    params = {"response-content-type": stored.content_type, "response-content-disposition": "inline"}
    if stored.version_id:
        params["versionId"] = stored.version_id
    if is_cached:
        params["response-cache-control"] = f"private, max-age={expires_in}"
    return ports.objects.presign_get(
        stored.bucket, stored.object_key, params=params, at=ports.now(), expires_in=expires_in, method=method
    )
