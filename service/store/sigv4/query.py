"""Signs URLs: AWS Signature Version 4 in the query string, without network or boto3.

The result is byte-identical with botocore's `S3SigV4QueryAuth` (tests/store/test_sigv4.py), at a small part of its
cost: what is constant for a signer, a bucket, a set of header names or a day is computed once.
Steps: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Final, Literal

from service.store.addresses import Endpoint, locate

MAX_EXPIRES_IN: Final = 604_800  # 7 days: SigV4's own maximum
_NOTHING: Final[Mapping[str, str]] = {}

# RFC 3986 unreserved. urllib.parse.quote gives the same text, but more slowly than all the hashing here.
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_QUOTED = [chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in range(256)]
_QUOTED_IN_PATH = ["/" if byte == ord("/") else text for byte, text in enumerate(_QUOTED)]
_is_plain = re.compile(r"[A-Za-z0-9._~-]*").fullmatch
_is_plain_path = re.compile(r"[A-Za-z0-9._~/-]*").fullmatch  # holds for every key that the service makes

_is_header_name = re.compile(r"[A-Za-z0-9!#$&'*+.^_`|~-]+").fullmatch

# botocore silently leaves these unsigned, because clients and proxies change them (and the signer sets host). A caller
# that passes one means to bind it, so it is refused: a URL that silently does not bind it would be worse.
_is_unsignable = re.compile(
    "baggage|connection|expect|host|keep-alive|proxy-authenticate|proxy-authorization|te|traceparent|tracestate"
    "|trailer|transfer-encoding|upgrade|user-agent|x-amzn-trace-id"
).fullmatch


@dataclass(frozen=True, slots=True)
class Credentials:
    access_key: str
    secret_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)


class QuerySigner:
    """Signs for one credential, endpoint and region. Threads may share it: cached values are replaced, never edited."""

    def __init__(
        self,
        credentials: Credentials,
        *,
        endpoint_url: str,
        region: str,
        addressing_style: Literal["path", "virtual"] = "path",
    ) -> None:
        self._credentials = credentials
        self._region = region
        self._endpoint = Endpoint.parse(endpoint_url, virtual=addressing_style == "virtual")
        token = credentials.session_token
        self._token_pair = "" if token is None else f"&X-Amz-Security-Token={_quote(token)}"
        self._day = self._begin_day("19700101")

    def presign(
        self,
        method: str,
        bucket: str,
        object_key: str,
        *,
        expires_in: int,
        at: datetime,
        headers: Mapping[str, str] = _NOTHING,
        params: Mapping[str, str] = _NOTHING,
    ) -> str:
        """Return the URL that lets its holder send this one request, from `at` for `expires_in` seconds.

        Host, all of `headers` and all of `params` are bound; the body only by a checksum header among `headers`.
        The key is signed as given and not normalised, as S3 does: `a/../b` is that very key.
        Raises ValueError for an `expires_in` outside 1 to 604800, a naive `at`, an empty key, a malformed bucket, a
        header that cannot be bound, or a parameter in SigV4's own name space (`X-Amz-…`).
        """
        if not 1 <= expires_in <= MAX_EXPIRES_IN:
            raise ValueError(f"expires_in must be 1 to {MAX_EXPIRES_IN} seconds, not {expires_in}")
        if not object_key:
            raise ValueError("object_key must not be empty")
        host, origin, path = locate(self._endpoint, bucket)
        path += _quote_path(object_key)
        bound = _bind(host, tuple(headers))
        stamp = timestamp(at)
        day = self._day
        if stamp[:8] != day.date:  # two threads may both see midnight: both make the same day
            day = self._day = self._begin_day(stamp[:8])

        auth = f"{day.auth_head}{stamp}&X-Amz-Expires={expires_in:d}"
        query, canonical_query = self._queries(auth, f"&X-Amz-SignedHeaders={bound.signed_names}", params)
        values = tuple([" ".join(headers[name].split()) for name in bound.names])
        canonical = f"{method.upper()}\n{path}\n{canonical_query}\n{bound.template % values}"
        mac = day.mac.copy()
        mac.update(f"AWS4-HMAC-SHA256\n{stamp}\n{day.scope}\n{sha256(canonical.encode()).hexdigest()}".encode())
        return f"{origin}{path}?{query}&X-Amz-Signature={mac.hexdigest()}"

    def _queries(self, auth: str, signed_headers: str, params: Mapping[str, str]) -> tuple[str, str]:
        """Return the query as botocore writes it (params first, token last) and as it is hashed (sorted by name)."""
        query = f"{auth}{signed_headers}{self._token_pair}"
        canonical = f"{auth}{self._token_pair}{signed_headers}"
        if not params:
            return query, canonical
        pairs = [(quoted := _quote_param_name(name), f"{quoted}={_quote(value)}") for name, value in params.items()]
        query = f"{'&'.join([pair for _, pair in pairs])}&{query}"
        # SigV4's own parameters sort as one: _quote_param_name keeps all others out of X-Amz-.
        return query, "&".join([pair for _, pair in sorted([*pairs, ("X-Amz-", canonical)])])

    def _begin_day(self, date: str) -> "_Day":
        """Derive the signing key, which SigV4 ties to a UTC date, and the texts that hold that date."""
        scope = scope_of(date, self._region)
        key = signing_key(self._credentials.secret_key, scope)
        credential = _quote(f"{self._credentials.access_key}/{scope}")
        auth_head = f"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={credential}&X-Amz-Date="
        return _Day(date, scope, auth_head, hmac.new(key, digestmod=sha256))


def scope_of(date: str, region: str) -> str:
    """Return the credential scope; the date is given as `20261121`."""
    return f"{date}/{region}/s3/aws4_request"


def signing_key(secret_key: str, scope: str) -> bytes:
    """Return the signing key of one day, region and service."""
    key = f"AWS4{secret_key}".encode()
    for step in scope.split("/"):
        key = hmac.digest(key, step.encode(), "sha256")
    return key


@dataclass(frozen=True, slots=True)
class _Day:
    date: str
    scope: str
    auth_head: str
    mac: hmac.HMAC  # the day's key is taken in already: signing starts from a copy


@dataclass(frozen=True, slots=True)
class _BoundHeaders:
    names: tuple[str, ...]  # as the caller writes them, in the order of `template`
    signed_names: str
    template: str  # the canonical request from its headers on, a %s for each value


@lru_cache(maxsize=256)
def _bind(host: str, names: tuple[str, ...]) -> _BoundHeaders:
    by_lower = {name.lower(): name for name in names}
    if len(by_lower) < len(names):
        raise ValueError(f"a header is given twice: {', '.join(names)}")
    for name in names:
        if not _is_header_name(name) or _is_unsignable(name.lower()):
            raise ValueError(f"header cannot be bound by a presigned URL: {name!r}")
    lower = sorted([*by_lower, "host"])
    lines = [f"host:{host}\n" if name == "host" else f"{name}:%s\n" for name in lower]
    template = f"{''.join(lines)}\n{';'.join(lower)}\nUNSIGNED-PAYLOAD"
    return _BoundHeaders(tuple(by_lower[n] for n in lower if n != "host"), _quote(";".join(lower)), template)


@lru_cache(maxsize=256)
def _quote_param_name(name: str) -> str:
    if not name or name.startswith("X-Amz-"):
        raise ValueError(f"not a parameter to sign: {name!r}")
    return _quote(name)


def _quote(text: str) -> str:
    return text if _is_plain(text) else "".join([_QUOTED[byte] for byte in text.encode()])


def _quote_path(text: str) -> str:
    return text if _is_plain_path(text) else "".join([_QUOTED_IN_PATH[byte] for byte in text.encode()])


def timestamp(at: datetime) -> str:
    """Return `20261121T092152Z`. strftime, isoformat or an f-string take twice as long."""
    if at.tzinfo is not UTC:
        if at.utcoffset() is None:
            raise ValueError("at must be an aware datetime")
        at = at.astimezone(UTC)
    parts = (at.year, at.month, at.day, at.hour, at.minute, at.second)
    return "%04d%02d%02dT%02d%02d%02dZ" % parts  # noqa: UP031 - the quickest, and this is in every URL
