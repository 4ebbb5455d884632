"""The blueprint of calls that need a caller. Its maker declares the scopes of each call."""

from collections.abc import Collection, Mapping
from typing import Any

from flask_openapi3 import APIBlueprint

from service.shared.errors import ScopeMissing
from service.shared.model import Caller
from service.shared.scopes import ADMIN


class SecuredBlueprint(APIBlueprint):
    """A blueprint that knows the minimum scopes of its calls; made by `secured_blueprint` alone.

    The use cases still decide: they require the same scope, and more if it depends on the request.
    """

    def __init__(
        self,
        name: str,
        import_name: str,
        *,
        scopes: Collection[str],
        call_scopes: Mapping[str, Collection[str]],
        writing_reads: Collection[str],
        **options: Any,
    ) -> None:
        super().__init__(name, import_name, **options)
        self.scopes = scopes
        self.call_scopes = call_scopes
        self.writing_reads = writing_reads

    def scopes_of(self, view: str) -> Collection[str]:
        """Return the scopes of which a caller needs one. Raises LookupError if none is declared for this view."""
        scopes = self.call_scopes.get(view, self.scopes)
        if not scopes:
            raise LookupError(f"{self.name}.{view} declares no scope")
        return scopes

    def require_scope(self, view: str, caller: Caller) -> None:
        """Raise ScopeMissing if the caller has none of the scopes of this view."""
        scopes = self.scopes_of(view)
        if caller.scopes.isdisjoint((*scopes, ADMIN)):
            raise ScopeMissing(f"the token needs the scope {' or '.join(map(repr, scopes))}")


def name_of_view(endpoint: str | None) -> str:
    """Return the name of the view within its blueprint."""
    return (endpoint or "").rpartition(".")[2]
