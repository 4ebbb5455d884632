"""What a token may do."""

from service.shared.errors import ScopeMissing
from service.shared.model import Caller

UPLOADS_WRITE = "uploads:write"
FILES_READ = "files:read"
FILES_WRITE = "files:write"
ADMIN = "admin"  # all of the others but users:admin
USERS_ADMIN = "users:admin"  # an administrator's session alone has it; it opens no files

ALL_SCOPES = (UPLOADS_WRITE, FILES_READ, FILES_WRITE)


def may(caller: Caller, scope: str) -> bool:
    """Return whether the caller has the scope."""
    return scope in caller.scopes or ADMIN in caller.scopes


def require(caller: Caller, scope: str) -> None:
    """Raise ScopeMissing if the caller lacks the scope."""
    if not may(caller, scope):
        raise ScopeMissing(f"the token needs the scope {scope!r}")
