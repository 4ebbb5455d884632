"""What `make run` gives the service."""

from pathlib import Path

import pytest

from dev import stack
from dev.stack import Stack
from service.secret_keys import weakness_of


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


def test_the_service_gets_a_key_that_is_kept_or_the_one_that_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same at the next run, so that tokens live on; in the demo, where nothing is kept, another each time."""
    monkeypatch.setattr(stack, "STATE", tmp_path)

    def given_to_the_service(**given: str) -> str:
        made = Stack(given)
        made.keep_secret_key()
        return made.service_environment()["SECRET_KEY"]

    kept, again = given_to_the_service(), given_to_the_service()
    demos = [given_to_the_service(STORE="moto") for _ in range(2)]

    assert kept == again
    assert given_to_the_service(SECRET_KEY="mine") == given_to_the_service(STORE="moto", SECRET_KEY="mine") == "mine"
    assert len({kept, *demos}) == 3
    assert [weakness_of(key) for key in (kept, *demos)] == [None] * 3
