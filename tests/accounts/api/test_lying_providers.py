"""Providers that answer what none should, or nothing: nobody is signed in, and nobody waits for long."""

import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from flask.testing import FlaskClient

from service.accounts.api.identities import providers
from service.accounts.api.identities.timed_requests import MAX_BYTES
from service.accounts.model import Identity, User
from service.accounts.usecases import identities
from service.accounts.usecases.users import user_of_email
from service.ports import Ports
from service.settings import Settings
from tests.helpers.accounts import EMAIL, accounts_ports, accounts_settings, page_of, register
from tests.helpers.lying_provider import HOLD_S, LyingProvider, running_lying_provider
from tests.provider import a_key

FAILED = "/sign-in#problem=sign_in_failed"
UNAVAILABLE = "/sign-in#problem=identity_unavailable"
DESCRIPTION = "/.well-known/openid-configuration"


@pytest.fixture
def provider() -> Iterator[LyingProvider]:
    """One that tells the truth until the test changes it."""
    with running_lying_provider() as running:
        yield running


@pytest.fixture
def settings(provider: LyingProvider) -> Settings:
    """Accounts whose provider it is."""
    return accounts_settings(**provider.settings)


@pytest.fixture
def accounts(ports: Ports, settings: Settings) -> Ports:
    """Accounts in memory."""
    return accounts_ports(ports, settings)


@pytest.fixture
def page(accounts: Ports, settings: Settings) -> FlaskClient:
    """A browser on the page."""
    return page_of(accounts, settings)


def sign_in(page: FlaskClient, provider: LyingProvider, name: str = "oidc") -> str:
    """There and back; where the callback leads to."""
    answer = page.post("/api/auth/login", json={"provider": name})
    assert answer.status_code == 200, answer.text
    sent = parse_qs(urlsplit(answer.get_json()["url"]).query)
    provider.nonce = sent.get("nonce", [""])[0]
    return str(page.get(f"/api/auth/callback/{name}?code=c&state={sent['state'][0]}").headers["Location"])


def user(page: FlaskClient) -> Any:
    """Whoever is signed in."""
    return page.get("/api/auth/session").get_json()["user"]


def test_who_tells_the_truth_signs_people_in(page: FlaskClient, provider: LyingProvider) -> None:
    """So that what follows is refused for its lie alone."""
    assert sign_in(page, provider) == "/"
    assert user(page)["email"] == EMAIL


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "another"},
        {"aud": None},
        {"aud": "another", "azp": "moodrop-tests"},
        {"sub": None},
        {"sub": ""},
        {"sub": "s" * 256},
        {"sub": ["s1"]},
        {"exp": 1_000_000},
        {"exp": None},
        {"exp": "tomorrow"},
    ],
    ids=str,
)
def test_a_claim_that_lies_signs_nobody_in(page: FlaskClient, provider: LyingProvider, claims: dict[str, Any]) -> None:
    """Each of them, however well the token is signed."""
    provider.claims = claims
    assert sign_in(page, provider) == FAILED
    assert user(page) is None


@pytest.mark.parametrize("algorithm", ["HS256", "none"])
def test_a_token_that_anybody_could_sign_is_refused(page: FlaskClient, provider: LyingProvider, algorithm: str) -> None:
    """Though the provider lists the algorithm: with its public key as a secret, or without a signature."""
    answer = page.post("/api/auth/login", json={"provider": "oidc"})
    sent = parse_qs(urlsplit(answer.get_json()["url"]).query)
    provider.nonce = sent["nonce"][0]
    true = jwt.decode(provider.answer("/token")["id_token"], options={"verify_signature": False})
    secret = str(provider.key.public["n"]) if algorithm == "HS256" else ""
    forged = jwt.encode(true, secret, algorithm, headers={"kid": provider.key.key_id})
    provider.answers["/token"] = {"access_token": "at", "token_type": "Bearer", "id_token": forged}
    back = page.get(f"/api/auth/callback/oidc?code=c&state={sent['state'][0]}")
    assert back.headers["Location"] == FAILED
    assert user(page) is None


