"""Upload tokens on their own: which claims they have, and how they are read back."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import jwt
import pytest

from service.accounts.adapters.upload_tokens import JwtUploadTokens
from service.accounts.errors import TokenExpired, TokenInvalid
from service.shared.memory.keyring import MemoryKeyring
from service.shared.model import Caller, Credentials, Grant
from service.shared.scopes import UPLOADS_WRITE
from tests.builders import KEYRING, SECRET_KEY
from tests.conftest import Clock

SECRET = KEYRING.derive("upload-token")[0]
GRANT = Grant("uploads/u1/", 100, 2, ("audio/*",), "counted under this")


@pytest.fixture
def tokens(clock: Clock) -> JwtUploadTokens:
    return JwtUploadTokens(KEYRING, clock)


@pytest.fixture
def caller(clock: Clock) -> Caller:
    until = clock() + timedelta(seconds=60)
    return Caller("u1", frozenset((UPLOADS_WRITE,)), grant=GRANT, expires_at=until, token_id="t1")


def by_hand(clock: Clock, *, secret: str = SECRET, typ: str = "upload+jwt", **changed: Any) -> str:
    exp = int(clock().timestamp()) + 60
    good = {"sub": "u1", "jti": "t1", "aud": "moodrop:upload", "exp": exp, "grant": {"max_files": 1}}
    payload = {name: value for name, value in {**good, **changed}.items() if value is not ...}
    return jwt.encode(payload, secret, algorithm="HS256", headers={"typ": typ})


def test_a_token_holds_whom_it_is_for_and_what_it_may(tokens: JwtUploadTokens, caller: Caller) -> None:
    """Only these claims, kept short for the address; a missing limit is left out."""
    until = caller.expires_at
    assert until is not None

    read = jwt.decode_complete(tokens.issue(caller), options={"verify_signature": False})

    assert read["header"] == {"alg": "HS256", "typ": "upload+jwt"}
    assert read["payload"] == {
        "sub": "u1",
        "jti": "t1",
        "aud": "moodrop:upload",
        "exp": int(until.timestamp()),
        "grant": {
            "prefix": "uploads/u1/",
            "max_bytes": 100,
            "max_files": 2,
            "content_types": ["audio/*"],
            "usage_id": "counted under this",
        },
    }


def test_what_is_issued_is_read_as_it_was(tokens: JwtUploadTokens, caller: Caller) -> None:
    """It may upload and nothing else, whatever its caller may do."""
    authenticated = tokens.authenticate(Credentials(upload_token=tokens.issue(caller)))

    assert authenticated == Caller(
        "u1",
        frozenset((UPLOADS_WRITE,)),
        grant=GRANT,
        credential="upload_token",
        expires_at=caller.expires_at,
        token_id="t1",
    )


def test_a_token_without_a_grant_has_none(tokens: JwtUploadTokens, caller: Caller, clock: Clock) -> None:
    """It contains null, because its caller had no grant."""
    authenticated = tokens.read(by_hand(clock, grant=None))

    assert (authenticated.owner, authenticated.grant) == (caller.owner, None)


def test_one_of_an_older_version_is_named_by_itself(tokens: JwtUploadTokens, clock: Clock) -> None:
    """So it reaches what it started, and no more."""
    nameless = by_hand(clock, jti=...)

    assert tokens.read(nameless).token_id == hashlib.sha256(nameless.encode()).hexdigest()


def test_a_token_dies_on_its_second(tokens: JwtUploadTokens, caller: Caller, clock: Clock) -> None:
    """By the clock of the service that issued it."""
    issued = Credentials(upload_token=tokens.issue(caller))

    clock.pass_(59.999)
    assert tokens.authenticate(issued) is not None
    clock.pass_(0.001)
    with pytest.raises(TokenExpired) as refused:
        tokens.authenticate(issued)
    assert refused.value.detail == "the upload token's 'exp' has passed"


def test_without_an_upload_token_it_is_not_asked(tokens: JwtUploadTokens) -> None:
    """Bearer tokens are left to others, and the start-up checks have nothing to check."""
    assert tokens.authenticate(Credentials("Bearer x")) is None
    assert tokens.check() == []


@pytest.mark.parametrize(
    ("make", "detail"),
    [
        (lambda clock: "x.y.z", "the upload token is not valid (DecodeError)"),
        (lambda clock: by_hand(clock, typ="JWT"), "the upload token's 'typ' is not upload+jwt"),
        (lambda clock: by_hand(clock, secret="x7" * 20), "the upload token is not valid (InvalidSignatureError)"),
        (lambda clock: by_hand(clock, aud="moodrop"), "the upload token is not valid (InvalidAudienceError)"),
        (lambda clock: by_hand(clock, aud=...), "the upload token is not valid (MissingRequiredClaimError)"),
        (lambda clock: by_hand(clock, exp=...), "the upload token is not valid (MissingRequiredClaimError)"),
        (lambda clock: by_hand(clock, sub=...), "the upload token is not valid (MissingRequiredClaimError)"),
    ],
)
def test_a_forged_one_is_refused_in_words(
    tokens: JwtUploadTokens, clock: Clock, make: Callable[[Clock], str], detail: str
) -> None:
    """TokenInvalid, with the reason."""
    with pytest.raises(TokenInvalid) as refused:
        tokens.read(make(clock))

    assert refused.value.detail == detail


def test_an_older_key_still_reads_and_no_longer_signs(caller: Caller, clock: Clock) -> None:
    """During a change, SECRET_KEY is a list: the first key signs, and all verify."""
    newer = "the newer key of the tests: 1a9c0e37d2"
    both = JwtUploadTokens(MemoryKeyring(newer, SECRET_KEY), clock)
    of_before, of_now = by_hand(clock), both.issue(caller)

    assert both.read(of_before).owner == both.read(of_now).owner == "u1"
    assert JwtUploadTokens(MemoryKeyring(newer), clock).read(of_now).owner == "u1"
    with pytest.raises(TokenInvalid, match="InvalidSignatureError"):
        JwtUploadTokens(KEYRING, clock).read(of_now)
    with pytest.raises(TokenInvalid, match="InvalidSignatureError"):
        both.read(by_hand(clock, secret="x7" * 20))


def test_the_end_is_read_as_a_moment(tokens: JwtUploadTokens, clock: Clock) -> None:
    """In UTC, whatever the machine's time zone."""
    end: datetime | None = tokens.read(by_hand(clock)).expires_at

    assert end == clock() + timedelta(seconds=60)
    assert end is not None
    assert end.utcoffset() == timedelta(0)
