"""If-None-Match on reads (304) and If-Match on edits (412)."""

import re

from flask import Response, request

# The file, its revision, and that of what is derived from it: see files._one. What a worker adds makes no edit fail.
_OWN_ETAG = re.compile(r"(\w{26})\.([0-9]{1,9})(-[0-9]{1,9})?")


def unchanged_or(response: Response) -> Response:
    """Return 304 without a body if the client already has this answer, else the response."""
    # Browsers may keep it but must ask each time: somebody else may sign in, and files come and go.
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Authorization, Cookie"
    if response.get_etag()[0] is None:
        response.add_etag()
    response.make_conditional(request)
    return response


def revisions_asked(file_id: str) -> frozenset[int] | None:
    """Return the revisions of this file that If-Match names; None if any revision may be edited."""
    if "If-Match" not in request.headers or request.if_match.star_tag:
        return None
    # werkzeug gives None for an empty one.
    named = (_OWN_ETAG.fullmatch(etag or "") for etag in request.if_match.as_set())
    return frozenset(int(match[2]) for match in named if match and match[1] == file_id)
