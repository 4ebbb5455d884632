"""Redirects to the store. Players, link checkers and download managers request them by HEAD first."""

from typing import Literal

from flask import Response, request

# The part of a URL's life in which browsers keep the redirect: with a URL of an hour, ten minutes are left at the end.
_CACHED_PART = 5 / 6


def read_method() -> Literal["GET", "HEAD"]:
    """Return the method to sign the URL for: a client follows a redirect with the method that it began with."""
    return "HEAD" if request.method == "HEAD" else "GET"


def redirect_to(url: str, *, url_lifetime: int = 0) -> Response:
    """Return a redirect. With the seconds that the URL lives, the browser keeps it for a while; no other cache does."""
    response = Response(status=302, headers={"Location": url, "Cache-Control": "no-store"})
    # A cache could answer a GET with the redirect of a HEAD, and the store refuses a HEAD's URL to a GET.
    if url_lifetime and read_method() == "GET":
        response.headers["Cache-Control"] = f"private, max-age={int(url_lifetime * _CACHED_PART)}"
        response.vary.update(("Authorization", "Cookie"))
    return response