def test_a_token_of_a_strangers_key_is_refused(page: FlaskClient, provider: LyingProvider) -> None:
    """Of the same name as the provider's."""
    provider.answers["/jwks"] = {"keys": [provider.key.public]}
    assert sign_in(page, provider) == "/"
    page.post("/api/auth/logout")
    provider.key = a_key("RS256", "another")
    object.__setattr__(provider.key, "key_id", "k1")
    assert sign_in(page, provider) == FAILED


@pytest.mark.parametrize("verified", [False, "true", 1, None, "yes", ["true"]], ids=str)
def test_only_the_boolean_true_is_a_verified_address(
    page: FlaskClient, accounts: Ports, settings: Settings, provider: LyingProvider, verified: object
) -> None:
    """Whatever else it is lets nobody into the account that has the address."""
    register(page, accounts)
    provider.claims = {"email_verified": verified}
    other = page_of(accounts, settings)
    assert sign_in(other, provider) == FAILED
    assert user(other) is None
    owner = user_of_email(accounts, EMAIL)
    assert owner
    assert owner.identities == ()


def test_a_second_person_with_the_address_does_not_get_the_account(page: FlaskClient, provider: LyingProvider) -> None:
    """The provider gave the address to somebody else: it is another person there."""
    sign_in(page, provider)
    page.post("/api/auth/logout")
    provider.claims = {"sub": "s2"}
    assert sign_in(page, provider) == FAILED
    assert user(page) is None


