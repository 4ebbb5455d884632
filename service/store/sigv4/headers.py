"""Signs the service's own requests: AWS Signature Version 4 in an Authorization header.

No URL is ever signed by the service's own credential, so none can appear in a log, at the store or here. The result is
byte-identical with botocore's `S3SigV4Auth` (tests/store/test_sigv4_headers.py).
"""

import hmac
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from urllib.parse import quote

from service.store.addresses import Endpoint, locate
from service.store.sigv4.query import (
    Credentials,
    scope_of,
    signing_key,
    timestamp,
)

_NO_BODY = sha256().hexdigest()


class HeaderSigner:
    """Signs requests without a body for one credential, endpoint and region."""

    def __init__(self, credentials: Credentials, endpoint: Endpoint, region: str) -> None:
        self._credentials = credentials
        self._endpoint = endpoint
        self._region = region

    def sign(
        self,
        method: str,
        bucket: str,
        object_key: str,
        *,
        at: datetime,
        headers: Mapping[str, str],
        params: Mapping[str, str],
    ) -> tuple[str, dict[str, str]]:
        """Return the URL, which grants nothing by itself, and all headers to send, including `headers`."""
        host, origin, path = locate(self._endpoint, bucket)
        path += quote(object_key, safe="/~")
        query = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in sorted(params.items()))
        stamp = timestamp(at)
        sent = {name.lower(): value for name, value in headers.items()}
        sent |= {"x-amz-content-sha256": _NO_BODY, "x-amz-date": stamp}
        canonical = _canonical(method, path, query, {**sent, "host": host})
        url = f"{origin}{path}?{query}" if query else f"{origin}{path}"
        names = ";".join(sorted([*sent, "host"]))
        return url, {**sent, "authorization": self._authorization(stamp, names, canonical)}

    def _authorization(self, stamp: str, signed_names: str, canonical: str) -> str:
        scope = scope_of(stamp[:8], self._region)
        text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{sha256(canonical.encode()).hexdigest()}"
        key = signing_key(self._credentials.secret_key, scope)
        signature = hmac.new(key, text.encode(), sha256).hexdigest()
        credential = f"{self._credentials.access_key}/{scope}"
        return f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={signed_names}, Signature={signature}"


def _canonical(method: str, path: str, query: str, headers: Mapping[str, str]) -> str:
    lines = "".join(f"{name}:{' '.join(headers[name].split())}\n" for name in sorted(headers))
    return f"{method}\n{path}\n{query}\n{lines}\n{';'.join(sorted(headers))}\n{_NO_BODY}"


def _quoted(text: str) -> str:
    return quote(text, safe="~")
