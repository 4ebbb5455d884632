"""The way of outgoing HTTP requests: which proxy of the environment, and whose certificates.

boto3 takes both from the environment, and urllib3 takes neither; all requests must take the same way. No proxy is asked
for anything on this machine: HTTP_PROXY is often set without NO_PROXY, and to the proxy `localhost` is another machine.
"""

import os
import urllib.request
from base64 import b64encode
from urllib.parse import unquote, urlsplit

import urllib3

from service.shared.addresses import is_loopback

# In this order; the first two are botocore's.
_CERTIFICATES = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")


def proxies_for(url: str) -> dict[str, str]:
    """Return the proxies of the environment (HTTP_PROXY, HTTPS_PROXY) for the URL, none if NO_PROXY names its host."""
    parts = urlsplit(url)
    if is_loopback(parts.hostname or "") or urllib.request.proxy_bypass(parts.netloc):
        return {}
    return urllib.request.getproxies()


def store_certificates() -> str | None:
    """Return the file with the certificates of those who may sign the store's. None: the system's own."""
    return next(filter(None, map(os.environ.get, _CERTIFICATES)), None)


def new_pool(
    url: str, timeout: urllib3.Timeout, certificates: str | None = None, *, maxsize: int = 1
) -> urllib3.PoolManager:
    """Return a pool that keeps `maxsize` connections to the server of the URL, and tries nothing twice."""
    proxy = proxies_for(url).get(urlsplit(url).scheme)
    if proxy is None:
        return urllib3.PoolManager(timeout=timeout, retries=False, ca_certs=certificates, maxsize=maxsize)
    # As boto3 reads it: the scheme may be left out, and urllib3 sends a user and a password only in a header.
    address = proxy if "://" in proxy else f"http://{proxy}"
    return urllib3.ProxyManager(
        address,
        proxy_headers=_authorization(address),
        timeout=timeout,
        retries=False,
        ca_certs=certificates,
        maxsize=maxsize,
    )


def _authorization(proxy: str) -> dict[str, str]:
    parts = urlsplit(proxy)
    if not (parts.username and parts.password):
        return {}
    pair = f"{unquote(parts.username)}:{unquote(parts.password)}"
    return {"Proxy-Authorization": f"Basic {b64encode(pair.encode()).decode()}"}


def store_pool(url: str, *, read_s: float = 3, connect_s: float = 1, maxsize: int = 1) -> urllib3.PoolManager:
    """Return a pool of connections to the store."""
    return new_pool(url, urllib3.Timeout(connect=connect_s, read=read_s), store_certificates(), maxsize=maxsize)
