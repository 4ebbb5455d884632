"""Bearer tokens without the API: whom a token stands for, until when, and what the doctor reports."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from service.accounts.adapters.jwt.authenticator import (
    ANY_AUDIENCE,
    LEEWAY_S,
    REPLACE_IT,
    JwtAuthenticator,
    issue_token,
)
from service.accounts.errors import TokenExpired, TokenInvalid
from service.settings import Settings
from service.shared.checks import StoreCheck
from service.shared.errors import MoodropError
from service.shared.model import Caller, Credentials, Grant
from service.shared.scopes import FILES_READ, UPLOADS_WRITE
from tests.conftest import Clock
from tests.helpers.tokens import FOREVER, HEADER, SECRET, claims, token
from tests.provider import Key, Provider, a_key, running_provider

ISSUER, AUDIENCE = "https://id.example", "moodrop"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with running_provider() as running:
        yield running


@pytest.fixture
def known(provider: Provider) -> Key:
    """A key of the provider."""
    key = a_key("ES256", "known")
    provider.publish(key, a_key("EdDSA", "another"))
    return key


def settings(**values: Any) -> Settings:
    return Settings(**{"auth_mode": "jwt", "jwt_secret": SECRET, **values})


def by_provider(provider: Provider, clock: Clock, **values: Any) -> JwtAuthenticator:
    return JwtAuthenticator(settings(jwt_jwks_url=provider.url, **values), clock)


def caller_of(authenticator: JwtAuthenticator, presented: str) -> Caller | None:
    return authenticator.authenticate(Credentials(f"Bearer {presented}"))


def refusal(authenticator: JwtAuthenticator, presented: str) -> MoodropError:
    with pytest.raises(MoodropError) as caught:
        caller_of(authenticator, presented)
    return caught.value


# --- whom a token stands for -----------------------------------------------------------------------
def test_a_token_stands_for_its_subject_and_no_more(clock: Clock) -> None:
    """Every field of the caller, for a token without a grant."""
    caller = caller_of(JwtAuthenticator(settings(), clock), token(claims(scope="files:read x")))

    until = datetime(2100, 1, 1, tzinfo=UTC)
    assert caller == Caller("u1", frozenset(("files:read",)), credential="bearer", expires_at=until)


def test_a_token_without_a_scope_may_do_nothing(clock: Clock) -> None:
    """A missing scope claim does not mean all scopes."""
    caller = caller_of(JwtAuthenticator(settings(), clock), token(claims(scope=...)))

    assert caller is not None
    assert caller.scopes == frozenset()


@pytest.mark.parametrize("presented", [None, "", "Basic dTpw", "Bearer", "Bearers x"])
def test_what_is_no_bearer_token_is_somebody_elses_to_judge(clock: Clock, presented: str | None) -> None:
    """None for another scheme; 'Bearer' alone counts as an invalid token."""
    authenticator = JwtAuthenticator(settings(), clock)

    if presented == "Bearer":
        assert refusal(authenticator, "").detail == "the token is not valid (DecodeError)"
    else:
        assert authenticator.authenticate(Credentials(presented)) is None


@pytest.mark.parametrize("aud", ["anybody", ["a", "b"]])
def test_an_audience_counts_where_one_is_set(clock: Clock, aud: Any) -> None:
    """Without JWT_AUDIENCE any audience is accepted, and the doctor says so."""
    presented = token(claims(aud=aud))

    assert caller_of(JwtAuthenticator(settings(), clock), presented) is not None
    strict = JwtAuthenticator(settings(jwt_audience=AUDIENCE), clock)
    assert refusal(strict, presented).detail == "the token is not valid (InvalidAudienceError)"


def test_an_issuer_counts_where_one_is_set(clock: Clock) -> None:
    """The refusal names the other issuer."""
    presented = token(claims(iss="https://evil.example"))

    assert caller_of(JwtAuthenticator(settings(), clock), presented) is not None
    strict = JwtAuthenticator(settings(jwt_issuer=ISSUER), clock)
    assert refusal(strict, presented).detail == "the token is not valid (InvalidIssuerError)"


def test_a_short_secret_lets_nobody_in(clock: Clock) -> None:
    """Settings refuse a short secret in jwt mode; the authenticator refuses one that gets past them."""
    short = "x7" * 15
    authenticator = JwtAuthenticator(Settings(auth_mode="open", jwt_secret=short), clock)

    assert refusal(authenticator, token(secret=short)).detail == "the token is not valid (InvalidKeyError)"


@pytest.mark.parametrize(
    ("changes", "header", "detail"),
    [
        ({}, {**HEADER, "typ": "refresh+jwt"}, "the token's 'typ' is not JWT"),
        ({"exp": "never"}, HEADER, "the token's 'exp' is not a number of seconds"),
        ({"nbf": "now"}, HEADER, "the token's 'nbf' is not a number of seconds"),
        ({"iat": True}, HEADER, "the token's 'iat' is not a number of seconds"),
        ({"sub": ""}, HEADER, "the token's 'sub' is not 1 to 255 printable characters"),
        ({"sub": "x" * 256}, HEADER, "the token's 'sub' is not 1 to 255 printable characters"),
        ({"sub": "a\nb"}, HEADER, "the token's 'sub' is not 1 to 255 printable characters"),
        ({"scope": [7]}, HEADER, "the token's 'scope' is neither a string nor a list of strings"),
        ({"exp": ...}, HEADER, "the token is not valid (MissingRequiredClaimError)"),
        ({"sub": ...}, HEADER, "the token is not valid (MissingRequiredClaimError)"),
    ],
)
def test_a_refusal_says_what_is_wrong(clock: Clock, changes: dict[str, Any], header: Any, detail: str) -> None:
    """In words for the people who make the tokens."""
    error = refusal(JwtAuthenticator(settings(), clock), token(claims(**changes), header=header))

    assert (type(error), error.detail) == (TokenInvalid, detail)


@pytest.mark.parametrize("sub", ["x", "x" * 255])
def test_the_shortest_and_the_longest_subject_are_let_in(clock: Clock, sub: str) -> None:
    """1 to 255 characters, inclusive."""
    caller = caller_of(JwtAuthenticator(settings(), clock), token(claims(sub=sub)))

    assert caller is not None
    assert caller.owner == sub


# --- until when ------------------------------------------------------------------------------------
def test_a_token_dies_on_its_second(clock: Clock) -> None:
    """Exactly when the leeway ends, also if it was accepted before."""
    exp = int(clock().timestamp()) + 60
    authenticator, presented = JwtAuthenticator(settings(), clock), token(claims(exp=exp))

    clock.pass_(60 + LEEWAY_S - 0.001)
    assert caller_of(authenticator, presented) is not None
    clock.pass_(0.001)
    error = refusal(authenticator, presented)
    assert (type(error), error.detail) == (TokenExpired, "the token's 'exp' has passed")


@pytest.mark.parametrize("others", [{"nbf": 30}, {"iat": 30}, {"nbf": 30, "iat": 10}, {"nbf": 10, "iat": 30}])
def test_a_token_is_good_from_the_later_of_its_times(clock: Clock, others: dict[str, int]) -> None:
    """nbf and iat, minus the leeway."""
    now = int(clock().timestamp())
    authenticator = JwtAuthenticator(settings(), clock)
    presented = token(claims(**{name: now + seconds for name, seconds in others.items()}))

    clock.pass_(30 - LEEWAY_S - 0.001)
    error = refusal(authenticator, presented)
    assert (type(error), error.detail) == (TokenInvalid, "the token's 'nbf' or 'iat' is in the future")
    clock.pass_(0.001)
    assert caller_of(authenticator, presented) is not None


# --- the provider's keys ---------------------------------------------------------------------------
def test_a_key_of_the_provider_is_found_by_its_name_or_tried(provider: Provider, known: Key, clock: Clock) -> None:
    """Tokens with a key id, without one, and signed with the secret beside them."""
    authenticator = by_provider(provider, clock)

    for presented in (known.token(), known.token(kid=None), token()):
        caller = caller_of(authenticator, presented)
        assert caller is not None
        assert (caller.owner, caller.credential) == ("u1", "bearer")


def test_another_key_than_the_named_one_is_refused(provider: Provider, known: Key, clock: Clock) -> None:
    """So are unknown keys, and a provider's key for another algorithm."""
    authenticator = by_provider(provider, clock)
    not_theirs = "the token is not signed by a key that is known here"

    assert refusal(authenticator, a_key("ES256", "known").token()).detail == not_theirs
    assert refusal(authenticator, a_key("ES256", "x").token(kid=None)).detail == not_theirs
    assert refusal(authenticator, known.token(kid="another")).detail == not_theirs


