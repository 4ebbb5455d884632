"""How many calls of a kind a caller, or an address, may make in a time: `starts=600/minute`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, cast, get_args

# What is limited. The views of a blueprint that count are named where it is made.
Limited = Literal["starts", "confirms", "downloads", "tokens"]
STARTS: Limited = "starts"
CONFIRMS: Limited = "confirms"
DOWNLOADS: Limited = "downloads"
TOKENS: Limited = "tokens"
# Whose calls are counted together.
Scope = Literal["caller", "address"]

_WINDOWS_S = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
_LIMIT = re.compile(rf"({'|'.join(get_args(Limited))})=([1-9][0-9]{{0,8}})/({'|'.join(_WINDOWS_S)})")


@dataclass(frozen=True, slots=True)
class CallLimit:
    """So many calls in each window. Windows begin at whole multiples of their length, for everybody at once."""

    amount: int
    window_s: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands against a limit, after a call was counted."""

    name: str  # of the policy, in the headers
    limit: CallLimit
    remaining: int
    reset_s: int  # until the window ends
    is_exceeded: bool


def limits_in(texts: Iterable[str]) -> dict[Limited, CallLimit]:
    """Return the limits of a setting. Raises ValueError for a text that is none, or names a kind twice."""
    limits: dict[Limited, CallLimit] = {}
    for text in texts:
        match = _LIMIT.fullmatch(text)
        if match is None:
            kinds = ", ".join(get_args(Limited))
            raise ValueError(f"{text[:80]!r} is no limit: write starts=600/minute, with one of {kinds}")
        kind = cast(Limited, match[1])
        if kind in limits:
            raise ValueError(f"names {kind} twice")
        limits[kind] = CallLimit(int(match[2]), _WINDOWS_S[match[3]])
    return limits
