"""A delivery as plain data: one event for one receiver, until the receiver has taken it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from service.webhooks.events import EventType

DeliveryState = Literal["due", "failed"]
# So long a delivery can be replayed; the last of its tries comes after little more than a day.
RETENTION = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One document. It is removed once the receiver has taken it."""

    delivery_id: str  # the webhook-id: the same at every try, so that a receiver knows what it has seen
    receiver_id: str
    origin: str  # of the receiver, to be shown; its whole address may hold a secret
    event: EventType
    file_id: str
    body: str  # JSON, the same at every try
    state: DeliveryState
    due_at: datetime  # not to be tried before; while one is being tried, when another worker may
    created_at: datetime
    expires_at: datetime  # when the database removes it, taken or not
    tries: int = 0  # that the receiver did not take
    reason: str | None = None  # why it was not taken, in a few words


def delivery_id_of(event: EventType, file_id: str, state: str, receiver_id: str) -> str:
    """Return the id of the delivery that tells that receiver of that state of the file; another state has another."""
    name = f"{event}\n{file_id}\n{state}\n{receiver_id}"
    return f"msg_{hashlib.sha256(name.encode()).hexdigest()[:32]}"