def test_two_sign_ins_at_once_make_one_account(
    page: FlaskClient, accounts: Ports, provider: LyingProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one finds nobody and then the identity taken: it reads again."""
    sign_in(page, provider)
    first = user(page)["user_id"]
    answers = iter([None])

    def too_early(ports: Ports, identity: Identity) -> User | None:
        return next(answers, known(ports, identity))

    known = identities.user_of_identity
    monkeypatch.setattr(identities, "user_of_identity", too_early)
    monkeypatch.setattr(identities, "_linked_by_email", lambda *_: None)
    assert sign_in(page, provider) == "/"
    assert user(page)["user_id"] == first


def test_starts_and_returns_are_counted(page: FlaskClient, provider: LyingProvider) -> None:
    """A network gets 30 of the one and 60 of the other in 15 minutes."""
    starts = [page.post("/api/auth/login", json={"provider": "oidc"}) for _ in range(31)]
    assert [answer.status_code for answer in starts] == [200] * 30 + [429]
    assert starts[-1].get_json()["code"] == "rate_limited"
    ways = [page.get("/api/auth/callback/oidc?code=c&state=s").headers["Location"] for _ in range(61)]
    assert ways == [FAILED] * 60 + ["/sign-in#problem=rate_limited"]


@pytest.mark.parametrize("email", [None, "", 7, "no address", "a@b@c.example", "ada@example.com\nBcc: x@example.com"])
def test_without_a_usable_address_the_account_has_none(
    page: FlaskClient, provider: LyingProvider, email: object
) -> None:
    """Some providers give none, and some people hide theirs."""
    provider.claims = {"email": email}
    assert sign_in(page, provider) == "/"
    assert user(page)["email"] is None


def test_a_name_is_one_line_of_it(page: FlaskClient, provider: LyingProvider) -> None:
    """At most 100 characters, and none that a terminal obeys."""
    provider.claims = {"name": " Ada\x1b[31m\n" + "x" * 200}
    sign_in(page, provider)
    assert user(page)["name"] == "Ada[31m" + "x" * 93


def test_an_address_may_come_from_userinfo(page: FlaskClient, provider: LyingProvider) -> None:
    """Many providers leave it out of the token."""
    provider.claims = {"email": None, "email_verified": None}
    provider.described = {"userinfo_endpoint": provider.url + "/me"}
    provider.answers["/me"] = {"sub": "s1", "email": "grace@example.com", "email_verified": True}
    assert sign_in(page, provider) == "/"
    assert user(page)["email"] == "grace@example.com"


def test_the_userinfo_of_somebody_else_is_not_used(page: FlaskClient, provider: LyingProvider) -> None:
    """Its subject is another one."""
    provider.claims = {"email": None, "email_verified": None}
    provider.described = {"userinfo_endpoint": provider.url + "/me"}
    provider.answers["/me"] = {"sub": "s2", "email": "grace@example.com", "email_verified": True}
    assert sign_in(page, provider) == "/"
    assert user(page)["email"] is None


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"access_token": "at", "token_type": "Bearer"},
        {"access_token": "at", "token_type": "Bearer", "id_token": "x.y.z"},
        {"access_token": "at", "token_type": "Bearer", "id_token": 7},
        {"error": "invalid_grant"},
        [],
        "text",
        b"<html>",
        b"",
        b"\xff\xfe",
    ],
    ids=str,
)
def test_a_token_answer_that_is_none_signs_nobody_in(
    page: FlaskClient, provider: LyingProvider, answer: object
) -> None:
    """And is no defect of ours."""
    provider.answers["/token"] = answer
    assert sign_in(page, provider) in (FAILED, UNAVAILABLE)
    assert user(page) is None


@pytest.mark.parametrize("path", ["/token", "/jwks"])
@pytest.mark.parametrize("status", [500, 503])
def test_a_provider_that_is_out_of_order_is_unavailable(
    page: FlaskClient, provider: LyingProvider, path: str, status: int
) -> None:
    """Trying again later helps."""
    provider.statuses[path] = status
    assert sign_in(page, provider) == UNAVAILABLE
    provider.statuses.clear()
    assert sign_in(page, provider) == "/"


@pytest.mark.parametrize(
    "described", [{}, [], "text", b"<html>", {"issuer": "https://evil.example"}, {"issuer": 7}], ids=str
)
def test_a_provider_that_describes_itself_wrongly_is_unavailable_until_it_does_better(
    page: FlaskClient, provider: LyingProvider, described: object
) -> None:
    """Nothing of it is remembered."""
    provider.answers[DESCRIPTION] = described
    answer = page.post("/api/auth/login", json={"provider": "oidc"})
    assert (answer.status_code, answer.get_json()["code"]) == (503, "identity_unavailable")
    assert "Retry-After" in answer.headers
    provider.answers.clear()
    assert sign_in(page, provider) == "/"


def test_a_description_of_another_issuer_is_refused(page: FlaskClient, provider: LyingProvider) -> None:
    """However complete it is."""
    provider.described = {"issuer": "https://evil.example"}
    answer = page.post("/api/auth/login", json={"provider": "oidc"})
    assert (answer.status_code, answer.get_json()["code"]) == (503, "identity_unavailable")


def test_a_description_without_addresses_is_not_remembered_either(page: FlaskClient, provider: LyingProvider) -> None:
    """Of the right issuer, but half."""
    provider.answers[DESCRIPTION] = {"issuer": provider.url}
    answer = page.post("/api/auth/login", json={"provider": "oidc"})
    assert answer.get_json()["code"] == "identity_unavailable"
    provider.answers.clear()
    assert sign_in(page, provider) == "/"


@pytest.mark.parametrize("path", [DESCRIPTION, "/token", "/jwks"])
def test_a_silent_provider_is_waited_for_less_than_six_seconds(
    page: FlaskClient, provider: LyingProvider, path: str
) -> None:
    """At the start and at the callback."""
    provider.silent.add(path)
    began = time.monotonic()
    if path == DESCRIPTION:
        assert page.post("/api/auth/login", json={"provider": "oidc"}).status_code == 503
    else:
        assert sign_in(page, provider) == UNAVAILABLE
    assert time.monotonic() - began < 6
    provider.silent.clear()
    assert sign_in(page, provider) == "/"


@pytest.mark.parametrize("path", [DESCRIPTION, "/token", "/jwks"])
def test_a_provider_that_answers_a_byte_at_a_time_is_left(
    page: FlaskClient, provider: LyingProvider, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """Each byte comes in time, so no time-out of a socket ends it: three such sign-ins would take a worker's places."""
    monkeypatch.setattr(providers, "LONGEST_S", 1.0)
    provider.slow.add(path)
    began = time.monotonic()
    if path == DESCRIPTION:
        assert page.post("/api/auth/login", json={"provider": "oidc"}).status_code == 503
    else:
        assert sign_in(page, provider) == UNAVAILABLE
    assert time.monotonic() - began < HOLD_S / 2
    provider.slow.clear()
    monkeypatch.undo()
    assert sign_in(page, provider) == "/"


@pytest.mark.parametrize("path", [DESCRIPTION, "/token", "/jwks"])
def test_an_answer_that_is_too_large_is_not_read(page: FlaskClient, provider: LyingProvider, path: str) -> None:
    """However right it is."""
    right = json.dumps(provider.answer(path)).encode()
    provider.answers[path] = right + b" " * MAX_BYTES
    if path == DESCRIPTION:
        assert page.post("/api/auth/login", json={"provider": "oidc"}).status_code == 503
    else:
        assert sign_in(page, provider) == UNAVAILABLE
    provider.answers.clear()
    assert sign_in(page, provider) == "/"


def test_a_provider_that_is_down_is_unavailable(ports: Ports, free_address: str) -> None:
    """Nothing listens there."""
    settings = accounts_settings(oidc_issuer=free_address, oidc_client_id="c", oidc_client_secret="s")
    page = page_of(accounts_ports(ports, settings), settings)
    answer = page.post("/api/auth/login", json={"provider": "oidc"})
    assert (answer.status_code, answer.get_json()["code"]) == (503, "identity_unavailable")


@pytest.fixture
def free_address() -> str:
    """Where nobody listens."""
    from dev.ports import free_port

    return f"http://127.0.0.1:{free_port()}"


ADA = {"id": 7, "login": "ada", "name": "Ada"}


@pytest.fixture
def github(ports: Ports, provider: LyingProvider, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A browser on the page of a service whose GitHub is the provider."""
    where = {
        "authorize_url": f"{provider.url}/login/oauth/authorize",
        "access_token_url": f"{provider.url}/login/oauth/access_token",
        "api_base_url": f"{provider.url}/",
    }
    monkeypatch.setattr(providers, "GITHUB", where)
    provider.answers["/login/oauth/access_token"] = {"access_token": "at", "token_type": "bearer"}
    provider.answers["/user"] = ADA
    settings = accounts_settings(github_client_id="id", github_client_secret="secret-of-github")
    return page_of(accounts_ports(ports, settings), settings)


@pytest.mark.parametrize(
    ("emails", "expected"),
    [
        ([{"email": "old@example.com", "primary": False, "verified": True},
          {"email": EMAIL, "primary": True, "verified": True}], EMAIL),
        ([{"email": EMAIL, "primary": True, "verified": False}], None),
        ([{"email": EMAIL, "primary": True, "verified": "true"}], None),
        ([{"email": EMAIL, "primary": False, "verified": True}], None),
        ([], None),
    ],
)  # fmt: skip
def test_github_gives_its_verified_primary_address(
    github: FlaskClient, provider: LyingProvider, emails: list[dict[str, object]], expected: str | None
) -> None:
    """It is no OpenID provider: its API says who it is."""
    provider.answers["/user/emails"] = emails
    assert sign_in(github, provider, "github") == "/"
    assert user(github)["email"] == expected
    assert user(github)["name"] == "Ada"


@pytest.mark.parametrize("who", [{}, [], {"id": None}, b"<html>", {"message": "Bad credentials"}], ids=str)
def test_a_github_that_does_not_say_who_it_is_signs_nobody_in(
    github: FlaskClient, provider: LyingProvider, who: object
) -> None:
    """Nobody is number None."""
    provider.answers["/user"] = who
    provider.answers["/user/emails"] = []
    assert sign_in(github, provider, "github") in (FAILED, UNAVAILABLE)
    assert user(github) is None


def test_a_code_that_github_refuses_signs_nobody_in(github: FlaskClient, provider: LyingProvider) -> None:
    """It says so with a 200."""
    provider.answers["/login/oauth/access_token"] = {"error": "bad_verification_code"}
    assert sign_in(github, provider, "github") == FAILED
