"""Reads addresses from settings into the one form that browsers send in `Origin`.

Origins are compared letter by letter, so every reader of a setting must use the same form. The launcher uses this
module too, before anything is installed: standard library only.
"""

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

WEB_SCHEMES = {"http": 80, "https": 443}
# A page has no origin of these schemes: browsers send `null`, or there is no such page.
_NO_ORIGINS = frozenset(("about", "blob", "data", "file", "ftp", "javascript", "ws", "wss"))
_SCHEMES = "must begin with http:// or https://"
_is_plain = re.compile(r"[!-~]+").fullmatch
_is_scheme = re.compile(r"[a-z][a-z0-9+.-]*").fullmatch
_is_host = re.compile(r"[a-z0-9_.-]+").fullmatch


def as_origin(text: str) -> str:
    """Return the origin as a browser sends it: a web page's, or an app's, such as capacitor://localhost.

    Lower case, without a slash at the end or a default port. Raises ValueError with the reason.
    """
    parts = _split(text)
    # Only a misspelt http or https is made of these letters.
    if not _is_scheme(parts.scheme) or (parts.scheme not in WEB_SCHEMES and set(parts.scheme) <= set("https")):
        raise ValueError(_SCHEMES)
    if parts.scheme in _NO_ORIGINS:
        raise ValueError(f"{parts.scheme}: is no scheme of a page with an origin")
    return f"{parts.scheme}://{_host_and_port(parts)}"


def as_web_origin(text: str) -> str:
    """Return the origin of an http or https address. Raises ValueError with the reason."""
    origin = as_origin(text)
    if not origin.startswith(("http://", "https://")):
        raise ValueError(_SCHEMES)
    return origin


def require_web_host(text: str, example: str) -> SplitResult:
    """Return the parts of an address that may have a path. Raises ValueError with the example for a bad beginning."""
    parts = urlsplit(text)
    try:
        as_web_origin(f"{parts.scheme}://{parts.netloc}")
    except ValueError as error:
        raise ValueError(f"{error}; it must look like {example}") from error
    return parts


def is_plain(text: str) -> bool:
    """Return whether the text has only letters that an address has: ASCII, no blank, no control character."""
    return text.isascii() and text.isprintable() and " " not in text


def shown(text: str) -> str:
    """Return the address for a message, without the user and password that it may hold."""
    return repr(re.sub(r"(//|^)[^/]*@", r"\1…@", text))


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the host name or address."""
    name = host.strip("[]").lower()
    if is_ip(name):
        return ipaddress.ip_address(name).is_loopback
    return name == "localhost" or name.endswith(".localhost")


def bracketed(host: str) -> str:
    """Return the host as it stands in a URL: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host


def is_ip(text: str) -> bool:
    """Whether this is an IP address, without brackets."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _split(text: str) -> SplitResult:
    if not _is_plain(text):
        raise ValueError("has a space or a character that no URL contains (write xn--… for ü and the like)")
    if "://" not in text:
        raise ValueError(_SCHEMES)
    parts = urlsplit(text.rstrip("/"))
    if "@" in parts.netloc:
        raise ValueError("must not contain a user or a password")
    if parts.path or parts.query or parts.fragment or "?" in text or "#" in text:
        raise ValueError("must not have a path after the host")
    return parts


def _host_and_port(parts: SplitResult) -> str:
    host = parts.hostname or ""
    if parts.netloc.startswith("[") and "%" not in host:
        host = f"[{ipaddress.IPv6Address(host).compressed}]"
    elif not _is_host(host):
        raise ValueError("has no valid host name")
    port = _port(parts)
    return host if port in (None, WEB_SCHEMES.get(parts.scheme)) else f"{host}:{port}"


def _port(parts: SplitResult) -> int | None:
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise ValueError("must have a port from 1 to 65535")
    return port
