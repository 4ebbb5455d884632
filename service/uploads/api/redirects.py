"""Redirects to the store. Players, link checkers and download managers request them by HEAD first."""

from flask import Response, request

from service.store.model import PresignedRequest, ReadMethod


def read_method() -> ReadMethod:
    """Return the method to sign the URL for: a client follows a redirect with the method that it began with."""
    return "HEAD" if request.method == "HEAD" else "GET"


def redirect_to(signed: PresignedRequest) -> Response:
    """Return a redirect that no cache keeps."""
    return Response(status=302, headers={"Location": signed.url, "Cache-Control": "no-store"})
