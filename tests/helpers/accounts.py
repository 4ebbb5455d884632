"""The API with accounts in memory: a browser's client, and the mails."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from dev.in_memory import in_memory_accounts
from service.accounts.adapters.account_auth import AccountAuthenticator
from service.accounts.adapters.jwt.access_tokens import LocalAccessTokens
from service.accounts.adapters.local_guest_auth import LocalGuestAuthenticator
from service.accounts.adapters.upload_tokens import JwtUploadTokens
from service.accounts.model import Mail, User
from service.accounts.usecases.codes import code_of_mail
from service.accounts.usecases.guests import prepare_accounts
from service.ports import Ports
from service.settings import Settings
from tests.helpers.api import client_of, session_authenticator

EMAIL = "ada@example.com"
PASSWORD = "correct horse battery staple"
# As a browser sends it with every request of the page.
OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}


def accounts_settings(**values: Any) -> Settings:
    """Return settings of a local service with accounts, which shows its mails."""
    return Settings(
        **{"auth_mode": "accounts", "mail_page": True, "secret_key": "k" + "0f1e2d3c4b5a6978" * 4, **values}
    )


def accounts_ports(ports: Ports, settings: Settings) -> Ports:
    """Return ports with new accounts in memory."""
    tokens = LocalAccessTokens(settings, ports.keyring)
    ports = replace(ports, accounts=in_memory_accounts(settings), access_tokens=tokens, authenticators=())
    accounts = ports.accounts
    guest = (LocalGuestAuthenticator(accounts.users),) if accounts.policy.guests == "local" else ()
    authenticators = (
        JwtUploadTokens(ports.keyring, ports.now),
        AccountAuthenticator(settings, ports),
        session_authenticator(ports),
        *guest,
    )
    ports = replace(ports, authenticators=authenticators)
    prepare_accounts(ports)
    return ports


@pytest.fixture
def accounts(ports: Ports) -> Ports:
    """Ports with accounts in memory, and no guests."""
    return accounts_ports(ports, accounts_settings())


@pytest.fixture
def page(accounts: Ports) -> FlaskClient:
    """A browser on the page of a service with accounts."""
    return page_of(accounts, accounts_settings())


def page_of(ports: Ports, settings: Settings) -> FlaskClient:
    """Return a separate browser on the page."""
    client = client_of(settings, ports)
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    return client


def script_of(ports: Ports, settings: Settings | None = None) -> FlaskClient:
    """Return a script's client, without a page's headers and cookies."""
    return client_of(settings or accounts_settings(), ports)


def bearer(credential: str) -> dict[str, str]:
    """Return the header for an API key or a token."""
    return {"Authorization": f"Bearer {credential}"}


def make_key(page: FlaskClient, name: str = "a script", **fields: Any) -> dict[str, Any]:
    """Make an API key of the user who is signed in on the page."""
    made = page.post("/api/auth/api-keys", json={"name": name, **fields})
    assert made.status_code == 201, made.text
    key: dict[str, Any] = made.get_json()
    return key


def mails_to(ports: Ports, email: str = EMAIL) -> list[Mail]:
    """Return the mails to the address, newest first."""
    return [mail for mail in ports.accounts.outbox.find(state="kept") if mail.to == email]


def code_in_mail(ports: Ports, email: str = EMAIL) -> str:
    """Return the digits in the newest mail to the address."""
    return code_of_mail(ports, mails_to(ports, email)[0])


def register(page: FlaskClient, ports: Ports, email: str = EMAIL, password: str = PASSWORD) -> dict[str, Any]:
    """Register and verify; return the answer with the session."""
    asked = page.post("/api/auth/register", json={"email": email, "password": password})
    assert asked.status_code == 202, asked.text
    proof = {
        "email": email,
        "code": code_in_mail(ports, email),
        "verification_token": asked.get_json()["verification_token"],
    }
    verified = page.post("/api/auth/verify-email", json=proof)
    assert verified.status_code == 201, verified.text
    session: dict[str, Any] = verified.get_json()
    return session


def add_user(ports: Ports, email: str = EMAIL) -> User:
    """Add a user with an account, without mail and password."""
    now = ports.now()
    user = User(ports.new_id(), "user", created_at=now, seen_at=now, email=email, verified_at=now)
    ports.accounts.users.add(user)
    return user


MakePage = Callable[..., FlaskClient]
