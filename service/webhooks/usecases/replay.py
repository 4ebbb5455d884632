"""Shows what receivers did not take, and has it tried again."""

from service.webhooks.model import RETENTION, Delivery
from service.webhooks.ports import Ports

PAGE = 1000


def list_deliveries(ports: Ports) -> list[Delivery]:
    """Return the newest failed deliveries, and then the newest that wait; at most 1,000 of each."""
    return [*ports.deliveries.find(state="failed", limit=PAGE), *ports.deliveries.find(state="due", limit=PAGE)]


def replay(ports: Ports, delivery_id: str) -> bool:
    """Have a delivery that failed, or that waits for its next try, tried at once and as often as a new one."""
    delivery = ports.deliveries.get(delivery_id)
    if delivery is None:
        return False
    now, expected = ports.now(), {"state": delivery.state, "due_at": delivery.due_at}
    changes = {"state": "due", "due_at": now, "tries": 0, "reason": None, "expires_at": now + RETENTION}
    return ports.deliveries.change(delivery_id, expected, changes) is not None


def replay_failed(ports: Ports) -> int:
    """Replay everything that failed. Returns how many."""
    replayed = 0
    while failed := ports.deliveries.find(state="failed", limit=PAGE):
        before = replayed
        replayed += sum(replay(ports, delivery.delivery_id) for delivery in failed)
        if replayed == before:  # somebody else is at it
            break
    return replayed
