"""Tokens of an identity provider: real keys, fetched over HTTP; rotation, outages and forgeries."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from dev.ports import free_port
from service.accounts.adapters.jwt import jwks
from service.accounts.adapters.jwt.authenticator import LEEWAY_S, JwtAuthenticator
from service.accounts.adapters.jwt.jwks import ProviderKeys
from service.accounts.errors import IdentityUnavailable, TokenExpired, TokenInvalid
from service.ports import Ports
from service.settings import Settings
from service.shared.errors import MoodropError
from service.shared.model import Credentials
from tests.conftest import Clock
from tests.helpers.api import client_of
from tests.helpers.tokens import SECRET, claims, token
from tests.provider import HOLD_S, Key, Provider, a_key, running_provider


@dataclass
class Time:
    """The clock for the age of keys, moved by hand."""

    seconds: float = 1000.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Gate:
    """An authenticator in front of a provider."""

    provider: Provider
    time: Time = field(default_factory=Time)
    settings: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        settings = Settings(jwt_jwks_url=self.provider.url, **self.settings)
        self._authenticator = JwtAuthenticator(settings, Clock(), ProviderKeys(self.provider.url, self.time))

    def owner(self, presented: str) -> str:
        caller = self._authenticator.authenticate(Credentials(f"Bearer {presented}"))
        assert caller is not None
        return caller.owner

    def refusal(self, presented: str) -> type[MoodropError]:
        with pytest.raises(MoodropError) as caught:
            self.owner(presented)
        return type(caught.value)

    def refusal_or_none(self, presented: str) -> type[MoodropError] | None:
        try:
            self.owner(presented)
        except MoodropError as error:
            return type(error)
        return None


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running_provider() as running:
        yield running


@pytest.fixture
def gate(provider: Provider) -> Gate:
    return Gate(provider)


def eventually(check: Callable[[], bool], seconds: float = 30) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if check():
            return True
        time.sleep(0.01)
    return False


# --- what is let in ------------------------------------------------------------------------------
@pytest.mark.parametrize("algorithm", jwks.ALGORITHMS)
def test_a_token_of_the_provider_is_let_in(gate: Gate, algorithm: str) -> None:
    """With each kind of key, which is fetched once for any number of tokens."""
    key = a_key(algorithm)
    gate.provider.publish(key)

    owners = [gate.owner(key.token(claims(sub=f"u{number}"))) for number in range(20)]

    assert owners == [f"u{number}" for number in range(20)]
    assert gate.provider.asked == 1


@pytest.mark.parametrize("algorithm", jwks.ALGORITHMS)
def test_a_token_that_names_no_key_is_tried_with_each(gate: Gate, algorithm: str) -> None:
    """With each key of its kind, whether or not the provider names them."""
    signer = a_key(algorithm, "the second")
    gate.provider.publish(a_key("RS256"), a_key("ES256", None), a_key("EdDSA", "x"), signer)

    assert gate.owner(signer.token(kid=None)) == "u1"
    assert gate.refusal(a_key("EdDSA", "unknown").token(kid=None)) is TokenInvalid


def test_a_key_is_chosen_by_its_id_among_several(gate: Gate) -> None:
    """No other key is tried."""
    first, second = a_key("RS256", "k1"), a_key("RS256", "k2")
    gate.provider.publish(first, second)

    assert gate.owner(second.token()) == gate.owner(first.token()) == "u1"
    assert gate.refusal(second.token(kid="k1")) is TokenInvalid


def test_the_secret_goes_on_beside_the_provider(provider: Provider) -> None:
    """For tokens from `flask token create`; without JWT_SECRET they are refused."""
    key = a_key()
    provider.publish(key)
    both, alone = Gate(provider, settings={"jwt_secret": SECRET}), Gate(provider)

    assert both.owner(token(claims(sub="script"))) == "script"
    assert both.owner(key.token()) == "u1"
    assert alone.refusal(token(claims())) is TokenInvalid


def test_issuer_audience_and_time_are_checked(provider: Provider) -> None:
    """As for tokens of the secret; clocks may differ by only some seconds."""
    key = a_key()
    provider.publish(key)
    gate = Gate(provider, settings={"jwt_issuer": "https://id.example", "jwt_audience": "moodrop"})
    good = {"iss": "https://id.example", "aud": ["other", "moodrop"]}
    now = int(Clock()().timestamp())

    assert gate.owner(key.token(claims(**good))) == "u1"
    assert gate.owner(key.token(claims(**good, exp=now - 1))) == "u1"
    assert LEEWAY_S <= 10
    assert gate.refusal(key.token(claims(**good, exp=now - 11))) is TokenExpired
    for wrong in ({"iss": "https://evil.example"}, {"aud": "other"}, {"iss": ...}, {"aud": ...}, {"nbf": now + 11}):
        assert gate.refusal(key.token(claims(**(good | wrong)))) is TokenInvalid


# --- forgeries -----------------------------------------------------------------------------------
def _pem(key: Key, form: serialization.PublicFormat = serialization.PublicFormat.SubjectPublicKeyInfo) -> str:
    pem: bytes = key.private.public_key().public_bytes(serialization.Encoding.PEM, form)
    return pem.decode()


def _evil_header(name: str, value: Any) -> Callable[[Provider, Key], str]:
    return lambda provider, key: a_key("RS256", "evil").token(kid=key.key_id, **{name: value})


EVIL = a_key("RS256", "evil")
FORGED: dict[str, Callable[[Provider, Key], str]] = {
    "public key as secret": lambda p, key: token(claims(), header={"alg": "HS256", "kid": "k1"}, secret=_pem(key)),
    "public key as secret, no newline": lambda p, key: token(claims(), secret=_pem(key).strip()),
    "public key as secret, PKCS1": lambda p, key: token(claims(), secret=_pem(key, serialization.PublicFormat.PKCS1)),
    "public key as secret, alg RS256": lambda p, key: token(
        claims(), header={"alg": "RS256", "kid": "k1"}, secret=_pem(key)
    ),
    "key of the header": _evil_header("jwk", EVIL.public),
    "address of the header": lambda p, key: EVIL.token(kid="evil", jku=p.url + "?evil"),
    "certificate address": _evil_header("x5u", "http://127.0.0.1:1/evil.pem"),
    "certificate": _evil_header("x5c", ["MIIB"]),
    "another key under its name": lambda p, key: EVIL.token(kid="k1"),
    "kid of a file": lambda p, key: token(claims(), header={"alg": "HS256", "kid": "../../../dev/null"}, secret=""),
    "kid of a file, RS256": lambda p, key: EVIL.token(kid="/etc/passwd"),
    "kid of a query": lambda p, key: EVIL.token(kid="k1' OR '1'='1"),
    "kid of another address": lambda p, key: EVIL.token(kid=p.url),
    "kid of nothing": lambda p, key: EVIL.token(kid=""),
    "kid of a list": lambda p, key: token(claims(), header={"alg": "RS256", "kid": ["k1"]}),
    "kid of an object": lambda p, key: token(claims(), header={"alg": "RS256", "kid": {"$ne": ""}}),
    "no algorithm": lambda p, key: token(claims(), header={"alg": "none", "kid": "k1"}),
    "alg of a list": lambda p, key: token(claims(), header={"alg": ["RS256"], "kid": "k1"}),
    "alg of an object": lambda p, key: token(claims(), header={"alg": {}, "kid": "k1"}),
    "RS512": lambda p, key: Key("RS512", key.private, "k1").token(),
    "PS256": lambda p, key: Key("PS256", key.private, "k1").token(),
    "the secret under RS256": lambda p, key: token(claims(), header={"alg": "RS256", "kid": "k1"}, secret=SECRET),
    "symmetric key of the provider": lambda p, key: token(
        claims(), header={"alg": "HS256", "kid": "oct"}, secret="s" * 32
    ),
    "a key for encryption": lambda p, key: Key("RS256", EVIL.private, "enc").token(),
    "a short key": lambda p, key: Key("RS256", SHORT, "short").token(),
    "a short key, no kid": lambda p, key: Key("RS256", SHORT, None).token(),
    "bad signature": lambda p, key: key.token()[:-6] + "AAAAAA",
    "no dots": lambda p, key: "a",
    "empty": lambda p, key: "",
}
SHORT = rsa.generate_private_key(public_exponent=65537, key_size=1024)


@pytest.mark.filterwarnings("ignore:The RSA key is:UserWarning")
@pytest.mark.parametrize("settings", [{}, {"jwt_secret": SECRET}], ids=["alone", "beside the secret"])
@pytest.mark.parametrize("name", FORGED)
def test_a_forged_token_is_refused(provider: Provider, name: str, settings: dict[str, Any]) -> None:
    """Algorithms never mix: of the header, only alg (a known constant) and kid (a known name) count."""
    key = a_key()
    oct_key = {
        "kty": "oct",
        "kid": "oct",
        "k": "c3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3M",
        "alg": "HS256",
        "use": "sig",
    }
    enc_key = {**EVIL.public, "kid": "enc", "use": "enc"}
    provider.keys = [key.public, oct_key, enc_key, Key("RS256", SHORT, "short").public]
    gate = Gate(provider, settings=settings)
    assert gate.owner(key.token()) == "u1"

    assert gate.refusal(FORGED[name](provider, key)) is TokenInvalid
    assert provider.asked == 1  # only our address was asked, and not again so soon


def test_claims_are_checked_as_for_the_secret(gate: Gate) -> None:
    """A valid signature does not excuse a bad claim."""
    key = a_key()
    gate.provider.publish(key)

    for bad in ({"exp": ...}, {"exp": "9999999999"}, {"sub": ...}, {"sub": ""}, {"scope": ["admin", 7]}):
        assert gate.refusal(key.token(claims(**bad))) is TokenInvalid
    assert gate.refusal(key.token(typ="dpop+jwt")) is TokenInvalid


# --- rotation and outages --------------------------------------------------------------------------
def test_a_new_key_is_taken_in_without_a_restart(gate: Gate) -> None:
    """With its first token; the old key works until it is withdrawn, and at most five minutes longer."""
    old, new = a_key("RS256", "k1"), a_key("RS256", "k2")
    gate.provider.publish(old)
    assert gate.owner(old.token()) == "u1"
    gate.provider.publish(new)
    gate.time.seconds += jwks.RETRY_S

    assert gate.owner(new.token()) == "u1"
    assert gate.refusal(old.token()) is TokenInvalid
    assert gate.provider.asked == 2


def test_a_withdrawn_key_dies_though_nobody_brings_a_new_one(gate: Gate) -> None:
    """Keys are refreshed in the background while the old ones serve."""
    old = a_key()
    gate.provider.publish(old)
    assert gate.owner(old.token()) == "u1"
    gate.provider.publish(a_key("ES256", "k2"))
    gate.time.seconds += jwks.FRESH_S + 1

    assert eventually(lambda: gate.refusal_or_none(old.token()) is TokenInvalid)


def test_invented_keys_do_not_become_requests(gate: Gate) -> None:
    """At most one fetch in five seconds, whatever the tokens name."""
    key = a_key()
    gate.provider.publish(key)
    assert gate.owner(key.token()) == "u1"

    with ThreadPoolExecutor(16) as pool:
        refusals = set(pool.map(lambda number: gate.refusal(EVIL.token(kid=f"no {number}")), range(200)))
    assert (refusals, gate.provider.asked) == ({TokenInvalid}, 1)

    gate.time.seconds += jwks.RETRY_S
    with ThreadPoolExecutor(16) as pool:
        refusals = set(pool.map(lambda number: gate.refusal(EVIL.token(kid=f"no {number}")), range(200)))
    assert (refusals, gate.provider.asked) == ({TokenInvalid}, 2)


def test_many_first_tokens_fetch_once(gate: Gate) -> None:
    """A burst at start waits for a single answer."""
    key = a_key()
    gate.provider.publish(key)
    gate.provider.hold = threading.Event()
    threading.Timer(0.3, gate.provider.hold.set).start()

    with ThreadPoolExecutor(16) as pool:
        owners = set(pool.map(lambda _: gate.owner(key.token()), range(16)))

    assert (owners, gate.provider.asked) == ({"u1"}, 1)


BROKEN: dict[str, dict[str, Any]] = {
    "error": {"status": 500},
    "not found": {"status": 404},
    "redirect": {"status": 302},
    "no JSON": {"body": b"<html>"},
    "a list": {"body": b"[]"},
    "no keys": {"body": b'{"keys": []}'},
    "no list of keys": {"body": b'{"keys": 7}'},
    "nested": {"body": b"[" * 100_000},
    "not UTF-8": {"body": b'{"keys": "\xff\xfe"}'},
}


@pytest.mark.parametrize("name", BROKEN)
def test_known_keys_outlive_a_provider_that_fails(gate: Gate, name: str) -> None:
    """Unknown keys get 503 meanwhile; after a day without an answer, known ones do too."""
    key, new = a_key(), a_key("ES256", "k2")
    gate.provider.publish(key)
    assert gate.owner(key.token()) == "u1"
    for attribute, value in BROKEN[name].items():
        setattr(gate.provider, attribute, value)
    gate.time.seconds += jwks.FRESH_S + 1

    assert gate.owner(key.token()) == "u1"
    assert eventually(lambda: gate.provider.asked == 2)
    assert gate.refusal(new.token()) is IdentityUnavailable
    gate.time.seconds += jwks.STALE_S - jwks.FRESH_S - 10
    assert gate.owner(key.token()) == "u1"
    gate.time.seconds += 20
    assert gate.refusal(key.token()) is IdentityUnavailable

    gate.provider.status, gate.provider.body = 200, None
    gate.provider.publish(key, new)
    gate.time.seconds += jwks.RETRY_S
    assert eventually(lambda: gate.refusal_or_none(new.token()) is None)
    assert gate.owner(key.token()) == "u1"


def test_a_provider_that_was_never_there_is_503(provider: Provider) -> None:
    """No valid token is called invalid."""
    gate = Gate(Provider(url=f"http://127.0.0.1:{free_port()}/jwks.json"), settings={"jwt_secret": SECRET})

    assert gate.refusal(a_key().token()) is IdentityUnavailable
    assert gate.refusal(a_key().token(kid=None)) is IdentityUnavailable
    assert gate.owner(token(claims(sub="script"))) == "script"


def test_a_slow_provider_keeps_nobody_waiting_for_long(gate: Gate) -> None:
    """Known keys never wait; others wait a few seconds once, and then not until it answers."""
    key, new = a_key(), a_key("ES256", "k2")
    gate.provider.publish(key)
    assert gate.owner(key.token()) == "u1"
    gate.provider.hold = threading.Event()
    gate.time.seconds += jwks.FRESH_S + 1

    begun = time.monotonic()
    assert [gate.owner(key.token()) for _ in range(50)] == ["u1"] * 50
    known_took = time.monotonic() - begun
    assert gate.refusal(new.token()) is IdentityUnavailable
    unknown_took = time.monotonic() - begun
    assert eventually(lambda: gate.provider.asked == 2)
    gate.time.seconds += jwks.RETRY_S
    begun = time.monotonic()
    assert gate.refusal(new.token()) is IdentityUnavailable

    # A caller that waits does so for one read at most, or until the provider answers.
    assert known_took < jwks.TIMEOUT_S
    assert unknown_took < HOLD_S
    assert time.monotonic() - begun < jwks.TIMEOUT_S


def test_over_http_it_is_503_with_a_time_to_come_back(ports: Ports) -> None:
    """In the shape of all errors."""
    settings = Settings(jwt_jwks_url=f"http://127.0.0.1:{free_port()}/jwks.json")
    client = client_of(settings, replace(ports, authenticators=(JwtAuthenticator(settings, ports.now),)))

    answer = client.get("/v1/files", headers={"Authorization": f"Bearer {a_key().token()}"})

    assert (answer.status_code, answer.get_json()["code"]) == (503, "identity_unavailable")
    assert answer.headers["Retry-After"] == "2"
