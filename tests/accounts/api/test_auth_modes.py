"""A new AUTH_MODE takes one module and one line in the registry; the rest of the service accepts it unchanged."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from service.app import build_ports
from service.ports import Ports
from service.registry import AUTH_METHODS
from service.server.wsgi_settings import settings_or_exit
from service.settings import Settings
from service.shared.checks import StoreCheck
from service.shared.model import Caller, Credentials
from service.shared.scopes import FILES_READ
from tests.helpers.api import client_of
from tests.helpers.problems import assert_problem

KEY = "ApiKey of-carol"


class ApiKeys:
    """The Authenticator port for a single key. A real one would look keys up in the database."""

    def __init__(self, ports: Ports) -> None:
        self.ports = ports

    def authenticate(self, credentials: Credentials) -> Caller | None:
        if credentials.authorization != KEY:
            return None
        return Caller("carol", frozenset({FILES_READ}))

    def check(self) -> list[StoreCheck]:
        return []


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of a service that has one more auth method and uses it."""
    monkeypatch.setitem(AUTH_METHODS, "keys", lambda settings, ports: ApiKeys(ports))
    return Settings(auth_mode="keys")


@pytest.fixture
def client(keys: Settings, ports: Ports) -> Iterator[FlaskClient]:
    built = build_ports(keys)
    yield client_of(keys, replace(ports, authenticators=built.authenticators[:2]))
    built.records.close()


def test_a_new_mode_is_told_to_clients(client: FlaskClient) -> None:
    """The session names the mode, and the caller if there is one; every answer matches the OpenAPI document."""
    stranger = client.get("/v1/session")
    carol = client.get("/v1/session", headers={"Authorization": KEY})

    assert stranger.status_code == carol.status_code == 200
    assert [answer.get_json()["auth_mode"] for answer in (stranger, carol)] == ["keys", "keys"]
    assert [answer.get_json()["owner"] for answer in (stranger, carol)] == [None, "carol"]


def test_a_new_mode_lets_in_whom_it_knows(client: FlaskClient) -> None:
    """Within the scopes that the new method grants."""
    headers = {"Authorization": KEY}

    assert client.get("/v1/files", headers=headers).status_code == 200
    assert_problem(client.get("/v1/uploads", headers=headers), 403, "scope_missing")
    assert_problem(client.get("/v1/files"), 401, "token_missing")


def test_a_method_is_given_the_ports(keys: Settings) -> None:
    """So a method that stores its keys in the database can read them."""
    ports = build_ports(keys)
    [method] = [one for one in ports.authenticators if isinstance(one, ApiKeys)]

    assert method.ports.records is ports.records
    ports.records.close()


def test_the_start_takes_the_modes_of_the_registry(keys: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unknown mode is refused with the list of known ones."""
    monkeypatch.setenv("AUTH_MODE", "keys")
    assert settings_or_exit().auth_mode == "keys"

    monkeypatch.setenv("AUTH_MODE", "key")
    monkeypatch.setenv("PORT", "0")
    with pytest.raises(SystemExit) as caught:
        settings_or_exit()

    assert "  AUTH_MODE: must be 'jwt' or 'open' or 'accounts' or 'keys'" in str(caught.value).splitlines()
    assert "  PORT: must be at least 1" in str(caught.value).splitlines()


def test_an_unknown_mode_builds_nothing(keys: Settings) -> None:
    """This protects code that builds an app without reading the environment."""
    with pytest.raises(SystemExit, match=r"AUTH_MODE=key is not one of: jwt, open, accounts, keys"):
        build_ports(keys.model_copy(update={"auth_mode": "key"}))
