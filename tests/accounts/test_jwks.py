"""Providers whose keys are no keys: a request is told so at once, and so is the doctor."""

from collections.abc import Iterator

import pytest

from service.accounts.adapters.jwt.jwks import ProviderKeys
from service.accounts.errors import IdentityUnavailable
from tests.helpers.lying_provider import LyingProvider, running_lying_provider

RSA = {"kty": "RSA", "n": "AQAB", "e": "AQAB"}


@pytest.fixture
def provider() -> Iterator[LyingProvider]:
    with running_lying_provider() as running:
        yield running


@pytest.mark.parametrize(
    "answer",
    [
        {},
        [],
        None,
        7,
        b"<html>",
        {"keys": 7},
        {"keys": {"a": 1}},
        {"keys": [None]},
        {"keys": ["key"]},
        {"keys": [{}]},
        {"keys": [RSA | {"alg": ["RS256"]}]},
        {"keys": [RSA | {"alg": {}}]},
        {"keys": [RSA | {"n": 7}]},
        {"keys": [RSA | {"d": 7}]},
        {"keys": [{"kty": ["RSA"]}]},
        {"keys": [{"kty": "EC", "crv": ["P-256"], "x": "AA", "y": "AA"}]},
        {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "AA"}]},
    ],
    ids=str,
)
def test_keys_that_are_none_are_no_answer(provider: LyingProvider, answer: object) -> None:
    """The fetch ends as one that failed. Otherwise every request with an unknown key would wait for its time-out."""
    provider.answers["/jwks"] = answer
    keys = ProviderKeys(f"{provider.url}/jwks")

    assert not keys.check().ok
    for _ in range(2):
        with pytest.raises(IdentityUnavailable):
            list(keys.matching("RS256", "a"))
    assert keys._running is None  # noqa: SLF001 - only then may the next one begin
