"""Which keys are too weak to sign with, and which secrets are derived from a strong key."""

import base64
import random
import uuid

import pytest

from service.shared.secret_keys import derive_secret, weakness_of

# Random, but the same at each run.
RANDOM = random.Random(5)


def test_what_is_advised_is_never_refused() -> None:
    """Hex of 32 bytes, base64 of 32 bytes, two UUIDs, with any letters."""
    for _ in range(2000):
        body = RANDOM.randbytes(32)
        two = "".join(str(uuid.UUID(bytes=RANDOM.randbytes(16))) for _ in range(2))
        for secret in (
            body.hex(),
            body[:16].hex(),
            base64.b64encode(body).decode(),
            base64.urlsafe_b64encode(body).decode(),
            two,
        ):
            assert weakness_of(secret) is None, secret


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "minioadmin",
        "a3f1c07be95d2486013bd7fa6e28c59",
        "k" * 200,
        "ab" * 40,
        "abcabcabd" * 9,
        "a3f1c07be95d2486" * 4,
        "a3f1c07be95d2486" * 2 + "a3f1",
        "abcdefghijklmnopqrstuvwxyz0123456789",
        "zyxwvutsrqponmlkjihgfedcba9876543210",
        "changeme" * 5,
        "CHANGE-ME-a3f1c07be95d2486013bd7fa6e28c594",
        "please-change_me-a3f1c07be95d2486013bd7fa6e28",
        "my-very-long-password-of-the-service-2026",
        "P@ssw0rd-1!P@ssw0rd-2?P@ssw0rd-3#",
        "qwertyuiopasdfghjklzxcvbnm-1234567890",
        "your-secret-key-of-at-least-32-bytes-here",
        "moodrop.example.com/secret-key/of-thirty-two",
    ],
)
def test_what_is_guessed_is_refused(secret: str) -> None:
    """Too short, one repeated character or piece, an alphabet, and placeholders of example files."""
    weakness = weakness_of(secret)

    assert weakness
    assert not secret or secret not in weakness


def test_secrets_differ_by_purpose_and_by_key() -> None:
    """A cursor's secret signs no token; each is long enough for HS256."""
    secrets = {derive_secret(key, purpose) for key in ("one", "other") for purpose in ("cursor", "upload-token")}

    assert len(secrets) == 4
    assert {len(secret) for secret in secrets} == {64}
    assert derive_secret("one", "cursor") in secrets
