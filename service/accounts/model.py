"""Who is signed in, as plain data."""

from dataclasses import dataclass
from datetime import datetime

from service.shared.model import Caller


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is signed in by a cookie."""

    digest: str  # of the id, which nobody but the browser knows
    caller: Caller
    expires_at: datetime
