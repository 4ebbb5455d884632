"""A thousand at once: refresh tokens, terminals and API keys, on a real mongod."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from dev.servers import MongodServer
from service.accounts.model import Origin, TokenFamily, User
from service.accounts.usecases.api_keys import MOST_KEYS, list_keys, make_key
from service.accounts.usecases.audit import list_events
from service.accounts.usecases.devices import allow_grant, begin_grant, collect_key, refuse_grant
from service.accounts.usecases.refresh import issue_tokens, list_families, refresh
from service.ports import Ports
from service.settings import Settings
from tests.conftest import Store
from tests.helpers.accounts import EMAIL, add_user
from tests.helpers.deployments import deployed_accounts
from tests.helpers.racing import FULL, SHORT, Field, race

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

HERE = Origin(network="203.0.113.0/24", user_agent="a test", counted_as="203.0.113.9")
SIZES = [
    pytest.param(SHORT, id="50"),
    pytest.param(FULL, id="1000", marks=pytest.mark.torture("1,000 at once")),
]
Deployment = tuple[Settings, Ports, User]


@pytest.fixture
def deployment(minio: Store, mongod: MongodServer) -> Iterator[Deployment]:
    """A service with accounts, a database of its own, and a user."""
    with deployed_accounts(minio, mongod, rate_limits=False) as (settings, ports):
        yield settings, ports, add_user(ports)


def refresh_at(token: str, moment: datetime, ports: Ports, _: int) -> str:
    """The successor, as if it were that moment: a slow machine must not turn a race into a late repeat."""
    return refresh(replace(ports, now=lambda: moment), token, HERE).refresh_token


def collect_now(device_code: str, ports: Ports, _: int) -> str:
    collect_key(ports, device_code, HERE)
    return "collected"


def decide_now(user: User, user_code: str, ports: Ports, number: int) -> str:
    """Every second answer refuses."""
    if number % 2:
        refuse_grant(ports, user_code)
        return "refused"
    allow_grant(ports, user, user_code, HERE)
    return "allowed"


def make_now(user: User, ports: Ports, number: int) -> str:
    make_key(ports, user, f"key {number}", (), None, HERE)
    return "made"


def stored_family(ports: Ports, user: User) -> TokenFamily:
    (family,) = ports.accounts.token_families.find(user_id=user.user_id)
    return family


@pytest.mark.parametrize("field", SIZES)
def test_a_token_refreshed_by_many_at_once_has_one_successor(deployment: Deployment, field: Field) -> None:
    """One rotation; all others are given the same answer, and nobody is signed out."""
    settings, ports, user = deployment
    first = issue_tokens(ports, user, HERE).refresh_token
    moment = stored_family(ports, user).rotated_at

    outcomes = race(settings, partial(refresh_at, first, moment), field)

    (successor,) = outcomes
    assert (outcomes[successor], stored_family(ports, user).generation) == (field.size, 1)
    assert refresh(ports, successor, HERE).refresh_token != successor


@pytest.mark.parametrize("field", SIZES)
def test_many_late_repeats_at_once_count_as_one(deployment: Deployment, field: Field) -> None:
    """Three times a day; the fourth ends the family, and its owner is mailed once."""
    settings, ports, user = deployment
    first = issue_tokens(ports, user, HERE).refresh_token
    noon = ports.now().replace(hour=12)
    second = refresh_at(first, noon, ports, 0)

    for late in (1, 2, 3):
        outcomes = race(settings, partial(refresh_at, first, noon + timedelta(seconds=31 * late)), field)
        assert outcomes == {second: field.size}
        assert stored_family(ports, user).late == late
    outcomes = race(settings, partial(refresh_at, first, noon + timedelta(seconds=31 * 4)), field)

    assert outcomes == {"session_revoked": field.size}
    assert _warnings(ports, user) == (1, 1)


@pytest.mark.parametrize("field", SIZES)
def test_a_stolen_token_sent_by_many_at_once_warns_once(deployment: Deployment, field: Field) -> None:
    """One mail and one event; the family has ended."""
    settings, ports, user = deployment
    first = issue_tokens(ports, user, HERE).refresh_token
    refresh(ports, refresh(ports, first, HERE).refresh_token, HERE)

    outcomes = race(settings, partial(refresh_at, first, ports.now()), field)

    assert outcomes == {"session_revoked": field.size}
    assert list_families(ports, user) == []
    assert _warnings(ports, user) == (1, 1)


def _warnings(ports: Ports, user: User) -> tuple[int, int]:
    """How many mails and events say that a token was stolen."""
    mails = [mail for mail in ports.accounts.outbox.find(state="kept") if (mail.to, mail.template) == (EMAIL, "reuse")]
    events = [event for event in list_events(ports, user.user_id) if event.event == "family_reused"]
    return len(mails), len(events)


@pytest.mark.parametrize("field", SIZES)
def test_a_key_collected_by_many_at_once_is_given_once(deployment: Deployment, field: Field) -> None:
    """The others are told that there is nothing."""
    settings, ports, user = deployment
    started = begin_grant(ports, "a terminal", (), HERE)
    allow_grant(ports, user, started.grant.user_code, HERE)

    outcomes = race(settings, partial(collect_now, started.device_code), field)

    assert outcomes == {"collected": 1, "device_not_found": field.size - 1}
    assert len(list_keys(ports, user)) == 1


@pytest.mark.parametrize("field", SIZES)
def test_a_terminal_that_many_decide_about_is_decided_once(deployment: Deployment, field: Field) -> None:
    """Allowed or refused, whichever was first."""
    settings, ports, user = deployment
    started = begin_grant(ports, "a terminal", (), HERE)

    outcomes = race(settings, partial(decide_now, user, started.grant.user_code), field)

    assert outcomes["allowed"] + outcomes["refused"] == 1
    assert outcomes["device_not_found"] == field.size - 1
    grant = ports.accounts.device_grants.get(started.grant.digest)
    assert grant
    assert (grant.user_id is None) == bool(outcomes["refused"])


@pytest.mark.parametrize("field", SIZES)
def test_keys_made_by_many_at_once_are_never_too_many(deployment: Deployment, field: Field) -> None:
    """Who sees one too many takes its own back."""
    settings, ports, user = deployment

    outcomes = race(settings, partial(make_now, user), field)

    # A thousand threads on a busy machine may wait too long for the database; then the answer is 503.
    assert set(outcomes) <= {"made", "too_many_keys", "database_unavailable"}
    assert outcomes.total() == field.size
    assert outcomes["made"] <= len(list_keys(ports, user)) <= MOST_KEYS
