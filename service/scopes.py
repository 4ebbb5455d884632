"""What a token may do."""

from service.errors import ScopeMissing
from service.model import Caller

UPLOADS_WRITE = "uploads:write"
FILES_READ = "files:read"
FILES_WRITE = "files:write"
ADMIN = "admin"  # all of the others

ALL_SCOPES = (UPLOADS_WRITE, FILES_READ, FILES_WRITE)


def require(caller: Caller, scope: str) -> None:
    """Raises ScopeMissing."""
    if scope not in caller.scopes and ADMIN not in caller.scopes:
        raise ScopeMissing(f"the token needs the scope {scope!r}")
