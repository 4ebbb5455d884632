"""Cuts lists for administrators into pages, each with the cursor of the next one."""

from datetime import datetime

from service.accounts.api.admin.schemas import EventsQuery, UsersQuery
from service.accounts.model import AuditEvent, User
from service.accounts.ports import Ports
from service.accounts.usecases.admin.people import list_accounts, list_audit, search_accounts
from service.shared.api.signed_cursors import SignedCursors
from service.shared.ports.collection import Place


def page_of_users(ports: Ports, query: UsersQuery) -> tuple[list[User], str | None]:
    """Return a page of users and the next cursor. Raises InvalidCursor, also for one of another list."""
    if query.q:
        return _page_of_search(ports, query, query.q)
    which = {"list": "users"}
    rows = list_accounts(ports, query.limit, _read_place(ports, query.cursor, which))
    return rows, _next(ports, [(user.created_at, user.user_id) for user in rows], query.limit, which)


def page_of_events(ports: Ports, query: EventsQuery) -> tuple[list[AuditEvent], str | None]:
    """Return a page of events and the next cursor. Raises InvalidCursor, also for one of another list."""
    which = {"list": "audit", "user_id": query.user_id}
    rows = list_audit(ports, query.user_id, query.limit, _read_place(ports, query.cursor, which))
    return rows, _next(ports, [(event.at, event.event_id) for event in rows], query.limit, which)


def _page_of_search(ports: Ports, query: UsersQuery, text: str) -> tuple[list[User], str | None]:
    which = {"list": "users", "q": text}
    after = SignedCursors(ports.keyring).read(query.cursor, which)[0] if query.cursor else None
    rows = search_accounts(ports, text, query.limit, str(after) if after else None)
    cursor = _next(ports, [(user.email or "",) for user in rows], query.limit, which)
    named = ports.accounts.users.get(text)
    if named is None or named.adopted_by:
        return rows, cursor
    # The person that the id names comes first, and on no other page.
    others = [user for user in rows if user.user_id != named.user_id]
    return others if query.cursor else [named, *others], cursor


def _read_place(ports: Ports, cursor: str | None, which: dict[str, str | None] | dict[str, str]) -> Place | None:
    if cursor is None:
        return None
    moment, item_id = SignedCursors(ports.keyring).read(cursor, which)
    assert isinstance(moment, datetime)  # as `_next` made it
    return Place(moment, str(item_id))


def _next(
    ports: Ports,
    places: list[tuple[datetime, str]] | list[tuple[str]],
    limit: int,
    which: dict[str, str | None] | dict[str, str],
) -> str | None:
    """Return the cursor after a page, or None if the page is not full: nothing follows it."""
    return SignedCursors(ports.keyring).make(places[-1], which) if len(places) == limit else None
