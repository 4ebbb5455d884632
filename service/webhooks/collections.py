"""The collection of deliveries."""

from service.shared.ports.collection import Index, Kind
from service.webhooks.model import Delivery

DELIVERIES = Kind(
    "deliveries",
    Delivery,
    "delivery_id",
    (
        Index("receiver_state_due", ("receiver_id", "state", "due_at")),
        Index("state_created", ("state", "created_at")),
        Index("expires_at", ("expires_at",), expires_after_s=0),
    ),
)