def test_a_short_key_of_the_provider_is_none(provider: Provider, clock: Clock) -> None:
    """An RSA key of 1,024 bits is ignored; the good key beside it still works."""
    weak = Key("RS256", rsa.generate_private_key(public_exponent=65537, key_size=1024), "weak")
    good = a_key("RS256", "good")
    provider.publish(weak, good)
    authenticator = by_provider(provider, clock)

    with pytest.warns(jwt.InsecureKeyLengthWarning):
        presented = weak.token()
    assert isinstance(refusal(authenticator, presented), TokenInvalid)
    assert caller_of(authenticator, good.token(kid=None)) is not None


def test_an_algorithm_of_neither_is_refused(provider: Provider, known: Key, clock: Clock) -> None:
    """HS512 with the secret, and HS256 if no secret is set."""
    detail = "the token's 'alg' is not accepted here"

    longer = token(header={**HEADER, "alg": "HS512"}, digest="sha512")
    assert refusal(by_provider(provider, clock), longer).detail == detail
    assert refusal(by_provider(provider, clock, jwt_secret=""), token()).detail == detail


def test_a_bad_claim_is_told_of_the_providers_tokens_too(provider: Provider, known: Key, clock: Clock) -> None:
    """Another key cannot fix a bad claim, so no other key is tried."""
    authenticator = by_provider(provider, clock, jwt_audience=AUDIENCE)

    assert refusal(authenticator, known.token()).detail == "the token is not valid (MissingRequiredClaimError)"
    assert caller_of(authenticator, known.token(claims(aud=AUDIENCE))) is not None


