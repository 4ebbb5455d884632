"""Counts the calls that CALL_LIMITS limits."""

from flask import current_app, g

from service.shared.api.context import caller, current_ports
from service.shared.api.proxies import caller_address, network_of
from service.shared.call_limits import Limited, Scope, Standing
from service.shared.errors import RateLimited


def count_calls(kind: Limited, amount: int = 1) -> None:
    """Count so many calls of this caller. Raises RateLimited, DatabaseUnavailable; free if there are no limits."""
    limiter = current_ports().call_limiter
    if limiter is None or not amount:
        return
    # An IPv6 customer has a whole network.
    who: dict[Scope, str] = {"caller": caller().owner, "address": network_of(caller_address(current_app), 32, 64)}
    g.standings = limiter.count(kind, who, amount)
    if g.standings and g.standings[-1].is_exceeded:
        raise _refusal(g.standings[-1], amount)


def _refusal(standing: Standing, amount: int) -> RateLimited:
    limit = standing.limit
    detail = f"{standing.name}: {limit.amount} in {limit.window_s} s, and {standing.remaining} are left"
    if amount > limit.amount:
        detail += f"; {amount} at once are never possible"
    return RateLimited(detail, retry_after=standing.reset_s)
