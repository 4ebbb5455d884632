"""Guests: people without an e-mail address, whose files an account takes over when they register or sign in.

A guest who registers becomes the user: see registration.py. A guest who signs in to an account that exists already may
have the files moved, which the keeper does in the background.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from service.accounts.errors import GuestNotFound, GuestsOff
from service.accounts.model import GUEST_ID, Origin, Session, User
from service.accounts.ports import Ports
from service.accounts.roles import is_open
from service.accounts.usecases.audit import note
from service.accounts.usecases.sessions import OpenedSession, end_sessions_of, open_account_session
from service.accounts.usecases.users import place_of
from service.shared.batches import each_of
from service.shared.ports.collection import Add, NotAfter, Place, Present, Taken
from service.uploads.model import Upload, UploadStatus
from service.uploads.queries import UploadQuery
from service.uploads.usecases.files.change_owner import change_owner
from service.uploads.usecases.quota_entries import count_anew

PAGE = 200
# An upload token outlives the session that it was made with by at most this long, and may bring a file until then.
LAST_UPLOADS = timedelta(hours=1)


def prepare_accounts(ports: Ports) -> None:
    """Make the indexes, and the guest of this machine. Safe to repeat; does nothing without accounts."""
    if not ports.accounts.policy.is_on:
        return
    for _, collection in ports.accounts.collections:
        collection.prepare()
    prepare_local_guest(ports)


def prepare_local_guest(ports: Ports) -> None:
    """Add the guest of this machine if GUESTS=local and there is no user of that id."""
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


def open_guest(ports: Ports, origin: Origin, before: str | None, guest_id: str | None) -> OpenedSession:
    """Sign the browser in as a guest of its own, or again as the guest that it is. Raises GuestsOff, RateLimited."""
    if ports.accounts.policy.guests == "off":
        raise GuestsOff
    ports.accounts.attempts.count("guest", origin.counted_as)
    guest = None
    if guest_id is not None and guest_id != GUEST_ID:
        guest = ports.accounts.users.get(guest_id)
    while guest is None:
        guest = add_guest(ports, ports.new_id())
    return open_account_session(ports, guest, "guest", origin, before=before)


def guest_files(ports: Ports, session: Session | None) -> int | None:
    """Return how many files this browser has as the guest that it was; None if there is none to adopt."""
    guest = _adoptable(ports, session)
    return ports.records.count(guest.user_id) if guest else None


def adopt_guest(ports: Ports, user: User, session: Session | None, origin: Origin) -> None:
    """Have the files of the guest that this browser was moved to the user. Safe to repeat. Raises GuestNotFound."""
    guest_id = session.guest_id if session else None
    if guest_id is None:
        raise GuestNotFound
    # The time tells `_finish` when the guest was last able to start an upload.
    changes = {"adopted_by": user.user_id, "seen_at": ports.now()}
    expected = {"kind": "guest", "adopted_by": None, "leaving_at": None}
    if ports.accounts.users.change(guest_id, expected, changes):
        note(ports, user.user_id, "guest_adopted", origin)
        return
    guest = ports.accounts.users.get(guest_id)
    if guest is None or guest.adopted_by != user.user_id:
        raise GuestNotFound


def work_off_adoptions(ports: Ports, may_go_on: Callable[[], bool]) -> int:
    """Move the files of adopted guests, asking `may_go_on` before each; return how many were moved.

    Every step may be repeated, so the next run resumes after a crash.
    """
    moved = 0
    for guest in each_of(lambda place: _adopted(ports, place), place_of):
        while files := _files_of(ports, guest, UploadStatus.READY, PAGE):
            for file in files:
                if not may_go_on():
                    return moved
                change_owner(ports, file, guest.adopted_by or guest.user_id)
                moved += 1
        _finish(ports, guest)
    return moved


def remove_old_guests(ports: Ports, may_go_on: Callable[[], bool]) -> int:
    """Have guests leave who were not seen for GUEST_EXPIRES_IN; return how many. The guest of this machine stays."""
    now, removed = ports.now(), 0
    unseen_since = now - ports.accounts.policy.guest_lifetime
    idle: dict[str, Any] = {"kind": "guest", "leaving_at": None, "adopted_by": None}
    for guest in ports.accounts.users.find(**idle, seen_at=NotAfter(unseen_since), limit=PAGE):
        if not may_go_on():
            break
        if guest.user_id != GUEST_ID:
            expected = {**idle, "seen_at": guest.seen_at}
            changes = {"leaving_at": now, "epoch": Add(1)}
            removed += ports.accounts.users.change(guest.user_id, expected, changes) is not None
    return removed


def _adopted(ports: Ports, place: Place | None) -> list[User]:
    return ports.accounts.users.find(adopted_by=Present(), limit=PAGE, beyond=place)


def _adoptable(ports: Ports, session: Session | None) -> User | None:
    guest = ports.accounts.users.get(session.guest_id) if session and session.guest_id else None
    return guest if guest and guest.kind == "guest" and is_open(guest) else None


def _files_of(ports: Ports, guest: User, status: UploadStatus, limit: int) -> list[Upload]:
    return ports.records.page(UploadQuery(guest.user_id, status, limit=limit))


def _finish(ports: Ports, guest: User) -> None:
    """Remove a guest whose files are moved; the guest of this machine becomes an empty one."""
    if guest.adopted_by:
        for house in ports.personal_data:
            house.move(guest.user_id, guest.adopted_by)
    as_read = {"kind": "guest", "adopted_by": guest.adopted_by}
    # While the guest is adopted: whoever comes after a crash counts again.
    for owner in (guest.adopted_by, guest.user_id):
        count_anew(ports, owner or "")
    if guest.user_id == GUEST_ID:
        changes = {"adopted_by": None, "epoch": Add(1), "seen_at": ports.now()}
        ports.accounts.users.change(GUEST_ID, as_read, changes)
        return
    may_still_upload = ports.now() - (guest.seen_at or guest.created_at) < LAST_UPLOADS
    if may_still_upload or _files_of(ports, guest, UploadStatus.PENDING, 1):
        return  # those that arrive become files, and are moved then
    end_sessions_of(ports, guest.user_id)
    ports.quotas.remove(guest.user_id)
    ports.accounts.users.remove(guest.user_id, as_read)
