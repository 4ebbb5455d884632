"""mongod is killed under a service with accounts: every call says when to come again, and then works by itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any

import pytest
from flask.testing import FlaskClient
from pymongo import MongoClient
from werkzeug.test import TestResponse

from service.accounts.usecases.admin.operator import set_admin
from service.app import build_ports, create_app
from service.ports import Ports
from service.settings import Settings
from tests.builders import SECRET_KEY
from tests.helpers.account_calls import FORMS
from tests.helpers.accounts import EMAIL, PASSWORD, bearer, make_key, register
from tests.helpers.api import UNKNOWN_ID
from tests.helpers.problems import assert_problem
from tests.integration.frail import Frail, frail_pair

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]

ADDRESSES = ("/api/", "/.well-known/", "/dev/mail", "/v1/session", "/v1/upload-tokens")
# What stands for the parameters of an address.
FILLED = {"provider": "github", "user_code": "BCDF-GHJK"}
CREDENTIAL: dict[str, Any] = {"id": "AAAA", "type": "public-key"}
ATTESTATION = {"clientDataJSON": "e30", "attestationObject": "AAAA"}
ASSERTION = {"clientDataJSON": "e30", "authenticatorData": "AAAA", "signature": "AAAA"}
# A form of each call that takes a body.
BODIES: dict[str, dict[str, Any]] = {
    **{name.replace(" ", " /api/auth/", 1): form for name, form in FORMS.items()},
    "POST /api/auth/identities": {"provider": "github"},
    "POST /api/auth/passkeys": {"credential": {**CREDENTIAL, "response": ATTESTATION}},
    "POST /api/auth/passkey/login": {"credential": {**CREDENTIAL, "response": ASSERTION}},
    "PATCH /api/admin/users/<path:user_id>": {"disabled": True},
    "POST /v1/upload-tokens": {},
}
NEED_NO_KEY = {"DELETE /v1/session"}  # it ends the cookie's session, and a script has none
# What they answer follows from SECRET_KEY.
NEED_NO_DATABASE = {"GET /.well-known/jwks.json": 200, "POST /api/auth/passkey/options": 200}


@dataclass
class World:
    """The API in this process, and the database behind it, which a test may kill."""

    frail: Frail
    settings: Settings
    ports: Ports
    page: FlaskClient
    api_key: str

    @property
    def stranger(self) -> FlaskClient:
        """A page of ours without a cookie."""
        client = self.page.application.test_client()
        client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
        return client

    def calls(self) -> list[str]:
        """Return the method and the rule of every call of accounts that the app has."""
        rules = [rule for rule in self.page.application.url_map.iter_rules() if rule.rule.startswith(ADDRESSES)]
        return sorted(f"{method} {rule.rule}" for rule in rules for method in rule.methods - {"HEAD", "OPTIONS"})

    def stored(self) -> dict[str, list[dict[str, Any]]]:
        """Return all that the database holds."""
        with MongoClient[dict[str, Any]](self.settings.mongodb_uri) as mongo:
            mongo.admin.command("fsync")  # a kill takes cheap writes of the last moment with it
            database = mongo[self.settings.mongodb_database]
            names = sorted(database.list_collection_names())
            return {name: list(database[name].find().sort("_id")) for name in names}


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Ada, an administrator, on the page and in a script, in a service that has served her."""
    with frail_pair(tmp_path_factory.mktemp("frail")) as frail:
        settings = frail.settings(
            auth_mode="accounts",
            secret_key=SECRET_KEY,
            mail_page=True,
            guests="own",
            password_memory_kib=8192,
            github_client_id="an id",
            github_client_secret="the secret of a provider",
        )
        ports = build_ports(settings)
        page = create_app(settings, ports).test_client()
        page.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
        assert page.get("/api/auth/session").status_code == 200
        register(page, ports)
        set_admin(ports, EMAIL, is_admin=True)
        assert page.post("/api/auth/login", json={"email": EMAIL, "password": PASSWORD}).status_code == 201
        made = World(frail, settings, ports, page, make_key(page)["key"])
        assert ask(made.stranger, "GET /v1/session", headers=bearer(made.api_key)).status_code == 200
        yield made
        ports.records.close()
        ports.accounts.attempts.close()


def ask(client: FlaskClient, call: str, **options: Any) -> TestResponse:
    """Make a call as its rule and its form say."""
    method, _, rule = call.partition(" ")
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda parameter: FILLED.get(parameter[1], UNKNOWN_ID), rule)
    body = BODIES.get(call, {} if method in ("POST", "PATCH", "PUT") else None)
    return client.open(path, method=method, json=body, **options)


def assert_unavailable(answer: TestResponse) -> bool:
    problem = assert_problem(answer, 503, "database_unavailable")
    assert problem["retryable"] is True
    return int(answer.headers["Retry-After"]) >= 1


def comes_back(client: FlaskClient, call: str, **options: Any) -> TestResponse:
    """Return the answer of a call once the database is there again."""
    until = monotonic() + 60
    while (answer := ask(client, call, **options)).status_code == 503:
        assert monotonic() < until, answer.text
        sleep(0.2)
    return answer


def test_every_call_survives_an_outage(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """503 with Retry-After, to the page, to a script, and to strangers who are not told at once to sign in.

    Nothing is half done: the database holds what it held. Once it is back, everybody is still signed in.
    """
    before = world.stored()
    world.frail.kill(world.frail.database)

    for call in world.calls():
        answers = [ask(world.page, call), ask(world.stranger, call, headers=bearer(world.api_key))]
        if call in NEED_NO_DATABASE:
            assert [answer.status_code for answer in answers] == [NEED_NO_DATABASE[call]] * 2
        else:
            assert_unavailable(answers[0])
            assert call in NEED_NO_KEY or assert_unavailable(answers[1])
        stranger = ask(world.stranger, call)
        assert stranger.status_code in (200, 204, 401) or assert_unavailable(stranger)
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []

    world.frail.start_database()
    assert comes_back(world.page, "GET /api/auth/account").get_json()["email"] == EMAIL
    assert comes_back(world.stranger, "GET /v1/session", headers=bearer(world.api_key)).status_code == 200
    assert world.stored() == before
    assert comes_back(world.page, "POST /api/auth/otp/send").status_code == 202
    assert comes_back(world.page, "PATCH /api/auth/account").get_json()["name"] == "Ada"
    assert comes_back(world.stranger, "POST /api/auth/login").status_code == 201
