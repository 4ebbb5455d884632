"""Notes what happens to an account, so that its owner can see it."""

from dataclasses import replace

from service.accounts.model import AuditEvent, EventName, Origin
from service.accounts.ports import Ports

SHOWN = 50


def note(
    ports: Ports,
    user_id: str,
    event: EventName,
    origin: Origin | None = None,
    detail: str | None = None,
    *,
    actor_id: str | None = None,
) -> None:
    """Add an event of the user's account. A lost server may forget the newest ones.

    `actor_id` is the administrator who did it; None: the user, or the operator.
    """
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
            actor_id=actor_id,
        )
    )


def list_events(ports: Ports, user_id: str) -> list[AuditEvent]:
    """Return the user's newest events, without what is known of the administrators who caused some of them."""
    events = ports.accounts.audit.find(user_id=user_id, limit=SHOWN)
    return [replace(event, network=None, user_agent=None) if event.actor_id else event for event in events]
