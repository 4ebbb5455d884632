"""Guests: people without an e-mail address, whose files an account takes over when they register."""

from service.accounts.model import User
from service.accounts.policy import GUEST_ID
from service.accounts.ports import Ports
from service.shared.ports.collection import Taken


def prepare_accounts(ports: Ports) -> None:
    """Make the indexes, and the guest of this machine. Safe to repeat; does nothing without accounts."""
    if not ports.accounts.policy.is_on:
        return
    for _, collection in ports.accounts.collections:
        collection.prepare()
    if ports.accounts.policy.guests == "local" and ports.accounts.users.get(GUEST_ID) is None:
        add_guest(ports, GUEST_ID)


def add_guest(ports: Ports, user_id: str) -> User | None:
    """Add a guest of this id; return None if there is one."""
    now = ports.now()
    guest = User(user_id, "guest", created_at=now, seen_at=now)
    try:
        ports.accounts.users.add(guest)
    except Taken:
        return None
    return guest
