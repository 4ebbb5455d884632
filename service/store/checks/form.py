"""Checks whether the store accepts a form, as browsers send it without JavaScript, and Uppy if it knows no size."""

from datetime import UTC, datetime

import urllib3
from ulid import ULID

from service.shared.adapters.outgoing import store_pool
from service.shared.checks import StoreCheck
from service.store.checks.probe import BODY, SigningPair
from service.store.errors import StoreUnavailable
from service.store.port import ObjectStore
from service.store.prefixes import STAGING_PREFIX
from service.store.settings import StoreSettings
from service.store.sigv4.post import PostSigner

FORM = "form"
ALLOW = (
    "Let MINIO_UPLOAD_ACCESS_KEY send forms: VersityGW asks for s3:PutObject on the bucket itself "
    "(arn:aws:s3:::{bucket}) "
    "as well. Until then the service hands out a PUT in place of a form, and refuses where it cannot."
)


def form_check(settings: StoreSettings, signing: SigningPair, store: ObjectStore, bucket: str) -> StoreCheck:
    """Send a form to a staging key of its own, and remove the object. Raises StoreUnavailable."""
    object_key = f"{STAGING_PREFIX}/.probe/{ULID()}"
    forms = PostSigner(
        signing.upload,
        endpoint_url=settings.minio_endpoint,
        region=settings.minio_region,
        addressing_style=settings.minio_addressing_style,
    )
    url, fields = forms.presign(
        bucket,
        object_key,
        fields={"content-type": "application/octet-stream", "success_action_status": "201"},
        min_size_bytes=0,
        max_size_bytes=len(BODY),
        expires_in=60,
        at=datetime.now(UTC),
    )
    try:
        with store_pool(settings.minio_endpoint) as http:
            status = http.request("POST", url, fields={**fields, "file": ("probe", BODY)}, redirect=False).status
    except urllib3.exceptions.HTTPError as error:
        raise StoreUnavailable(f"no answer from the store to the probe ({type(error).__name__})") from error
    finally:
        store.purge(bucket, object_key)
    return StoreCheck(FORM, status in (200, 201, 204), False, f"answered {status}", ALLOW.format(bucket=bucket))
