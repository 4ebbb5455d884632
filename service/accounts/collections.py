"""The collections of accounts: what each holds, and its indexes, by their names for good."""

from service.accounts.model import Session
from service.shared.ports.collection import Index, Kind

SESSIONS = Kind(
    "sessions",
    Session,
    "digest",
    # The database removes a session about a minute after its end.
    (Index("expires_at", ("expires_at",), expires_after_s=0),),
    newest_by="expires_at",
)
