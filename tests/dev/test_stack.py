"""What `make run` gives the service."""

import pytest

from dev.stack import Stack


@pytest.mark.parametrize(
    ("given", "mode"),
    [
        ({}, "open"),
        ({"JWT_SECRET": "s" * 32}, None),
        ({"JWT_JWKS_URL": "https://id.example/jwks.json"}, None),
        ({"AUTH_MODE": "jwt"}, "jwt"),
    ],
)
def test_the_door_is_open_only_where_nobody_set_a_lock(given: dict[str, str], mode: str | None) -> None:
    """A secret, an identity provider or a mode: whoever sets one of them asks for tokens."""
    assert Stack(given).service_environment().get("AUTH_MODE") == mode
