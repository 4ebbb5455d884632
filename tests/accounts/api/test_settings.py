"""What the settings of accounts change, over HTTP."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from service.accounts.adapters.argon2_passwords import Argon2Passwords
from service.accounts.adapters.limits_attempts import UncountedAttempts
from service.app import build_ports
from service.bounded import unbounded
from service.ports import Ports
from tests.conftest import Clock
from tests.helpers.accounts import (
    EMAIL,
    PASSWORD,
    accounts_ports,
    accounts_settings,
    bearer,
    code_in_mail,
    make_key,
    page_of,
    register,
    script_of,
)


@pytest.mark.parametrize("values", [{"session_expires_in": 900}, {"session_idle_expires_in": 900}])
def test_a_session_lasts_as_long_as_is_set(ports: Ports, clock: Clock, values: dict[str, Any]) -> None:
    """In all, or without a request."""
    settings = accounts_settings(**values)
    made = accounts_ports(ports, settings)
    page = page_of(made, settings)
    register(page, made)
    clock.time += timedelta(seconds=899)
    assert page.get("/v1/files").status_code == 200
    clock.time += timedelta(seconds=901)
    assert page.get("/v1/files").status_code == 401


@pytest.mark.parametrize(("seconds", "status"), [(119, 201), (120, 400)])
def test_a_code_lasts_as_long_as_is_set(ports: Ports, clock: Clock, seconds: int, status: int) -> None:
    """CODE_EXPIRES_IN."""
    settings = accounts_settings(code_expires_in=120)
    made = accounts_ports(ports, settings)
    page = page_of(made, settings)
    page.post("/api/auth/register", json={"email": EMAIL, "password": PASSWORD})
    clock.time += timedelta(seconds=seconds)
    proof = {"email": EMAIL, "code": code_in_mail(made), "password": PASSWORD}
    assert page.post("/api/auth/verify-email", json=proof).status_code == status


def test_a_scripts_credentials_last_as_long_as_is_set(ports: Ports, clock: Clock) -> None:
    """An access token, the refreshing, and a key for which the request does not say."""
    settings = accounts_settings(
        access_token_expires_in=60, refresh_token_expires_in=3600, api_key_expires_in=7200, session_expires_in=60
    )
    made = accounts_ports(ports, settings)
    page, script = page_of(made, settings), script_of(made, settings)
    register(page, made)
    key = make_key(page)
    pair = script.post("/api/auth/login", json={"email": EMAIL, "password": PASSWORD, "tokens": True}).get_json()
    refreshing = {"refresh_token": pair["refresh_token"]}
    assert pair["expires_in"] == 60
    clock.pass_(65)
    assert script.get("/v1/files", headers=bearer(pair["access_token"])).status_code == 401
    clock.pass_(3600 - 66)
    refreshing = {"refresh_token": script.post("/api/auth/refresh", json=refreshing).get_json()["refresh_token"]}
    clock.pass_(1)
    assert script.post("/api/auth/refresh", json=refreshing).get_json()["code"] == "session_revoked"
    clock.pass_(3599)
    assert script.get("/v1/files", headers=bearer(key["key"])).status_code == 200
    clock.pass_(1)
    assert script.get("/v1/files", headers=bearer(key["key"])).status_code == 401


def test_passwords_are_hashed_with_as_much_memory_as_is_set() -> None:
    """The hash itself says so."""
    passwords = build_ports(accounts_settings(password_memory_kib=8192)).accounts.passwords
    assert isinstance(passwords, Argon2Passwords)
    assert "$m=8192," in passwords.hash(PASSWORD)


def test_tries_are_counted_unless_rate_limits_is_off() -> None:
    """Off is for measuring."""
    counting = [
        unbounded(build_ports(accounts_settings(rate_limits=value))).accounts.attempts for value in (True, False)
    ]
    assert [isinstance(attempts, UncountedAttempts) for attempts in counting] == [False, True]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "box.lan"])
def test_guests_where_others_reach_the_service_are_bounded(host: str) -> None:
    """GUESTS=local lets everybody in and does not start; GUESTS=own needs a quota."""
    given = {"guests": "local", "host": host, "public_url": "https://moodrop.example"}
    given |= {"mail_page": False, "smtp_url": "smtps://mail.example", "mail_from": "moodrop@example.com"}
    with pytest.raises(ValidationError, match="local lets everyone in without signing in"):
        accounts_settings(**given)
    assert accounts_settings(**given, allow_open_on_network=True).guests == "local"
    with pytest.raises(ValidationError, match="set QUOTA_BYTES too"):
        accounts_settings(**given | {"guests": "own"})
    assert accounts_settings(**given | {"guests": "own", "quota_bytes": 1}).guests == "own"
