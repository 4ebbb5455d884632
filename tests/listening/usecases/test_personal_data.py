"""What accounts do to histories: a guest's moves to the person, and a person's goes with their account."""

import pytest

from service.accounts.model import Origin, User
from service.accounts.usecases.guests import adopt_guest, open_guest, work_off_adoptions
from service.accounts.usecases.leaving import close_account, work_off_leavers
from service.accounts.usecases.sessions import open_account_session
from service.listening.usecases.history import list_unfinished
from service.listening.usecases.preferences import listener_of, set_history_on
from service.ports import Ports
from service.shared.model import Caller
from service.shared.scopes import ALL_SCOPES
from tests.helpers.accounts import accounts_ports, accounts_settings, add_user
from tests.helpers.listening import a_report, a_song, history_of, report, with_history


@pytest.fixture
def ports(ports: Ports) -> Ports:
    return with_history(accounts_ports(ports, accounts_settings(guests="own")))


def always() -> bool:
    """Go on."""
    return True


def as_caller(user_id: str) -> Caller:
    return Caller(user_id, frozenset(ALL_SCOPES))


def an_adopted_guest(ports: Ports, user: User) -> Caller:
    """Return a guest who listened to a long recording of their own, and turned out to be that user."""
    opened = open_guest(ports, Origin(), None, None)
    guest = as_caller(opened.session.user_id)
    lecture = a_song(ports, guest, duration_seconds=900)
    report(ports, a_report(ports, lecture, 500, position_seconds=99), caller=guest)
    session = open_account_session(ports, user, "password", Origin(), guest_id=guest.owner).session
    adopt_guest(ports, user, session, Origin())
    return guest


def test_a_guests_history_moves_to_the_account(ports: Ports) -> None:
    user = add_user(ports)
    guest = an_adopted_guest(ports, user)

    for _ in range(2):
        work_off_adoptions(ports, always)

    assert history_of(ports, guest) == []
    [listen] = history_of(ports, as_caller(user.user_id))
    assert (listen.owner, listen.listened_seconds) == (user.user_id, 500)
    assert [one.position.position_seconds for one in list_unfinished(ports, as_caller(user.user_id), 9)] == [99]


def test_whoever_wants_no_history_gets_none_from_a_guest(ports: Ports) -> None:
    user = add_user(ports)
    guest = an_adopted_guest(ports, user)
    set_history_on(ports, as_caller(user.user_id), False)

    work_off_adoptions(ports, always)

    assert history_of(ports, guest) == history_of(ports, as_caller(user.user_id)) == []
    assert list_unfinished(ports, as_caller(user.user_id), 9) == []


def test_a_history_goes_with_its_account(ports: Ports) -> None:
    user, other = add_user(ports), add_user(ports, "other@example.com")
    caller, staying = as_caller(user.user_id), as_caller(other.user_id)
    song = a_song(ports, staying, duration_seconds=900, visibility="public")
    for who in (caller, staying):
        report(ports, a_report(ports, song, 500, position_seconds=99), caller=who)
    set_history_on(ports, caller, False)
    close_account(ports, user)

    work_off_leavers(ports, always)

    assert history_of(ports, caller) == []
    assert list_unfinished(ports, caller, 9) == []
    assert listener_of(ports, user.user_id).keeps_from is None
    assert len(history_of(ports, staying)) == 1
