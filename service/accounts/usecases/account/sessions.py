"""Ends the sessions of one's account: those of browsers, and the sign-ins of scripts."""

from contextlib import suppress

from service.accounts.errors import SessionNotFound
from service.accounts.model import Origin, User
from service.accounts.ports import Ports
from service.accounts.usecases.audit import note
from service.accounts.usecases.refresh import end_family, open_families
from service.accounts.usecases.sessions import end_other_sessions, end_session_by_id


def end_any_session(ports: Ports, user: User, session_id: str, origin: Origin) -> None:
    """End a browser's session or a script's sign-in. Raises SessionNotFound, also for other people's."""
    try:
        end_session_by_id(ports, user, session_id)
    except SessionNotFound:
        end_family(ports, user, session_id)
    note(ports, user.user_id, "signed_out", origin)


def end_others(ports: Ports, user: User, session_id: str | None, origin: Origin) -> None:
    """End all but this session."""
    end_other_sessions(ports, user, session_id)
    for family in open_families(ports, user):
        with suppress(SessionNotFound):  # another request was first
            end_family(ports, user, family.family_id)
    note(ports, user.user_id, "signed_out", origin, "others")
