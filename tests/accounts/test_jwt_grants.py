"""The claim `grant` on its own: how it is read, and under which name a token is counted."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from service.accounts.adapters.jwt.grants import (
    LATEST_S,
    moment_of,
    read_grant,
    read_token_id,
)
from service.accounts.errors import TokenInvalid
from service.shared.model import Grant

EXP = 2_000_000_000
UNTIL = datetime.fromtimestamp(EXP, UTC)


def make_claims(grant: Any = ..., **others: Any) -> dict[str, Any]:
    claims = {"iss": "https://id.example", "sub": "u1", "jti": "t1", "exp": EXP, "grant": grant, **others}
    return {name: value for name, value in claims.items() if value is not ...}


def digest_of(named: object) -> str:
    return hashlib.sha256(json.dumps(named).encode()).hexdigest()


def test_without_the_claim_there_is_no_grant() -> None:
    """And no usage id, even if the token has a jti."""
    assert read_grant(make_claims()) is None
    assert read_token_id(make_claims()) is None


def test_an_empty_grant_narrows_nothing_yet_is_one() -> None:
    """Such a token reaches only the uploads that it started."""
    assert read_grant(make_claims({})) == Grant(expires_at=UNTIL)
    assert read_token_id(make_claims({})) is not None


def test_every_limit_is_read() -> None:
    """Types become lower case, as they are compared."""
    grant = {"prefix": "uploads/u1/", "max_bytes": 0, "max_files": 3, "content_types": ["Audio/*", "text/plain"]}
    usage_id = digest_of(["https://id.example", "u1", "t1"])

    assert read_grant(make_claims(grant)) == Grant("uploads/u1/", 0, 3, ("audio/*", "text/plain"), usage_id, UNTIL)


@pytest.mark.parametrize("grant", [{"once": True}, {"once": True, "max_files": 9}])
def test_once_is_one_file(grant: dict[str, Any]) -> None:
    """Whatever other limits stand beside it."""
    parsed = read_grant(make_claims(grant))

    assert parsed is not None
    assert parsed.max_files == 1
    assert parsed.usage_id


@pytest.mark.parametrize("grant", [{"max_bytes": 0}, {"max_files": 1}, {"once": True}])
def test_what_is_counted_is_counted_under_the_tokens_name(grant: dict[str, Any]) -> None:
    """It must never change, because the database counts under it."""
    parsed = read_grant(make_claims(grant))

    assert parsed is not None
    assert parsed.usage_id == read_token_id(make_claims(grant)) == digest_of(["https://id.example", "u1", "t1"])


@pytest.mark.parametrize("grant", [{}, {"prefix": "a/"}, {"content_types": ["a/b"]}, {"once": False}])
def test_what_is_not_counted_has_no_count(grant: dict[str, Any]) -> None:
    parsed = read_grant(make_claims(grant))

    assert parsed is not None
    assert parsed.usage_id == ""


def test_a_name_counts_for_its_issuer_and_its_owner() -> None:
    """The same jti from another issuer or owner is another token."""
    grant = {"once": True}
    names = {
        read_token_id(make_claims(grant, **changed))
        for changed in ({}, {"iss": "https://other.example"}, {"iss": ...}, {"sub": "u2"}, {"jti": "t2"})
    }

    assert len(names) == 5


@pytest.mark.parametrize("jti", ["x", "x" * 255])
def test_the_shortest_and_the_longest_name_are_taken(jti: str) -> None:
    """1 to 255 characters, inclusive."""
    assert read_token_id(make_claims({"once": True}, jti=jti)) == digest_of(["https://id.example", "u1", jti])
    assert read_grant(make_claims({"once": True}, jti=jti)) is not None


@pytest.mark.parametrize("jti", [..., "", "x" * 256, 7, None])
def test_without_a_name_nothing_can_be_counted(jti: Any) -> None:
    """The refusal names the missing claim."""
    with pytest.raises(TokenInvalid) as refused:
        read_grant(make_claims({"once": True}, jti=jti))

    assert refused.value.detail == "a token with 'max_bytes', 'max_files' or 'once' needs a 'jti'"


def test_a_token_without_a_name_is_named_by_all_that_it_claims() -> None:
    """In whatever order the claims stand."""
    one = make_claims({"prefix": "a/"}, jti=...)
    turned = dict(reversed(one.items()))

    assert read_token_id(one) == read_token_id(turned) == digest_of(dict(sorted(one.items())))
    assert read_token_id({**one, "exp": EXP + 1}) != read_token_id(one)


@pytest.mark.parametrize(
    ("grant", "named"),
    [
        (None, "grant"),
        ([], "grant"),
        ({"max_bytes": -1}, "grant.max_bytes"),
        ({"max_bytes": 2**62}, "grant.max_bytes"),
        ({"max_files": 0}, "grant.max_files"),
        ({"max_files": 2**31}, "grant.max_files"),
        ({"prefix": "a"}, "grant.prefix"),
        ({"prefix": "/"}, "grant.prefix"),
        ({"prefix": "a" * 1024 + "/"}, "grant.prefix"),
        ({"content_types": []}, "grant.content_types"),
        ({"content_types": ["a/b"] * 101}, "grant.content_types"),
        ({"content_types": ["a/b", ""]}, "grant.content_types.1"),
        ({"content_types": ["a" * 256]}, "grant.content_types.0"),
        ({"once": 1}, "grant.once"),
        ({"later": 1}, "grant.later"),
        ({"x" * 100: 1}, ("grant." + "x" * 100)[:80]),
    ],
)
def test_what_is_not_understood_is_refused_by_name(grant: Any, named: str) -> None:
    """Ignoring it would lift a limit."""
    with pytest.raises(TokenInvalid) as refused:
        read_grant(make_claims(grant))

    assert refused.value.detail.startswith(f"the token's {named!r} is not valid: ")


@pytest.mark.parametrize(
    "grant",
    [
        {"max_bytes": 2**62 - 1},
        {"max_files": 2**31 - 1},
        {"prefix": "a/"},
        {"prefix": "a" * 1023 + "/"},
        {"content_types": ["a" * 255]},
        {"content_types": ["a/b"] * 100},
    ],
)
def test_the_widest_limits_are_taken(grant: dict[str, Any]) -> None:
    """One more is refused, see above."""
    assert read_grant(make_claims(grant)) is not None


def test_an_end_beyond_all_calendars_is_the_last_one() -> None:
    """'exp' may be any number, so it is capped."""
    assert moment_of(EXP + 0.5).timestamp() == EXP + 0.5
    assert moment_of(10**300) == moment_of(LATEST_S) == datetime.fromtimestamp(LATEST_S, UTC)
    assert moment_of(LATEST_S - 1) < moment_of(LATEST_S)