# --- what the doctor is told -----------------------------------------------------------------------
def test_a_good_secret_is_no_news(clock: Clock) -> None:
    assert JwtAuthenticator(settings(), clock).check() == []


def test_a_guessable_secret_is_told(clock: Clock) -> None:
    """Whoever guesses it can sign anybody's token. The check may fail, and never shows the secret."""
    guessable = "changeme-changeme-changeme-changeme"

    [check] = JwtAuthenticator(settings(jwt_secret=guessable), clock).check()

    assert check == StoreCheck("jwt_secret", False, False, "JWT_SECRET looks like a placeholder", REPLACE_IT)
    assert guessable not in str(check)


@pytest.mark.parametrize(
    ("audience", "ok", "finding"),
    [
        ("", False, "tokens that the provider made for other services are accepted"),
        (AUDIENCE, True, "tokens are for 'moodrop'"),
    ],
)
def test_the_provider_is_looked_at(
    provider: Provider, known: Key, clock: Clock, audience: str, ok: bool, finding: str
) -> None:
    """The doctor checks its keys, and whether its tokens name this service."""
    authenticator = by_provider(provider, clock, jwt_secret="", jwt_audience=audience)

    identity, audience_check = authenticator.check()

    assert (identity.name, identity.ok) == ("identity", True)
    assert audience_check == StoreCheck("audience", ok, False, finding, ANY_AUDIENCE)


# --- tokens that are made here ---------------------------------------------------------------------
def issued(clock: Clock, grant: dict[str, Any] | None = None, **values: Any) -> tuple[str, dict[str, Any]]:
    """A token for a minute of somebody with two scopes, and what is in it."""
    made = issue_token(
        settings(**values),
        "ann",
        (UPLOADS_WRITE, FILES_READ),
        at=clock(),
        expires_in=60,
        **({"grant": grant} if grant else {}),
    )
    read: dict[str, Any] = jwt.decode_complete(made, options={"verify_signature": False})
    assert read["header"] == HEADER
    return made, read["payload"]


def test_an_issued_token_holds_what_was_asked_for(clock: Clock) -> None:
    """These claims and no others."""
    now = int(clock().timestamp())

    _, read = issued(clock)

    assert read == {"sub": "ann", "scope": "uploads:write files:read", "iat": now, "exp": now + 60}


def test_an_issued_token_names_issuer_and_audience_where_they_are_set(clock: Clock) -> None:
    """Otherwise the service would refuse its own token."""
    named = {"jwt_issuer": ISSUER, "jwt_audience": AUDIENCE}

    made, read = issued(clock, **named)

    assert (read["iss"], read["aud"]) == (ISSUER, AUDIENCE)
    assert caller_of(JwtAuthenticator(settings(**named), clock), made) is not None


def test_an_issued_token_is_let_in_while_it_lives(clock: Clock) -> None:
    """As its subject, and only with its own secret."""
    made, _ = issued(clock)
    until = clock() + timedelta(seconds=60)

    caller = caller_of(JwtAuthenticator(settings(), clock), made)

    assert caller == Caller("ann", frozenset((UPLOADS_WRITE, FILES_READ)), credential="bearer", expires_at=until)
    other = JwtAuthenticator(settings(jwt_secret=SECRET[::-1]), clock)
    assert refusal(other, made).detail == "the token is not valid (InvalidSignatureError)"


def test_a_narrowed_token_gets_a_name_of_its_own(clock: Clock) -> None:
    """So two tokens with the same grant are counted separately."""
    narrowed = [issued(clock, {"max_files": 2}) for _ in range(2)]

    assert [read["grant"] for _, read in narrowed] == [{"max_files": 2}] * 2
    assert all(re.fullmatch("[0-9a-f]{32}", read["jti"]) for _, read in narrowed)
    callers = [caller_of(JwtAuthenticator(settings(), clock), made) for made, _ in narrowed]
    assert len({caller.token_id for caller in callers if caller}) == 2
    assert [caller.grant for caller in callers if caller] == [
        Grant(max_files=2, usage_id=caller.token_id or "", expires_at=caller.expires_at) for caller in callers if caller
    ]
    assert FOREVER > clock().timestamp()


@pytest.mark.parametrize("header", [{"alg": "HS256"}, {**HEADER, "typ": "JWT"}, {**HEADER, "typ": "at+jwt"}])
def test_the_types_of_access_tokens_are_taken(clock: Clock, header: dict[str, str]) -> None:
    """Given or left out; RFC 9068 has a name of its own."""
    assert caller_of(JwtAuthenticator(settings(), clock), token(header=header)) is not None
