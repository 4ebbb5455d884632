"""A session, as plain data."""

from dataclasses import dataclass
from datetime import datetime

from service.shared.model import Caller


@dataclass(frozen=True, slots=True)
class Session:
    """A person who is signed in by a cookie."""

    digest: str  # of the id; only the browser knows the id
    caller: Caller
    expires_at: datetime
