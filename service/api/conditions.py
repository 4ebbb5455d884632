"""If-None-Match on reads (304) and If-Match on edits (412)."""

from flask import Response, request

from service.errors import FileChanged


def unchanged_or(response: Response) -> Response:
    """304 without a body where the client has this very answer already."""
    # May be kept, but never used unasked: somebody else may sign in, and files come and go.
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Authorization"
    if response.get_etag()[0] is None:
        response.add_etag()
    response.make_conditional(request)
    return response


def revision_asked(file_id: str) -> int | None:
    """The revision that If-Match names; None where the header is not there, or is '*'.

    Raises FileChanged where none of its ETags is one of this file's.
    """
    if "If-Match" not in request.headers or request.if_match.star_tag:
        return None
    for etag in request.if_match.as_set():
        name, _, revision = etag.partition(".")
        if name == file_id and revision.isdecimal():
            return int(revision)
    raise FileChanged(f"If-Match names no state of file {file_id}")
