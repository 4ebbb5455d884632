"""Tells where a store's buckets are: in the path of its address, or in its host name.

Signer, probes and the page's policy all ask here, so that a URL never names a place that the policy forbids.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from service.shared.addresses import WEB_SCHEMES, bracketed, is_ip
from service.store.settings import StoreSettings

_is_bucket = re.compile(r"[A-Za-z0-9._-]{1,255}").fullmatch
# No dots, because a wildcard certificate covers one label. boto3 then keeps the bucket in the path, too.
_is_host_label = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]").fullmatch


@dataclass(frozen=True, slots=True, eq=False)  # identity is enough as a key of locate, and quick to hash
class Endpoint:
    scheme: str
    netloc: str  # as given, for the URL
    host: str  # as the client will send it in Host: lower case, a default port left out
    base_path: str
    virtual: bool

    @classmethod
    def parse(cls, endpoint_url: str, *, virtual: bool) -> "Endpoint":
        parts = urlsplit(endpoint_url)
        if parts.scheme not in WEB_SCHEMES or not parts.hostname:
            raise ValueError(f"an endpoint is http://host or https://host, not {endpoint_url!r}")
        if parts.username is not None or parts.query or parts.fragment or "%" in parts.hostname:
            raise ValueError("an endpoint has no user, query, fragment or percent sign in its host")
        host = bracketed(parts.hostname)
        if parts.port not in (None, WEB_SCHEMES[parts.scheme]):
            host = f"{host}:{parts.port}"
        virtual = virtual and not is_ip(parts.hostname)  # an address has no subdomains
        return cls(parts.scheme, parts.netloc, host, parts.path.rstrip("/"), virtual)


def store_of(settings: StoreSettings, endpoint_url: str = "") -> Endpoint:
    """Return the address of the store; by default the one that the service itself reaches."""
    return Endpoint.parse(endpoint_url or settings.minio_endpoint, virtual=settings.minio_addressing_style == "virtual")


@lru_cache(maxsize=64)
def locate(endpoint: Endpoint, bucket: str) -> tuple[str, str, str]:
    """Return the Host header, the URL up to its path, and the path up to the key."""
    if not _is_bucket(bucket):
        raise ValueError(f"not a bucket name: {bucket!r}")
    if endpoint.virtual and _is_host_label(bucket):
        return f"{bucket}.{endpoint.host}", f"{endpoint.scheme}://{bucket}.{endpoint.netloc}", f"{endpoint.base_path}/"
    return endpoint.host, f"{endpoint.scheme}://{endpoint.netloc}", f"{endpoint.base_path}/{bucket}/"


def origins_of(endpoint: Endpoint, buckets: Iterable[str]) -> tuple[str, ...]:
    """Return the origins of all URLs of these buckets, each once."""
    return tuple(dict.fromkeys(locate(endpoint, bucket)[1] for bucket in buckets))
