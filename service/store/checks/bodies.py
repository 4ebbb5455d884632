"""Sends bodies as large as clients send, on the public address: a proxy before the store often takes one megabyte.

Only the doctor does this, because it takes as long as such an upload does.
"""

import time
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import urllib3

from service.shared.adapters.outgoing import store_pool
from service.shared.checks import StoreCheck
from service.store.checks.probe import SigningPair, signer
from service.store.settings import StoreSettings

NAME = "body_size"
FIX = (
    "Let what stands before the store at {host} (proxy, load balancer, CDN) accept request bodies of {size} bytes, and "
    "pass them on unbuffered. In nginx: `client_max_body_size 0;` and `proxy_request_buffering off;`."
)
CHUNK = bytes(1024 * 1024)
# A line of 2 Mbit/s sends 16 MiB in this time.
LONGEST_S = 65.0
CONNECT_S = 5.0
READ_S = 30.0


def body_checks(
    settings: StoreSettings, signing: SigningPair, bucket: str, object_key: str, sizes: Collection[int]
) -> list[StoreCheck]:
    """PUT a body of each size, smallest first, until one fails. Leaves an object under the key."""
    checks = []
    with store_pool(settings.public_endpoint, connect_s=CONNECT_S, read_s=READ_S) as http:
        for size in sorted(sizes):
            problem = _put(http, settings, signing, bucket, object_key, size)
            finding = problem or f"{settings.public_endpoint} accepted a body of {size} bytes"
            fix = FIX.format(host=urlsplit(settings.public_endpoint).netloc, size=size)
            checks.append(StoreCheck(NAME, problem is None, False, finding, fix))
            if problem:
                break
    return checks


def _put(
    http: urllib3.PoolManager, settings: StoreSettings, signing: SigningPair, bucket: str, object_key: str, size: int
) -> str | None:
    """Return what went wrong, or None."""
    headers = {"content-length": str(size), "content-type": "application/octet-stream"}
    url = signer(settings, signing.upload, settings.public_endpoint).presign(
        "PUT", bucket, object_key, at=datetime.now(UTC), expires_in=60, headers=headers
    )
    body = _Body(size)
    try:
        answer = http.request("PUT", url, body=iter(body), headers=headers, redirect=False)
    except (urllib3.exceptions.HTTPError, TimeoutError) as error:
        return f"{settings.public_endpoint} broke off after {body.sent} of {size} bytes ({type(error).__name__})"
    if answer.status == 200:
        return None
    server = answer.headers.get("Server", "unknown")[:60]
    return f"{settings.public_endpoint} answered {answer.status} to a body of {size} bytes (its Server: {server})"


class _Body:
    """A body of zeros that stops when it takes too long."""

    def __init__(self, size: int) -> None:
        self.sent = 0
        self._size = size
        self._deadline = time.monotonic() + LONGEST_S

    def __iter__(self) -> Iterator[bytes]:
        while self.sent < self._size:
            if time.monotonic() > self._deadline:
                raise TimeoutError
            chunk = CHUNK[: self._size - self.sent]
            yield chunk
            self.sent += len(chunk)
