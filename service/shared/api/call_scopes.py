"""Lists the minimum scope of each call, so that a token without it is refused before the body is read.

The use cases still decide: they require the same scope, and more if it depends on the request.
"""

from service.shared.errors import ScopeMissing
from service.shared.model import Caller
from service.shared.scopes import (
    ADMIN,
    FILES_READ,
    FILES_WRITE,
    UPLOADS_WRITE,
)

_OF_BLUEPRINTS = {
    "uploads": (UPLOADS_WRITE,),
    "companion": (UPLOADS_WRITE,),
    "upload_tokens": (UPLOADS_WRITE,),
    "files": (FILES_READ,),
    "covers": (FILES_READ,),
}
_OF_CALLS = {
    "batches.start_many": (UPLOADS_WRITE,),
    "batches.confirm_many": (UPLOADS_WRITE,),
    "batches.download_many": (FILES_READ,),
    "files.edit": (FILES_WRITE,),
    "files.delete": (FILES_WRITE,),
    "covers.remove": (FILES_WRITE,),
    "seed.upload_url": (UPLOADS_WRITE,),
    "seed.download_url": (FILES_READ,),
    # Either scope may be enough: it depends on whether the key has a file already.
    "seed.add_song": (UPLOADS_WRITE, FILES_WRITE),
    "seed.list_songs": (FILES_READ,),
}


def scopes_of(endpoint: str) -> tuple[str, ...]:
    """Return the scopes of which a caller needs one. Raises KeyError for an unlisted call, which is then refused."""
    return _OF_CALLS.get(endpoint) or _OF_BLUEPRINTS[endpoint.partition(".")[0]]


def require_scope_of(endpoint: str, caller: Caller) -> None:
    """Raises ScopeMissing."""
    wanted = scopes_of(endpoint)
    if caller.scopes.isdisjoint((*wanted, ADMIN)):
        raise ScopeMissing(f"the token needs the scope {' or '.join(map(repr, wanted))}")
