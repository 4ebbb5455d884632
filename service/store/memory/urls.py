"""Issues the URLs and forms of the store in memory: `memory:` and a number, with what was signed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from service.store.model import PresignedPost, PresignedRequest, ReadMethod


@dataclass(frozen=True, slots=True)
class IssuedRequest:
    """The request that a URL was signed for."""

    method: str
    bucket: str
    object_key: str
    headers: Mapping[str, str]
    params: Mapping[str, str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class IssuedForm:
    """The request that a form was signed for."""

    bucket: str
    fields: Mapping[str, str]
    sizes: range
    expires_at: datetime


# Shared by all stores in this process, so that each recognizes its own URLs.
_NUMBERS = count()


class MemoryUrls:
    """The presign methods of the ObjectStore port."""

    def __init__(self) -> None:
        self._issued: dict[str, IssuedRequest] = {}
        self._forms: dict[str, IssuedForm] = {}

    def has_issued(self, url: str) -> bool:
        """Return whether it signed that URL."""
        return url in self._issued

    def issued_for(self, url: str) -> IssuedRequest:
        """Return the request that one of its URLs was signed for."""
        return self._issued[url]

    def presign_put(
        self, bucket: str, object_key: str, *, headers: Mapping[str, str], at: datetime, expires_in: int
    ) -> PresignedRequest:
        return self._issue("PUT", bucket, object_key, headers, {}, at + timedelta(seconds=expires_in))

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
        bound = {**fields, "key": object_key}
        expires_at = at + timedelta(seconds=expires_in)
        url = f"memory:{next(_NUMBERS)}/"
        self._forms[url] = IssuedForm(bucket, bound, range(min_size_bytes, max_size_bytes + 1), expires_at)
        return PresignedPost(url, bound, expires_at)

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
        return self._issue(method, bucket, object_key, {}, params, at + timedelta(seconds=expires_in))

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
        return self._issue("PUT", bucket, object_key, headers, params, at + timedelta(seconds=expires_in))

    def _issue(
        self,
        method: str,
        bucket: str,
        object_key: str,
        headers: Mapping[str, str],
        params: Mapping[str, str],
        expires_at: datetime,
    ) -> PresignedRequest:
        url = f"memory:{next(_NUMBERS)}"
        self._issued[url] = IssuedRequest(method, bucket, object_key, headers, params, expires_at)
        return PresignedRequest(method, url, headers, expires_at)
