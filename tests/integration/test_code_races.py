"""A thousand at once: codes, registrations and passwords, on a real mongod."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from time import sleep

import pytest

from dev.servers import MongodServer
from service.accounts.errors import PasswordsBusy
from service.accounts.model import Code, Mail, Origin
from service.accounts.secrets import code_id_of
from service.accounts.usecases.codes import MOST_TRIES, Carried, code_of_mail, issue_code
from service.accounts.usecases.registration import Proof, Registration, register, verify
from service.accounts.usecases.sign_in import by_code, by_password, send_sign_in_code
from service.ports import Ports
from service.settings import Settings
from tests.conftest import Store
from tests.helpers.accounts import EMAIL, PASSWORD
from tests.helpers.deployments import deployed_accounts
from tests.helpers.racing import FULL, SHORT, Field, race

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

HERE = Origin(network="203.0.113.0/24", user_agent="a test", counted_as="203.0.113.9")
SIZES = [
    pytest.param(SHORT, id="50"),
    pytest.param(FULL, id="1000", marks=pytest.mark.torture("1,000 at once")),
]
Deploy = Callable[..., tuple[Settings, Ports]]


@pytest.fixture
def deploy(minio: Store, mongod: MongodServer) -> Iterator[Deploy]:
    """Make a deployment with accounts and a database of its own."""
    with ExitStack() as deployed:
        yield lambda **values: deployed.enter_context(deployed_accounts(minio, mongod, **values))


def mail_of(ports: Ports) -> Mail:
    """The newest mail to the address."""
    return next(mail for mail in ports.accounts.outbox.find(state="kept") if mail.to == EMAIL)


def make_account(ports: Ports) -> None:
    _, token = register(ports, Registration(EMAIL, PASSWORD), HERE)
    verify(ports, Proof(EMAIL, code_of_mail(ports, mail_of(ports)), verification_token=token), HERE, None)


def stored_code(ports: Ports, purpose: str) -> Code:
    code = ports.accounts.codes.get(code_id_of(ports.keyring.derive("codes")[0], purpose, EMAIL))
    assert code
    return code


def verify_now(proof: Proof, ports: Ports, _: int) -> str:
    verify(ports, proof, HERE, None)
    return "verified"


def issue_now(ports: Ports, _: int) -> str:
    issue_code(ports, "login", EMAIL, Carried())
    return "issued"


def register_now(ports: Ports, number: int) -> str:
    """Everybody registers the address with a password of their own, and waits for a free place to hash it."""
    asked = Registration(EMAIL, f"seven dwarfs and {number} apple trees")
    while True:
        try:
            register(ports, asked, Origin(counted_as=str(number)))
        except PasswordsBusy:
            sleep(0.05)
        else:
            return "registered"


def guess(right: str, ports: Ports, number: int) -> str:
    """Every tenth guess is right."""
    wrong = f"{(int(right) + number) % 1_000_000:06d}"
    by_code(ports, EMAIL, right if number % 10 == 0 else wrong, None, HERE)
    return "signed in"


def guess_password(ports: Ports, number: int) -> str:
    by_password(ports, EMAIL, f"a wrong password {number}", HERE)
    return "signed in"


@pytest.mark.parametrize("field", SIZES)
def test_a_registration_verified_by_many_at_once_is_one_account(deploy: Deploy, field: Field) -> None:
    """All with the right code and token: one uses the code up, and five at most compare it."""
    settings, ports = deploy(rate_limits=False)
    _, token = register(ports, Registration(EMAIL, PASSWORD), HERE)
    proof = Proof(EMAIL, code_of_mail(ports, mail_of(ports)), verification_token=token)

    outcomes = race(settings, partial(verify_now, proof), field)

    assert outcomes == {"verified": 1, "code_invalid": field.size - 1}
    assert len(ports.accounts.users.find(email=EMAIL)) == 1


@pytest.mark.parametrize("field", SIZES)
def test_many_who_ask_for_a_code_at_once_get_one(deploy: Deploy, field: Field) -> None:
    """The first one, and any later one: the others are told to wait."""
    settings, ports = deploy()

    outcomes = race(settings, issue_now, field)

    assert outcomes == {"issued": 1, "rate_limited": field.size - 1}
    assert stored_code(ports, "login").issue == 1


@pytest.mark.parametrize("field", SIZES)
def test_of_many_who_register_an_address_at_once_one_gets_a_mail(deploy: Deploy, field: Field) -> None:
    """From as many networks: a mailbox is not flooded, and the one code is the first one's."""
    settings, ports = deploy()

    outcomes = race(settings, register_now, field)

    assert outcomes == {"registered": 1, "rate_limited": field.size - 1}
    assert [mail.to for mail in ports.accounts.outbox.find()] == [EMAIL]
    assert [code.issue for code in ports.accounts.codes.find()] == [1]


@pytest.mark.parametrize("field", SIZES)
def test_of_many_guesses_at_once_five_are_compared(deploy: Deploy, field: Field) -> None:
    """A try is counted before it is compared, so no number of guesses at once is more than five."""
    settings, ports = deploy(rate_limits=False)
    make_account(ports)
    send_sign_in_code(ports, EMAIL, None, HERE)
    right = code_of_mail(ports, mail_of(ports))

    outcomes = race(settings, partial(guess, right), field)

    assert outcomes["signed in"] <= 1
    assert outcomes["signed in"] + outcomes["code_invalid"] == field.size
    assert stored_code(ports, "login").tries <= MOST_TRIES


@pytest.mark.parametrize("field", SIZES)
def test_of_many_wrong_passwords_at_once_five_are_hashed(deploy: Deploy, field: Field) -> None:
    """A try is counted before the hash: whoever is refused costs next to nothing."""
    settings, ports = deploy()
    make_account(ports)

    outcomes = race(settings, guess_password, field)

    assert 1 <= outcomes["credentials_invalid"] <= 5
    assert outcomes["credentials_invalid"] + outcomes["rate_limited"] + outcomes["passwords_busy"] == field.size
