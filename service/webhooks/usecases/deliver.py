"""Delivers what is due, to one receiver at a time, so that a slow one holds up no other.

A worker leases a delivery by one conditional update. One that is killed after it sent leaves a lease that runs out: the
receiver gets it a second time, under the same id.
"""

import logging
from collections.abc import Callable
from datetime import timedelta

from service.shared.ports.collection import Add, NotAfter
from service.webhooks.model import RETENTION, Delivery
from service.webhooks.ports import Ports
from service.webhooks.ports.sender import NotTaken, WebhookSender

log = logging.getLogger(__name__)

# Longer than a sender takes.
LEASE = timedelta(seconds=60)
# Before each further try.
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 300, 1800, 7200, 18_000, 36_000, 36_000))
PAGE = 20


def deliver_due(
    ports: Ports, sender: WebhookSender, receiver_id: str, url: str, may_go_on: Callable[[], bool] = lambda: True
) -> int:
    """Try every delivery to this receiver that is due. Returns how many it took. Raises DatabaseUnavailable."""
    taken = 0
    while due := ports.deliveries.find(receiver_id=receiver_id, state="due", due_at=NotAfter(ports.now()), limit=PAGE):
        for delivery in reversed(due):
            if not may_go_on():
                return taken
            leased = _lease(ports, delivery)
            taken += leased is not None and _deliver(ports, sender, leased, url)
    return taken


def _lease(ports: Ports, delivery: Delivery) -> Delivery | None:
    """Return the delivery for this worker alone to send, or None if another worker was first."""
    expected = {"state": "due", "due_at": delivery.due_at}
    return ports.deliveries.change(delivery.delivery_id, expected, {"due_at": ports.now() + LEASE})


def _deliver(ports: Ports, sender: WebhookSender, delivery: Delivery, url: str) -> bool:
    try:
        sender.send(delivery, url, ports.now())
    except NotTaken as why:
        _postpone(ports, delivery, why)
        return False
    ports.deliveries.remove(delivery.delivery_id, {"due_at": delivery.due_at})
    return True


def _postpone(ports: Ports, delivery: Delivery, why: NotTaken) -> None:
    now, expected = ports.now(), {"state": "due", "due_at": delivery.due_at}
    what = f"{delivery.event} of file {delivery.file_id} was not taken by {delivery.origin}: {why}"
    if why.is_final or delivery.tries >= len(PAUSES):
        log.warning("%s; given up, see `flask webhook list`", what)
        changes = {"state": "failed", "expires_at": now + RETENTION}
    else:
        pause = PAUSES[delivery.tries]
        log.info("%s; again in %d s", what, pause.total_seconds())
        changes = {"due_at": now + pause}
    # Counted here and not with the lease: a killed worker is no refusal, and must not make the next pause longer.
    ports.deliveries.change(delivery.delivery_id, expected, {**changes, "tries": Add(1), "reason": str(why)})
