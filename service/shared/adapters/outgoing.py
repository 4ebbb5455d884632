"""The way of outgoing HTTP requests: which proxy of the environment, and whose certificates.

boto3 takes both from the environment, and urllib3 takes neither; all requests must take the same way. No proxy is asked
for anything on this machine: HTTP_PROXY is often set without NO_PROXY, and to the proxy `localhost` is another machine.
"""

import os
from urllib.parse import urlsplit

import urllib3
from botocore.utils import get_environ_proxies

from service.shared.addresses import is_loopback

# In this order; the first two are botocore's.
_CERTIFICATES = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")


def proxies_for(url: str) -> dict[str, str]:
    """Return the proxies of the environment (HTTP_PROXY, HTTPS_PROXY) for the URL, none if NO_PROXY names its host."""
    return {} if is_loopback(urlsplit(url).hostname or "") else get_environ_proxies(url)


def store_certificates() -> str | None:
    """Return the file with the certificates of those who may sign the store's. None: the system's own."""
    return next(filter(None, map(os.environ.get, _CERTIFICATES)), None)


def new_pool(url: str, timeout: urllib3.Timeout, certificates: str | None = None) -> urllib3.PoolManager:
    """Return connections to the server of the URL, on which nothing is tried twice."""
    proxy = proxies_for(url).get(urlsplit(url).scheme)
    if proxy is None:
        return urllib3.PoolManager(timeout=timeout, retries=False, ca_certs=certificates)
    return urllib3.ProxyManager(proxy, timeout=timeout, retries=False, ca_certs=certificates)


def store_pool(url: str, *, read_s: float = 3, connect_s: float = 1) -> urllib3.PoolManager:
    """Return connections for the probes of the store."""
    return new_pool(url, urllib3.Timeout(connect=connect_s, read=read_s), store_certificates())
