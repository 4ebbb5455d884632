"""gunicorn's app without one seal of the real adapter, named by TAKEN_OUT; the attack must notice."""

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from service.registry import OBJECT_STORES
from service.settings import Settings
from service.shared.ports.keyring import Keyring
from service.store.model import PresignedRequest
from service.store.s3.store import S3ObjectStore

EVIL = b"\xea" * 100


class Unbound(S3ObjectStore):
    """Signs PUTs and parts without one header, which honest clients send all the same."""

    header = ""
    tells = True

    def _put(self, bucket: str, object_key: str, headers: Mapping[str, str], *more: Any) -> PresignedRequest:
        remaining = {name: value for name, value in headers.items() if name != self.header}
        made = super()._put(bucket, object_key, remaining, *more)
        return replace(made, headers=headers) if self.tells else made


class WithoutWriteOnce(Unbound):
    header = "if-none-match"
    tells = False


class WithoutLength(Unbound):
    header = "content-length"


class WithoutType(Unbound):
    header = "content-type"


class WithoutDigest(Unbound):
    header = "x-amz-checksum-sha256"


class WithoutVersion(S3ObjectStore):
    """Signs downloads of whatever version is current."""

    def presign_get(self, bucket: str, object_key: str, *, params: Mapping[str, str], **more: Any) -> PresignedRequest:
        remaining = {name: value for name, value in params.items() if name != "versionId"}
        return super().presign_get(bucket, object_key, params=remaining, **more)


class WithoutVersioning(S3ObjectStore):
    """Its bucket keeps only one version of each object."""

    def check(self, bucket: str) -> Any:
        checks = super().check(bucket)
        self._client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
        return checks


class SwappedBeforeCopy(S3ObjectStore):
    """All seals hold; between check and copy of a staged object, its uploader replaces it."""

    def copy(self, bucket: str, source_key: str, target_key: str, **more: Any) -> Any:
        self._client.put_object(Bucket=bucket, Key=source_key, Body=EVIL, ContentType="text/html")
        return super().copy(bucket, source_key, target_key, **more)


class CopiedUnconditionally(SwappedBeforeCopy):
    """The same, with a copy that accepts any source."""

    def copy(self, bucket: str, source_key: str, target_key: str, **more: Any) -> Any:
        return super().copy(bucket, source_key, target_key, **more)

    def __init__(self, settings: Settings, keyring: Keyring) -> None:
        super().__init__(settings, keyring)
        send = self._patient_client.copy_object
        self._patient_client.copy_object = lambda **asked: send(  # type: ignore[method-assign]
            **{name: value for name, value in asked.items() if name != "CopySourceIfMatch"}
        )


class TakenBeforeComplete(S3ObjectStore):
    """All seals hold; another object takes the key before the parts become one."""

    def complete_multipart(self, bucket: str, object_key: str, *more: Any) -> bool:
        if not object_key.startswith("uploads/.probe"):
            self._client.put_object(Bucket=bucket, Key=object_key, Body=EVIL, ContentType="audio/mpeg")
        return super().complete_multipart(bucket, object_key, *more)


class CompletedUnconditionally(TakenBeforeComplete):
    """The same, with a completion that replaces it."""

    def __init__(self, settings: Settings, keyring: Keyring) -> None:
        super().__init__(settings, keyring)
        send = self._patient_client.complete_multipart_upload
        self._patient_client.complete_multipart_upload = lambda **asked: send(  # type: ignore[method-assign]
            **{name: value for name, value in asked.items() if name != "IfNoneMatch"}
        )


OBJECT_STORES["s3"] = globals()[os.environ["TAKEN_OUT"]]

from service.wsgi import app  # noqa: E402  it builds the app when it is imported

__all__ = ["app"]
