"""Refresh tokens, row by row of the design's table, and how a thief is noticed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from service.accounts.errors import RefreshTokenInvalid, SessionNotFound, SessionRevoked
from service.accounts.model import Origin, User
from service.accounts.ports.accounts import Accounts
from service.accounts.usecases.audit import list_events
from service.accounts.usecases.refresh import (
    end_family,
    end_family_of_token,
    issue_tokens,
    list_families,
    refresh,
)
from service.ports import Ports
from service.shared.errors import RateLimited
from service.shared.memory.keyring import MemoryKeyring
from service.shared.ports.collection import Add
from tests.conftest import Clock
from tests.helpers.accounts import EMAIL, add_user, mails_to

ORIGIN = Origin(network="192.0.2.0/24", counted_as="192.0.2.1")


@pytest.fixture
def user(accounts: Ports) -> User:
    """A user with an account."""
    return add_user(accounts)


def rotate(ports: Ports, token: str) -> str:
    """Return the next token; each call comes from another network, so no limit applies."""
    return refresh(ports, token, replace(ORIGIN, counted_as=ports.new_id())).refresh_token


def test_each_token_makes_the_next(accounts: Ports, user: User, clock: Clock) -> None:
    """Together with an access token for ten minutes."""
    pair = issue_tokens(accounts, user, ORIGIN)
    clock.pass_(600)
    following = refresh(accounts, pair.refresh_token, ORIGIN)
    assert following.refresh_token != pair.refresh_token
    assert following.access_token != pair.access_token
    assert following.expires_in == 600
    assert rotate(accounts, following.refresh_token) not in (pair.refresh_token, following.refresh_token)


def test_a_lost_answer_is_given_again(accounts: Ports, user: User, clock: Clock) -> None:
    """Within 30 seconds: the script need not know that the rotation took place."""
    first = issue_tokens(accounts, user, ORIGIN).refresh_token
    second = rotate(accounts, first)
    clock.pass_(30)
    assert [rotate(accounts, first) for _ in range(5)] == [second] * 5
    assert rotate(accounts, second) != second


def test_three_late_repeats_a_day_are_answered_and_the_fourth_ends_the_family(
    accounts: Ports, user: User, clock: Clock
) -> None:
    """So a laptop that sleeps before it has the answer stays signed in."""
    first = issue_tokens(accounts, user, ORIGIN).refresh_token
    second = rotate(accounts, first)
    for _ in range(3):
        clock.pass_(31)
        assert rotate(accounts, first) == second
    clock.pass_(31)
    with pytest.raises(SessionRevoked):
        rotate(accounts, first)
    with pytest.raises(SessionRevoked):
        rotate(accounts, second)


def test_the_next_day_counts_anew(accounts: Ports, user: User, clock: Clock) -> None:
    """Three late repeats, twelve hours, three more."""
    first = issue_tokens(accounts, user, ORIGIN).refresh_token
    second = rotate(accounts, first)
    for _ in range(2):
        for _ in range(3):
            clock.pass_(31)
            assert rotate(accounts, first) == second
        clock.time += timedelta(hours=12)


def test_a_token_two_behind_ends_the_family_and_its_owner_is_mailed(accounts: Ports, user: User) -> None:
    """Two parties hold it: neither continues, and the account shows why."""
    first = issue_tokens(accounts, user, ORIGIN).refresh_token
    third = rotate(accounts, rotate(accounts, first))
    with pytest.raises(SessionRevoked):
        rotate(accounts, first)
    with pytest.raises(SessionRevoked):
        rotate(accounts, third)
    assert [mail.template for mail in mails_to(accounts)] == ["reuse"]
    assert [event.event for event in list_events(accounts, user.user_id)] == ["family_reused"]
    assert list_families(accounts, user) == []


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "rt_",
        "mdk_0123456789",
        "rt_{family}.0",
        "rt_{family}.0.AAAA",
        "rt_{family}.-1.AAAA",
        "rt_{family}.99999999999.AAAA",
        "rt_{family}.\N{SUPERSCRIPT TWO}.AAAA",
        "rt_{family}.1.{mac}",  # the next token, which its holder cannot make
        "rt_01JD8ZK3V0X5W9QH2M4N6P7R8S.0.{mac}",
        "rt_{family}.0.{mac}\N{LATIN SMALL LETTER E WITH ACUTE}",
    ],
)
def test_a_forged_token_ends_nothing(accounts: Ports, user: User, forged: str) -> None:
    """Otherwise anybody could sign everybody out."""
    first = issue_tokens(accounts, user, ORIGIN).refresh_token
    family, _, mac = first.removeprefix("rt_").split(".")
    with pytest.raises(RefreshTokenInvalid):
        rotate(accounts, forged.format(family=family, mac=mac))
    end_family_of_token(accounts, forged.format(family=family, mac=mac))
    assert rotate(accounts, first)


def test_a_token_that_the_database_has_forgotten_ends_nothing(accounts: Ports, user: User) -> None:
    """After a backup is restored, the script's token is newer than the family: it signs in again, and no mail warns."""
    first = issue_tokens(accounts, user, ORIGIN).refresh_token
    newer = rotate(accounts, first)
    (family,) = list_families(accounts, user)
    accounts.accounts.token_families.change(family.family_id, {}, {"generation": 0})
    with pytest.raises(RefreshTokenInvalid):
        rotate(accounts, newer)
    assert mails_to(accounts) == []
    assert rotate(accounts, first) == newer


