"""A request that has its answer, as the server saw it, and who is told of it: the request log and the metrics."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from service.server.refusals import Refusal
from service.shared.request_facts import KEY, UNKNOWN, RequestFacts

# Anybody may send any word as a method; the others are one.
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
OTHER = "other"
NO_BODY = (204, 304)


@dataclass(frozen=True, slots=True)
class FinishedRequest:
    """A request's method, route and path are unknown if the server refused it."""

    method: str  # one of METHODS, or OTHER
    status: int
    seconds: float  # from the request's last byte, so the wait for a thread is included
    body_bytes: int  # of the answer
    address: str
    facts: RequestFacts = UNKNOWN
    in_log: bool = True  # False beyond the quota of refused requests


Observer = Callable[[FinishedRequest], None]


def answered(resp: Any, request: Any, environ: dict[str, Any]) -> FinishedRequest:
    """Return what gunicorn knows of a request that the app has answered."""
    # gunicorn does not count what it hands to sendfile.
    sent = resp.sent if resp.response_length is None else resp.response_length
    is_bare = request.method == "HEAD" or resp.status_code in NO_BODY
    return FinishedRequest(
        method=request.method if request.method in METHODS else OTHER,
        status=resp.status_code or 500,
        seconds=time.monotonic() - request.taken_at,
        body_bytes=0 if is_bare else sent,
        address=environ.get("REMOTE_ADDR", ""),
        facts=environ.get(KEY, UNKNOWN),
    )


def refused_by_server(refused: Refusal, address: str, *, in_log: bool) -> FinishedRequest:
    """Return what is known of a request that never reached the app."""
    return FinishedRequest(
        method=OTHER,
        status=refused.status,
        seconds=0.0,
        body_bytes=len(refused.body),
        address=address,
        facts=RequestFacts(request_id=refused.request_id, problem=refused.code, problems=(refused.code,)),
        in_log=in_log,
    )
