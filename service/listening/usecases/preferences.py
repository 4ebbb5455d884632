"""Whether a person's history is kept. They alone decide, and only within what the server offers."""

from contextlib import suppress
from datetime import datetime

from service.listening.errors import HistoryOff
from service.listening.model import Listener
from service.listening.ports import Ports
from service.shared.model import Caller
from service.shared.ports.collection import Taken
from service.shared.scopes import FILES_READ, require


def listener_of(ports: Ports, owner: str) -> Listener:
    """Return what the person wants; history is on unless they said otherwise."""
    return ports.listeners.get(owner) or Listener(owner)


def is_history_on(ports: Ports, caller: Caller) -> bool:
    """Return whether the caller's listens are kept."""
    require(caller, FILES_READ)
    return ports.features.history and listener_of(ports, caller.owner).enabled


def set_history_on(ports: Ports, caller: Caller, enabled: bool) -> None:
    """Keep the caller's listens from now on, or keep no more of them. Raises HistoryOff if the server keeps none.

    What was kept before stays. What is listened to while history is off is never kept, even if it is reported later.
    """
    require(caller, FILES_READ)
    if enabled and not ports.features.history:
        raise HistoryOff("history cannot be switched on")
    if enabled != listener_of(ports, caller.owner).enabled:
        change_listener(ports, caller.owner, enabled=enabled, keeps_from=ports.now())
        if not enabled:  # the model learns from nobody whose history is off
            ports.neighbours.mark_stale()


def forget_until(ports: Ports, owner: str, moment: datetime) -> None:
    """Keep no listen of the person that began up to that moment, whoever still reports it."""
    change_listener(ports, owner, keeps_from=moment)


def change_listener(ports: Ports, owner: str, **changes: object) -> None:
    """Change what is noted of the person."""
    while not ports.listeners.change(owner, {}, changes):
        with suppress(Taken):  # somebody else added it, to be changed now
            ports.listeners.add(Listener(owner))
