"""SECRET_KEY is a list: the first key signs, all its keys verify, and no other key does."""

import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import jwt
import pytest
from flask.testing import FlaskClient
from itsdangerous import URLSafeSerializer, URLSafeTimedSerializer

from service.accounts.adapters.open_auth import OpenAuthenticator
from service.accounts.adapters.upload_tokens import (
    ALGORITHM,
    AUDIENCE,
    TYPE,
    JwtUploadTokens,
)
from service.ports import Ports
from service.settings import Settings
from service.shared.errors import DatabaseUnavailable
from service.shared.memory.keyring import MemoryKeyring
from service.shared.ports.keyring import Keyring
from tests.helpers.api import A_SONG, client_of
from tests.helpers.problems import assert_problem

OLD, NEW = "a3f1c07be95d2486013bd7fa6e28c594", "0c9b7e24d1f85a63b2e0947cd6a1385f"
STORE = {"minio_access_key": "a-root-key-id", "minio_secret_key": "the secret of the store's own account"}
Signed = Callable[[FlaskClient], str]
Use = Callable[[FlaskClient, str], int]
MakeClient = Callable[..., FlaskClient]


@dataclass(frozen=True)
class Kind:
    """A kind of signed value: how to get, use and forge it, and the answer to a forged one."""

    issue: Signed
    use: Use
    forge: Callable[[Callable[[str], str]], str]
    refused: int


def _token(client: FlaskClient) -> str:
    return str(client.post("/v1/upload-tokens").get_json()["upload_token"])


def _use_token(client: FlaskClient, token: str) -> int:
    return client.get(f"/u/{token}/s3/params?filename=a.mp3&type=audio/mpeg").status_code


def _forged_token(secret_for: Callable[[str], str]) -> str:
    claims = {"sub": "local", "aud": AUDIENCE, "exp": int(time.time()) + 600, "grant": None}
    return jwt.encode(claims, secret_for("upload-token"), algorithm=ALGORITHM, headers={"typ": TYPE})


def _call(client: FlaskClient) -> str:
    asked = {"key": "song.mp3", "method": "POST", "contentType": "audio/mpeg"}
    return urlsplit(client.post("/s3/presign", json=asked).get_json()["url"]).path


def _use_call(client: FlaskClient, path: str) -> int:
    return client.post(path).status_code


def _forged_call(secret_for: Callable[[str], str]) -> str:
    signer = URLSafeTimedSerializer(secret_for("companion-calls"), salt="call")
    return f"/s3/calls/{signer.dumps(['create', '01JD8ZK3V0X5W9QH2M4N6P7R8S', 'local'])}"


def _cursor(client: FlaskClient) -> str:
    for _ in range(2):
        client.post("/v1/uploads", json=A_SONG)
    return str(client.get("/v1/uploads?limit=1").get_json()["next_cursor"])


def _use_cursor(client: FlaskClient, cursor: str) -> int:
    return client.get(f"/v1/uploads?limit=1&cursor={cursor}").status_code


def _forged_cursor(secret_for: Callable[[str], str]) -> str:
    return str(URLSafeSerializer(secret_for("cursor"), salt="cursor").dumps([0, "x", "y"]))


KINDS = {
    "upload token": Kind(_token, _use_token, _forged_token, 401),
    "address of a call": Kind(_call, _use_call, _forged_call, 404),
    "cursor": Kind(_cursor, _use_cursor, _forged_cursor, 400),
}


@pytest.fixture
def with_keys(ports: Ports) -> MakeClient:
    """Return a client of a worker with these keys, on the same stores as the other workers."""

    def make(*keys: str, keyring: Keyring | None = None) -> FlaskClient:
        ring = keyring or MemoryKeyring(*keys)
        tokens = JwtUploadTokens(ring, ports.now)
        own = replace(ports, keyring=ring, upload_tokens=tokens, authenticators=(tokens, OpenAuthenticator()))
        return client_of(Settings(auth_mode="open", **STORE), own)

    return make


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_the_first_key_signs_and_every_key_is_taken(with_keys: MakeClient, kind: Kind) -> None:
    """Signed values stay valid while a new key is rolled out, and end when the old key is removed."""
    old, both, new = with_keys(OLD), with_keys(NEW, OLD), with_keys(NEW)
    before, after = kind.issue(old), kind.issue(both)

    assert [kind.use(worker, before) for worker in (old, both)] == [200, 200]
    assert [kind.use(worker, after) for worker in (both, new)] == [200, 200]
    assert kind.use(new, before) == kind.refused
    assert kind.use(old, after) == kind.refused


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
@pytest.mark.parametrize("leaked", [*STORE.values(), "minioadmin", "", "memory"])
def test_nothing_is_signed_by_what_the_store_knows(with_keys: MakeClient, kind: Kind, leaked: str) -> None:
    """The store's credentials, its default and the deployment's name forge nothing, in any combination."""
    worker = with_keys(NEW, OLD)

    def derived(purpose: str) -> str:
        return hmac.new(leaked.encode(), f"moodrop:{purpose}".encode(), hashlib.sha256).hexdigest()

    for secret_for in (derived, lambda _: leaked.ljust(32)):
        assert kind.use(worker, kind.forge(secret_for)) == kind.refused


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_one_purpose_does_not_sign_for_another(with_keys: MakeClient, kind: Kind) -> None:
    """Nor does the key itself."""
    worker = with_keys(NEW)
    swapped = {"upload-token": "cursor", "cursor": "companion-calls", "companion-calls": "upload-token"}

    for secret_for in (lambda purpose: MemoryKeyring(NEW).derive(swapped[purpose])[0], lambda _: NEW):
        assert kind.use(worker, kind.forge(secret_for)) == kind.refused


class _Lost(MemoryKeyring):
    """A keyring whose database does not answer."""

    def prepare(self) -> None:
        raise DatabaseUnavailable("no answer")

    def derive(self, purpose: str) -> tuple[str, ...]:
        raise AssertionError(f"asked for {purpose}, and waited for the database, at each request")


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_until_the_key_is_read_nothing_is_believed(with_keys: MakeClient, kind: Kind) -> None:
    """503 without a database query per forged token: only the preparation asks, now and then."""
    worker = with_keys(keyring=_Lost())

    assert kind.use(worker, kind.forge(lambda _: OLD)) == 503


def test_an_upload_token_is_not_issued_without_a_key(with_keys: MakeClient) -> None:
    """Nor with a key of this worker alone."""
    response: Any = with_keys(keyring=_Lost()).post("/v1/upload-tokens")

    assert_problem(response, 503, "database_unavailable")
