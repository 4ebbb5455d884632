"""A thousand at once: sign-ins by a provider, and one address that several want, on a real mongod."""

from collections.abc import Iterator
from functools import partial

import pytest

from dev.servers import MongodServer
from service.accounts.model import Identity, Origin, Session, User
from service.accounts.usecases.account.email_change import change_email, send_email_code
from service.accounts.usecases.codes import code_of_mail
from service.accounts.usecases.identities import ProvenIdentity, by_identity
from service.accounts.usecases.registration import Proof, Registration, register, verify
from service.accounts.usecases.sessions import open_account_session
from service.ports import Ports
from service.settings import Settings
from tests.conftest import Store
from tests.helpers.accounts import EMAIL, PASSWORD, add_user
from tests.helpers.deployments import deployed_accounts
from tests.helpers.racing import FULL, SHORT, Field, race

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

HERE = Origin(network="203.0.113.0/24", counted_as="203.0.113.9")
NEW_EMAIL = "new@example.com"
SIZES = [
    pytest.param(SHORT, id="50"),
    pytest.param(FULL, id="1000", marks=pytest.mark.torture("1,000 at once")),
]
# A thousand threads on a busy machine may wait too long for the database; then the answer is 503.
TOO_LONG = "database_unavailable"
PROVIDER = {
    "google_client_id": "moodrop",
    "google_client_secret": "a secret of the provider",
}


@pytest.fixture
def deployment(minio: Store, mongod: MongodServer) -> Iterator[tuple[Settings, Ports]]:
    """A service with accounts and a trusted provider, and a database of its own."""
    with deployed_accounts(minio, mongod, rate_limits=False, **PROVIDER) as deployed:
        yield deployed


def sign_in_now(email: str, ports: Ports, _: int) -> str:
    identity = Identity("https://accounts.google.com", "7", "google", email)
    return by_identity(ports, ProvenIdentity(identity, is_email_verified=True), None, HERE).user_id


def identities_of(ports: Ports, email: str) -> list[tuple[str, ...]]:
    """The subjects of each user with the address."""
    users = ports.accounts.users.find(email=email)
    return [tuple(identity.subject for identity in user.identities) for user in users]


@pytest.mark.parametrize("field", SIZES)
def test_a_person_who_signs_in_many_times_at_once_has_one_account(
    deployment: tuple[Settings, Ports], field: Field
) -> None:
    """Somebody new: one makes the account, and all others are in it."""
    settings, ports = deployment
    outcomes = race(settings, partial(sign_in_now, EMAIL), field)

    [user] = ports.accounts.users.find(email=EMAIL)
    assert outcomes[user.user_id] + outcomes[TOO_LONG] == field.size
    assert outcomes[user.user_id] >= 1
    assert identities_of(ports, EMAIL) == [("7",)]


@pytest.mark.parametrize("field", SIZES)
def test_an_account_that_many_sign_in_to_at_once_gets_one_identity(
    deployment: tuple[Settings, Ports], field: Field
) -> None:
    """It was there before, and the provider is trusted with its address."""
    settings, ports = deployment
    user = add_user(ports)
    outcomes = race(settings, partial(sign_in_now, EMAIL), field)

    assert outcomes[user.user_id] + outcomes[TOO_LONG] == field.size
    assert outcomes[user.user_id] >= 1
    assert identities_of(ports, EMAIL) == [("7",)]


def take_now(user: User, session: Session, code: str, proof: Proof, ports: Ports, number: int) -> str:
    """Every second one makes an account with the address; the others move their account to it."""
    if number % 2:
        verify(ports, proof, HERE, None)
        return "registered"
    change_email(ports, user, NEW_EMAIL, code, session, HERE)
    return "changed"


@pytest.mark.parametrize("field", SIZES)
def test_an_address_that_many_want_at_once_goes_to_one(deployment: tuple[Settings, Ports], field: Field) -> None:
    """Whoever proves it first: a new account, or one that moves to it."""
    settings, ports = deployment
    user = add_user(ports)
    session = open_account_session(ports, user, "password", HERE).session
    send_email_code(ports, user, NEW_EMAIL, HERE)
    _, token = register(ports, Registration(NEW_EMAIL, PASSWORD), HERE)
    mails = {mail.template: mail for mail in ports.accounts.outbox.find(state="kept")}
    proof = Proof(NEW_EMAIL, code_of_mail(ports, mails["verify"]), verification_token=token)

    code = code_of_mail(ports, mails["email_change"])
    outcomes = race(settings, partial(take_now, user, session, code, proof), field)

    assert outcomes["registered"] + outcomes["changed"] == 1
    assert len(ports.accounts.users.find(email=NEW_EMAIL)) == 1
    assert set(outcomes) <= {"registered", "changed", "code_invalid", "email_taken", "session_ended", TOO_LONG}
