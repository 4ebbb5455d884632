"""Removes administrators, one at a time, so that one always remains.

Two administrators may remove each other at the same moment, and no condition on one user's document sees the other's.
So one document, the ledger, decides: a removal is checked, and then begun by one update that requires that no other
removal began since the check. A process that finds a removal begun by another one finishes it first. A removal
raises the user's epoch and requires the epoch as it was read, so a worker that comes late with it changes nothing.
"""

from collections.abc import Collection
from typing import Any

from service.accounts.errors import LastAdministrator
from service.accounts.model import ADMIN_ROLE, AdminLedger, Removal, User
from service.accounts.ports import Ports
from service.accounts.roles import is_administrator
from service.shared.errors import DatabaseUnavailable
from service.shared.ports.collection import Add, Including, Taken

LEDGER = "ledger"
# How often other removals may come first.
MOST_TRIES = 50
NOBODY: dict[str, object] = {"user_id": None, "epoch": None, "removals": (), "at": None}


def remove_administrator(ports: Ports, user_id: str, removals: Collection[Removal]) -> User | None:
    """Take the role away from an administrator, disable or close their account; return the user as it is then.

    Returns None if the user is no administrator: then no other one is needed. Raises LastAdministrator.
    """
    for _ in range(MOST_TRIES):
        ledger = _settled_ledger(ports)
        user = ports.accounts.users.get(user_id)
        if user is None or not is_administrator(user):
            return None
        if not _has_another(ports, user):
            raise LastAdministrator
        begun = _begin(ports, ledger, user, removals)
        if begun is None:
            continue
        _finish(ports, begun)
        removed = ports.accounts.users.get(user_id)
        if removed is None or not is_administrator(removed):
            return removed or user
    raise DatabaseUnavailable("the administrators keep changing")


def _has_another(ports: Ports, user: User) -> bool:
    # Two, because one of them may be this user.
    open_ones = ports.accounts.users.find(roles=Including(ADMIN_ROLE), disabled_at=None, leaving_at=None, limit=2)
    return any(each.user_id != user.user_id for each in open_ones)


def _settled_ledger(ports: Ports) -> AdminLedger:
    """Return the ledger, after the removal that it names is done."""
    while True:
        ledger = ports.accounts.administrators.get(LEDGER)
        if ledger is None:
            _add_ledger(ports)
        elif ledger.user_id is None:
            return ledger
        else:
            _finish(ports, ledger)


def _add_ledger(ports: Ports) -> None:
    try:
        ports.accounts.administrators.add(AdminLedger(LEDGER, ports.now(), 0))
    except Taken:
        return  # another request was first


def _begin(ports: Ports, ledger: AdminLedger, user: User, removals: Collection[Removal]) -> AdminLedger | None:
    """Begin the removal if none began since the ledger was read; this update decides."""
    return ports.accounts.administrators.change(
        LEDGER,
        {"revision": ledger.revision, "user_id": None},
        {
            "revision": Add(1),
            "user_id": user.user_id,
            "epoch": user.epoch,
            "removals": tuple(removals),
            "at": ports.now(),
        },
    )


def _finish(ports: Ports, begun: AdminLedger) -> None:
    """Do what the ledger says, and note in it that it is done. Safe to repeat, also late."""
    as_read = {"epoch": begun.epoch, "leaving_at": None}
    ports.accounts.users.change(begun.user_id or "", as_read, _changes_of(begun))
    ports.accounts.administrators.change(LEDGER, {"revision": begun.revision}, NOBODY)


def _changes_of(begun: AdminLedger) -> dict[str, object]:
    by_removal: dict[Removal, dict[str, Any]] = {
        "role": {"roles": ()},
        "disabled": {"disabled_at": begun.at},
        "leaving": {"leaving_at": begun.at},
    }
    changes: dict[str, object] = {"epoch": Add(1)}
    for removal in begun.removals:
        changes |= by_removal[removal]
    return changes
