"""Many at once: one assertion replayed, passkeys added, and the last ways in removed, on a real mongod."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from typing import Any

import pytest

from dev.servers import MongodServer
from service.accounts.model import Identity, Origin, Session, User
from service.accounts.ports.passkeys import Assertion, Attestation
from service.accounts.usecases.identities import unlink_provider
from service.accounts.usecases.passkeys.own import MOST_PASSKEYS, add_passkey, begin_passkey, remove_passkey
from service.accounts.usecases.passkeys.use import begin_sign_in, by_passkey
from service.accounts.usecases.sessions import open_account_session
from service.ports import Ports
from service.settings import Settings
from tests.conftest import Store
from tests.helpers.accounts import add_user
from tests.helpers.authenticator import Ceremony, SoftPasskey, new_passkey
from tests.helpers.deployments import deployed_accounts
from tests.helpers.racing import FULL, SHORT, Field, race

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

HERE = Origin(network="203.0.113.0/24", user_agent="a test", counted_as="203.0.113.9")
BROWSER = "the secret of a browser's cookie"
FEW = Field(processes=2, threads=10)
SIZES = [
    pytest.param(SHORT, id="50"),
    pytest.param(FULL, id="1000", marks=pytest.mark.torture("1,000 at once")),
]
CONTENDERS = [pytest.param(FEW, id="20"), SIZES[1]]
# A thousand threads on a busy machine may wait too long for the database; then the answer is 503.
TOO_LONG = "database_unavailable"
Deploy = Callable[..., tuple[Settings, Ports]]


@pytest.fixture
def deploy(minio: Store, mongod: MongodServer) -> Iterator[Deploy]:
    """Make a deployment with accounts and a database of its own."""
    with ExitStack() as deployed:
        yield lambda **values: deployed.enter_context(deployed_accounts(minio, mongod, rate_limits=False, **values))


def ceremony_on(ports: Ports) -> Ceremony:
    """What a browser on the deployment's page says."""
    site = ports.accounts.policy.passkey_site
    assert site
    return Ceremony(origin=site.origin)


def attested(ports: Ports, user: User, session: Session) -> tuple[SoftPasskey, Attestation]:
    """A passkey that a browser made, and what it sends."""
    options: dict[str, Any] = dict(begin_passkey(ports, user, session).options)
    made = new_passkey(options)
    response = made.attestation(options, ceremony_on(ports))["response"]
    return made, Attestation(made.passkey_id, response["clientDataJSON"], response["attestationObject"])


def asserted(ports: Ports, passkey: SoftPasskey) -> Assertion:
    """What the passkey signs for one sign-in."""
    response = passkey.assertion(dict(begin_sign_in(ports, BROWSER).options), ceremony_on(ports))["response"]
    return Assertion(
        passkey.passkey_id,
        response["clientDataJSON"],
        response["authenticatorData"],
        response["signature"],
        response["userHandle"],
    )


def signed_in(ports: Ports) -> tuple[User, Session]:
    """An account with a session."""
    user = add_user(ports)
    return user, open_account_session(ports, user, "code", HERE).session


def sign_in(assertion: Assertion, ports: Ports, _: int) -> str:
    user = by_passkey(ports, assertion, BROWSER, HERE)
    open_account_session(ports, user, "passkey", HERE)
    return "signed in"


def add(sent: list[Attestation], user_id: str, session: Session, ports: Ports, number: int) -> str:
    user = ports.accounts.users.get(user_id)
    assert user
    add_passkey(ports, user, None, sent[number], session, HERE)
    return "added"


def remove_one(passkey_ids: list[str], user: User, session: Session, ports: Ports, number: int) -> str:
    """Every third unlinks the provider; the others remove a passkey each."""
    if number % 3 == 0:
        unlink_provider(ports, user, "oidc", session, HERE)
    else:
        remove_passkey(ports, user, passkey_ids[number % 3 - 1], session, HERE)
    return "removed"


@pytest.mark.parametrize("field", SIZES)
def test_one_assertion_replayed_by_many_at_once_is_one_session(deploy: Deploy, field: Field) -> None:
    """All bring the same bytes, from the same browser, in time."""
    settings, ports = deploy()
    user, session = signed_in(ports)
    passkey, attestation = attested(ports, user, session)
    add_passkey(ports, user, None, attestation, session, HERE)

    outcomes = race(settings, partial(sign_in, asserted(ports, passkey)), field)

    assert outcomes == {"signed in": 1, "passkey_invalid": field.size - 1}
    sessions = ports.sessions.find(user_id=user.user_id, limit=field.size)
    assert sorted(str(each.how) for each in sessions) == ["code", "passkey"]


@pytest.mark.parametrize("field", CONTENDERS)
def test_of_many_passkeys_added_at_once_ten_are_kept(deploy: Deploy, field: Field) -> None:
    """The list is replaced as it was read, so none is lost and none is too many."""
    settings, ports = deploy()
    user, session = signed_in(ports)
    sent = [attested(ports, user, session)[1] for _ in range(field.size)]

    outcomes = race(settings, partial(add, sent, user.user_id, session), field)

    owner = ports.accounts.users.get(user.user_id)
    assert owner
    assert len(owner.passkeys) == outcomes["added"] <= MOST_PASSKEYS
    assert outcomes["added"] + outcomes["too_many_passkeys"] + outcomes["too_busy"] + outcomes[TOO_LONG] == field.size
    assert outcomes["added"] >= 1


@pytest.mark.parametrize("field", CONTENDERS)
def test_of_all_ways_in_removed_at_once_one_is_left(deploy: Deploy, field: Field) -> None:
    """Two passkeys and a provider: each request sees the other ways while it removes one."""
    settings, ports = deploy()
    user, session = signed_in(ports)
    made = []
    for _ in range(2):
        passkey, attestation = attested(ports, user, session)
        add_passkey(ports, user, None, attestation, session, HERE)
        made.append(passkey.passkey_id)
        user = ports.accounts.users.get(user.user_id) or user
    identity = Identity("https://id.example", "1", "oidc")
    changed = ports.accounts.users.change(user.user_id, {}, {"identities": (identity,)})
    assert changed

    outcomes = race(settings, partial(remove_one, made, changed, session), field)

    left = ports.accounts.users.get(user.user_id)
    assert left
    assert outcomes["removed"] == 2
    assert len(left.passkeys) + len(left.identities) == 1
    assert outcomes["last_way_in"] >= 1
