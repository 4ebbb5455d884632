"""Takes the caller's address from the proxies in front of the service, as far as the settings trust them."""

import logging
from ipaddress import IPv6Address, ip_address, ip_network
from threading import Event

from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix

log = logging.getLogger(__name__)

_WARNED = "proxy_warning"


def trust_proxies(app: Flask, hops: int) -> None:
    """Believe X-Forwarded-For and X-Forwarded-Proto of so many proxies, counted from the service."""
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    else:
        app.extensions[_WARNED] = Event()


def caller_address(app: Flask) -> str | None:
    """Return the address that tries are counted by. Warns once if that is a proxy's, which all people share."""
    warned = app.extensions.get(_WARNED)
    if warned and "X-Forwarded-For" in request.headers and not warned.is_set():
        warned.set()
        log.warning(
            "requests come through a proxy, and TRUSTED_PROXIES=0: to the limits on tries, all people are one. "
            "Set TRUSTED_PROXIES to the number of proxies in front of the service"
        )
    return request.remote_addr


def network_of(address: str | None, v4_bits: int, v6_bits: int) -> str:
    """Return the network of an address. A provider gives each customer a whole network of IPv6."""
    try:
        parsed = ip_address((address or "").partition("%")[0])
    except ValueError:  # a unix socket
        return "local"
    if isinstance(parsed, IPv6Address):
        parsed = parsed.ipv4_mapped or parsed
    return str(ip_network((parsed, v4_bits if parsed.version == 4 else v6_bits), strict=False))
