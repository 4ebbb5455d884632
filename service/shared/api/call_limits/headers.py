"""Tells the caller of a counted call how much of each limit is left, one policy per limit.

The headers are those of draft-ietf-httpapi-ratelimit-headers.
"""

from flask import Flask, Response, g

from service.shared.call_limits import Standing

POLICY, STANDING = "RateLimit-Policy", "RateLimit"


def register_call_limits(app: Flask) -> None:
    """Add the headers to the answer of every counted call."""
    app.after_request(_show_standings)


def _show_standings(response: Response) -> Response:
    standings: list[Standing] = g.get("standings", [])
    if standings:
        policies = (f'"{one.name}";q={one.limit.amount};w={one.limit.window_s}' for one in standings)
        left = (f'"{one.name}";r={one.remaining};t={one.reset_s}' for one in standings)
        response.headers[POLICY], response.headers[STANDING] = ", ".join(policies), ", ".join(left)
    return response
