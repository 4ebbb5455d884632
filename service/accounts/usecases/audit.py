"""Notes what happens to an account, so that its owner can see it."""

from service.accounts.model import AuditEvent, Origin
from service.accounts.ports import Ports

SHOWN = 50


def note(ports: Ports, user_id: str, event: str, origin: Origin | None = None, detail: str | None = None) -> None:
    """Add an event. A lost server may forget the newest ones."""
    origin = origin or Origin()
    ports.accounts.audit.add(
        AuditEvent(
            ports.new_id(),
            ports.now(),
            user_id,
            event,
            network=origin.network or None,
            user_agent=origin.user_agent or None,
            detail=detail,
        )
    )


def list_events(ports: Ports, user_id: str) -> list[AuditEvent]:
    """Return the user's newest events."""
    return ports.accounts.audit.find(user_id=user_id, limit=SHOWN)
