"""Signs the URLs and forms that leave the service with the two least-privilege credentials, without network."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from service.shared.errors import NotReady
from service.store.checks.probe import SigningPair, signer
from service.store.model import PresignedPost, PresignedRequest, ReadMethod
from service.store.settings import StoreSettings
from service.store.sigv4.post import PostSigner
from service.store.sigv4.query import QuerySigner

_NOTHING: Mapping[str, str] = {}


class S3Urls:
    """The presign methods of the ObjectStore port. They raise NotReady before `sign_with`."""

    def __init__(self, settings: StoreSettings) -> None:
        self._settings = settings
        self._put_signer: QuerySigner | None = None
        self._post_signer: PostSigner | None = None
        self._get_signer: QuerySigner | None = None

    def sign_with(self, signing: SigningPair) -> None:
        """Sign with these credentials from now on, for the address that browsers use."""
        settings = self._settings
        self._put_signer = signer(settings, signing.upload, settings.public_endpoint)
        self._get_signer = signer(settings, signing.download, settings.public_endpoint)
        self._post_signer = PostSigner(
            signing.upload,
            endpoint_url=settings.public_endpoint,
            region=settings.minio_region,
            addressing_style=settings.minio_addressing_style,
        )

    def presign_put(
        self, bucket: str, object_key: str, *, headers: Mapping[str, str], at: datetime, expires_in: int
    ) -> PresignedRequest:
        return self._put(bucket, object_key, headers, _NOTHING, at, expires_in)

    def presign_part(
        self,
        bucket: str,
        object_key: str,
        store_upload_id: str,
        part_number: int,
        *,
        headers: Mapping[str, str],
        at: datetime,
        expires_in: int,
    ) -> PresignedRequest:
        params = {"partNumber": str(part_number), "uploadId": store_upload_id}
        return self._put(bucket, object_key, headers, params, at, expires_in)

    def _put(
        self,
        bucket: str,
        object_key: str,
        headers: Mapping[str, str],
        params: Mapping[str, str],
        at: datetime,
        expires_in: int,
    ) -> PresignedRequest:
        if self._put_signer is None:
            raise NotReady("the store is not prepared yet")
        url = self._put_signer.presign(
            "PUT", bucket, object_key, expires_in=expires_in, at=at, headers=headers, params=params
        )
        return PresignedRequest("PUT", url, headers, _expires_at(at, expires_in))

    def presign_get(
        self,
        bucket: str,
        object_key: str,
        *,
        params: Mapping[str, str],
        at: datetime,
        expires_in: int,
        method: ReadMethod = "GET",
    ) -> PresignedRequest:
        if self._get_signer is None:
            raise NotReady("the store is not prepared yet")
        url = self._get_signer.presign(method, bucket, object_key, expires_in=expires_in, at=at, params=params)
        return PresignedRequest(method, url, {}, _expires_at(at, expires_in))

    def presign_post(
        self,
        bucket: str,
        object_key: str,
        *,
        fields: Mapping[str, str],
        min_size_bytes: int,
        max_size_bytes: int,
        at: datetime,
        expires_in: int,
    ) -> PresignedPost:
        if self._post_signer is None:
            raise NotReady("the store is not prepared yet")
        url, signed = self._post_signer.presign(
            bucket,
            object_key,
            fields=fields,
            min_size_bytes=min_size_bytes,
            max_size_bytes=max_size_bytes,
            expires_in=expires_in,
            at=at,
        )
        return PresignedPost(url, signed, _expires_at(at, expires_in))


def _expires_at(at: datetime, expires_in: int) -> datetime:
    # X-Amz-Date has whole seconds, so the URL dies on a whole second too.
    return at.replace(microsecond=0) + timedelta(seconds=expires_in)
