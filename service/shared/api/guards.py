"""Guards for what everybody on this machine may use, as with AUTH_MODE=open: our own page and scripts, nobody else."""

from urllib.parse import urlsplit

from flask import Flask, request

from service.shared.addresses import is_loopback
from service.shared.api.context import context
from service.shared.api.origins import is_write
from service.shared.api.requests import page_instead
from service.shared.errors import ForeignOrigin, NotLocal

# Headers that proxies add, whatever they do to Host.
_OF_PROXIES = (
    *("forwarded", "via", "x-forwarded", "x-real-ip", "x-original-", "x-client-ip", "x-cluster-client-ip"),
    *("x-proxy", "x-envoy-", "true-client-ip", "cf-", "fastly-", "x-azure-", "x-appengine-", "x-amzn-trace-id"),
)


def register_guards(app: Flask) -> None:
    """Check each request before its view, in open mode."""
    app.before_request(_keep_others_out)


def _keep_others_out() -> None:
    settings = context().settings
    if not settings.allow_open_on_network:
        _require_loopback()
    _require_own_origin(settings.page_origins)


def require_this_machine() -> None:
    """Refuse a request that another machine, a proxy or a page of another site makes."""
    _require_loopback()
    _require_own_origin(context().settings.page_origins)


def _require_loopback() -> None:
    # Empty behind a unix socket, which only this machine can reach.
    if request.remote_addr and not is_loopback(request.remote_addr):
        raise NotLocal(f"the request comes from {request.remote_addr}")
    # A proxy on this machine that rewrites Host would let the whole network in.
    if passed := _proxy_header():
        raise NotLocal(f"the request came through a proxy, as its header {passed!r} says")
    # A web site can point its own name at 127.0.0.1 (DNS rebinding) and would then count as our own page.
    host = urlsplit(f"//{request.host}").hostname or ""
    if not is_loopback(host):
        raise NotLocal(f"the request was sent to {host[:100]!r}, which is not this machine's own name")


def _proxy_header() -> str | None:
    return next((name for name, _ in request.headers if name.lower().startswith(_OF_PROXIES)), None)


def _require_own_origin(allowed: tuple[str, ...]) -> None:
    """Browsers say where a request comes from; scripts send neither header."""
    # What another app shares comes from no site (`Origin: null`), and does nothing: it is answered with the page.
    if page_instead(request.path):
        return
    origin = request.headers.get("Origin")
    own = origin in (None, request.host_url.rstrip("/")) or origin in allowed
    site = request.headers.get("Sec-Fetch-Site", "none")
    # Another port of the same host is 'same-site': not ours. Following a link here is fine.
    foreign_site = site in ("cross-site", "same-site") and origin not in allowed
    if not own or (foreign_site and not _is_navigation()):
        raise ForeignOrigin(f"the request comes from {origin or 'another site'}")


def _is_navigation() -> bool:
    reads = request.method == "GET" and not is_write()
    return reads and request.headers.get("Sec-Fetch-Mode") == "navigate"