def test_a_new_password_ends_every_family(accounts: Ports, user: User) -> None:
    """In the same write, by the user's new epoch."""
    token = issue_tokens(accounts, user, ORIGIN).refresh_token
    accounts.accounts.users.change(user.user_id, {}, {"epoch": Add(1)})
    with pytest.raises(SessionRevoked):
        rotate(accounts, token)


def test_a_closed_account_does_not_refresh(accounts: Ports, user: User, clock: Clock) -> None:
    """Disabled by an administrator, or being deleted."""
    token = issue_tokens(accounts, user, ORIGIN).refresh_token
    accounts.accounts.users.change(user.user_id, {}, {"disabled_at": clock()})
    with pytest.raises(SessionRevoked):
        rotate(accounts, token)


def test_a_family_ends_by_itself(accounts: Ports, user: User, clock: Clock) -> None:
    """30 days after the sign-in, however often it was refreshed, together with its last access token."""
    token = issue_tokens(accounts, user, ORIGIN).refresh_token
    for _ in range(29):
        clock.time += timedelta(days=1)
        token = rotate(accounts, token)
    clock.time += timedelta(days=1, minutes=-1)
    pair = refresh(accounts, token, ORIGIN)
    assert pair.expires_in == 60
    clock.pass_(60)
    with pytest.raises(SessionRevoked):
        rotate(accounts, pair.refresh_token)


def test_an_ended_family_lets_nobody_in(accounts: Ports, user: User) -> None:
    """Ended in the list of sessions or by the script; a repeat is no error for the script."""
    listed, own = (issue_tokens(accounts, user, ORIGIN).refresh_token for _ in range(2))
    (_, family) = list_families(accounts, user)
    end_family(accounts, user, family.family_id)
    with pytest.raises(SessionRevoked):
        rotate(accounts, listed)
    end_family_of_token(accounts, own)
    end_family_of_token(accounts, own)
    with pytest.raises(SessionRevoked):
        rotate(accounts, own)
    with pytest.raises(SessionNotFound):
        end_family(accounts, user, family.family_id)


def test_nobody_ends_the_family_of_another(accounts: Ports, user: User) -> None:
    """The answer is the same as for an unknown id."""
    token = issue_tokens(accounts, user, ORIGIN).refresh_token
    other = add_user(accounts, "bob@example.com")
    with pytest.raises(SessionNotFound):
        end_family(accounts, other, list_families(accounts, user)[0].family_id)
    assert list_families(accounts, other) == []
    assert rotate(accounts, token)


def test_tokens_of_an_older_secret_key_still_refresh(accounts: Ports, user: User) -> None:
    """Their successors are signed with the newer one."""
    older = replace(accounts, keyring=MemoryKeyring("older" * 8))
    newer = replace(accounts, keyring=MemoryKeyring("newer" * 8, "older" * 8))
    token = issue_tokens(older, user, ORIGIN).refresh_token
    following = rotate(newer, token)
    with pytest.raises(RefreshTokenInvalid):
        rotate(older, following)
    assert rotate(newer, following)


def test_the_tokens_are_not_in_the_database(accounts: Ports, user: User) -> None:
    """So nobody who reads it can refresh."""
    mac = issue_tokens(accounts, user, ORIGIN).refresh_token.rpartition(".")[2]
    assert mac not in repr(accounts.accounts.token_families.get(list_families(accounts, user)[0].family_id))


def test_one_network_refreshes_so_often_a_minute(accounts: Ports, user: User) -> None:
    """120 times, with valid or invalid tokens."""
    for _ in range(120):
        with pytest.raises(RefreshTokenInvalid):
            refresh(accounts, "rt_forged", ORIGIN)
    with pytest.raises(RateLimited):
        refresh(accounts, issue_tokens(accounts, user, ORIGIN).refresh_token, ORIGIN)


def test_a_lost_race_is_read_again(accounts: Ports, user: User) -> None:
    """The second request gets the same successor."""
    first = issue_tokens(accounts, user, ORIGIN).refresh_token
    raced = _LosesOnce(accounts, first)
    assert rotate(raced.ports, first) == raced.successor


def test_a_request_that_comes_too_late_writes_nothing_back(accounts: Ports, user: User) -> None:
    """Two refreshes since it read the family: its token is now two behind, whatever it has read."""
    first = issue_tokens(accounts, user, ORIGIN).refresh_token
    with pytest.raises(SessionRevoked):
        rotate(_LosesOnce(accounts, first, steps=2).ports, first)
    (family,) = accounts.accounts.token_families.find(user_id=user.user_id)
    assert (family.generation, family.revoked_for) == (2, "reuse")


class _LosesOnce:
    """Ports on which other requests refresh between the read and the first change."""

    def __init__(self, ports: Ports, token: str, steps: int = 1) -> None:
        self._families, self._token, self._ports = ports.accounts.token_families, token, ports
        self._steps = steps
        self.successor = ""
        accounts: Accounts = replace(ports.accounts, token_families=self)
        self.ports = replace(ports, accounts=accounts)

    def __getattr__(self, name: str) -> object:
        return getattr(self._families, name)

    def change(self, *asked: object) -> object:
        if not self.successor:
            self.successor = self._token
            for _ in range(self._steps):
                self.successor = rotate(self._ports, self.successor)
        return self._families.change(*asked)  # type: ignore[arg-type]  # handed on as they came


def test_the_mail_goes_to_the_owner(accounts: Ports, user: User) -> None:
    """Only one, however often the thief tries."""
    first = issue_tokens(accounts, user, ORIGIN).refresh_token
    rotate(accounts, rotate(accounts, first))
    for _ in range(3):
        with pytest.raises(SessionRevoked):
            rotate(accounts, first)
    assert len(mails_to(accounts, EMAIL)) == 1
