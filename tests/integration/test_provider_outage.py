"""A provider that falls silent, seen from outside: sign-ins with it fail soon, and all else goes on."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import urllib3

from dev.servers import MongodServer
from tests.conftest import Service, Store, settings_for
from tests.helpers.lying_provider import LyingProvider, running_lying_provider

pytestmark = pytest.mark.real

DESCRIPTION = "/.well-known/openid-configuration"
SIGN_INS = 16


@pytest.fixture
def provider() -> Iterator[LyingProvider]:
    """One that tells the truth until the test silences it."""
    with running_lying_provider() as running:
        yield running


@pytest.fixture
def service(
    serve: Callable[..., Service],
    minio: Store,
    mongod: MongodServer,
    signing_keys: dict[str, str],
    provider: LyingProvider,
) -> Service:
    """One worker with accounts and that provider."""
    accounts = {"auth_mode": "accounts", "mail_page": True, "rate_limits": False}
    return serve(settings_for(minio, mongod, **signing_keys, **accounts, **provider.settings))


def timed(call: Callable[[], Any]) -> tuple[Any, float]:
    """What the call answers, and after how many seconds."""
    began = time.monotonic()
    return call(), time.monotonic() - began


def begin(service: Service) -> Any:
    """Choose the provider on the page."""
    body = {"provider": "oidc"}
    return urllib3.request("POST", f"{service.url}/api/auth/login", json=body, retries=False, timeout=20)


def show_session(service: Service) -> int:
    """A call that has nothing to do with it, and needs the database."""
    return urllib3.request("GET", f"{service.url}/api/auth/session", retries=False).status


def test_while_a_provider_is_silent_sign_ins_fail_soon_and_other_calls_go_on(
    service: Service, provider: LyingProvider
) -> None:
    """Twice as many sign-ins as the worker has threads: a few wait for less than six seconds, the others not at all."""
    provider.silent.add(DESCRIPTION)
    with ThreadPoolExecutor(SIGN_INS) as people:
        starts = [people.submit(timed, lambda: begin(service)) for _ in range(SIGN_INS)]
        others = [timed(lambda: show_session(service)) for _ in range(30)]
        answers = [start.result() for start in starts]

    assert {answer.status for answer, _ in answers} == {503}
    assert {answer.json()["code"] for answer, _ in answers} == {"identity_unavailable"}
    assert max(seconds for _, seconds in answers) < 6
    assert {status for status, _ in others} == {200}
    assert max(seconds for _, seconds in others) < 2

    provider.silent.clear()
    assert begin(service).status == 200
