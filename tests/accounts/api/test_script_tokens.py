"""Access and refresh tokens over HTTP, and every known trick against services with JWTs."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask.testing import FlaskClient

from service.accounts.adapters.jwt.access_tokens import LocalAccessTokens
from service.ports import Ports
from service.shared.memory.keyring import MemoryKeyring
from tests.builders import KEYRING, SECRET_KEY
from tests.conftest import Clock
from tests.helpers.accounts import (
    EMAIL,
    PASSWORD,
    accounts_ports,
    accounts_settings,
    add_user,
    bearer,
    code_in_mail,
    page_of,
    register,
    script_of,
)
from tests.helpers.tokens import SECRET

SIGN_IN = {"email": EMAIL, "password": PASSWORD, "tokens": True}
OWN_KEY = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(KEYRING.derive("access-token")[0]))


def tokens_of(script: FlaskClient) -> dict[str, Any]:
    """Return the first pair of tokens of a script that signs in."""
    answer = script.post("/api/auth/login", json=SIGN_IN)
    assert answer.status_code == 200, answer.text
    pair: dict[str, Any] = answer.get_json()
    return pair


@pytest.fixture
def script(page: FlaskClient, accounts: Ports) -> FlaskClient:
    """A script whose user has an account."""
    register(page, accounts)
    return script_of(accounts)


def test_a_script_signs_in_for_tokens(script: FlaskClient) -> None:
    """And gets no cookie."""
    answer = script.post("/api/auth/login", json=SIGN_IN)
    pair = answer.get_json()
    assert (pair["token_type"], pair["expires_in"]) == ("Bearer", 600)
    assert "Set-Cookie" not in answer.headers
    shown = script.get("/v1/session", headers=bearer(pair["access_token"])).get_json()
    assert "files:write" in shown["scopes"]
    assert script.get("/v1/files", headers=bearer(pair["access_token"])).status_code == 200


def test_a_code_signs_a_script_in(script: FlaskClient, accounts: Ports) -> None:
    """Like a password."""
    script.post("/api/auth/otp/send", json={"email": EMAIL})
    guess = {"email": EMAIL, "code": code_in_mail(accounts), "tokens": True}
    answer = script.post("/api/auth/otp/verify", json=guess)
    assert answer.status_code == 200
    assert script.get("/v1/files", headers=bearer(answer.get_json()["access_token"])).status_code == 200


def test_an_access_token_ends_after_ten_minutes(script: FlaskClient, clock: Clock) -> None:
    """Plus five seconds for clocks that differ; refreshing still works."""
    pair = tokens_of(script)
    clock.pass_(604)
    assert script.get("/v1/files", headers=bearer(pair["access_token"])).status_code == 200
    clock.pass_(1)
    assert script.get("/v1/files", headers=bearer(pair["access_token"])).get_json()["code"] == "token_expired"
    following = script.post("/api/auth/refresh", json={"refresh_token": pair["refresh_token"]}).get_json()
    assert script.get("/v1/files", headers=bearer(following["access_token"])).status_code == 200


def test_the_old_access_token_stays_good_for_its_time(script: FlaskClient) -> None:
    """So a refresh refuses no parallel requests."""
    pair = tokens_of(script)
    script.post("/api/auth/refresh", json={"refresh_token": pair["refresh_token"]})
    assert script.get("/v1/files", headers=bearer(pair["access_token"])).status_code == 200


def test_a_bad_refresh_token_is_refused(script: FlaskClient) -> None:
    """An access token does not count as one."""
    for bad in ("rt_forged", tokens_of(script)["access_token"][:200]):
        refused = script.post("/api/auth/refresh", json={"refresh_token": bad})
        assert (refused.status_code, refused.get_json()["code"]) == (401, "refresh_token_invalid")


@pytest.mark.parametrize("body", [{}, {"refresh_token": ""}, {"refresh_token": {"$gt": ""}}, {"refresh_token": 7}])
def test_what_is_no_text_never_reaches_a_query(script: FlaskClient, body: dict[str, Any]) -> None:
    """It is refused, with the field."""
    assert script.post("/api/auth/refresh", json=body).get_json()["code"] == "validation_failed"


def test_signing_out_ends_the_scripts_family(script: FlaskClient, page: FlaskClient) -> None:
    """Only its own; a repeat or a forged token is no error."""
    own, other = tokens_of(script), tokens_of(script)
    for token in (own["refresh_token"], own["refresh_token"], "rt_forged"):
        assert script.post("/api/auth/logout", json={"refresh_token": token}).status_code == 204
    ended = script.post("/api/auth/refresh", json={"refresh_token": own["refresh_token"]})
    assert (ended.status_code, ended.get_json()["code"]) == (401, "session_revoked")
    assert script.post("/api/auth/refresh", json={"refresh_token": other["refresh_token"]}).status_code == 200
    assert page.get("/v1/files").status_code == 200


def test_a_page_of_another_site_gets_no_tokens(page: FlaskClient, accounts: Ports) -> None:
    """Neither with a password nor with a refresh token."""
    register(page, accounts)
    foreign = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    for path, body in (("login", SIGN_IN), ("refresh", {"refresh_token": "rt_forged"})):
        assert page.post(f"/api/auth/{path}", json=body, headers=foreign).get_json()["code"] == "foreign_origin"


def test_an_access_token_does_not_rule_the_account(script: FlaskClient) -> None:
    """Nor does the cookie that it can be exchanged for, which ends with it."""
    headers = bearer(tokens_of(script)["access_token"])
    assert script.get("/api/auth/api-keys", headers=headers).get_json()["code"] == "account_needed"
    assert script.post("/v1/session", headers=headers).status_code == 201
    assert script.get("/api/auth/api-keys").get_json()["code"] == "account_needed"


def test_an_administrators_script_has_no_power_over_users(page: FlaskClient, accounts: Ports) -> None:
    """Only their session has that scope."""
    user_id = register(page, accounts)["user"]["user_id"]
    accounts.accounts.users.change(user_id, {}, {"roles": ("admin",)})
    script = script_of(accounts)
    token = tokens_of(script)["access_token"]
    shown = script.get("/v1/session", headers=bearer(token)).get_json()
    assert "users:admin" not in jwt.decode(token, options={"verify_signature": False})["scope"]
    assert "users:admin" in page.get("/v1/session").get_json()["scopes"]
    assert "users:admin" not in shown["scopes"]


def test_the_public_keys_check_a_token(script: FlaskClient) -> None:
    """Another service needs only the address of the keys."""
    token = tokens_of(script)["access_token"]
    (key,) = script.get("/.well-known/jwks.json").get_json()["keys"]
    header = jwt.get_unverified_header(token)
    assert (header["typ"], header["alg"], header["kid"]) == ("at+jwt", "EdDSA", key["kid"])
    options: Any = {"verify_exp": False, "verify_iat": False}
    claims = jwt.decode(
        token, jwt.PyJWK(key), algorithms=["EdDSA"], audience="moodrop", issuer="moodrop", options=options
    )
    assert claims["exp"] - claims["iat"] == 600
    assert claims["sid"]
    assert set(key) == {"kty", "crv", "x", "kid", "use", "alg"}


def test_issuer_and_audience_are_those_of_the_settings(ports: Ports) -> None:
    """JWT_ISSUER and JWT_AUDIENCE."""
    settings = accounts_settings(jwt_issuer="https://drop.example", jwt_audience="songs")
    accounts = accounts_ports(ports, settings)
    script = script_of(accounts, settings)
    register(page_of(accounts, settings), accounts)
    token = tokens_of(script)["access_token"]
    claims = jwt.decode(token, options={"verify_signature": False})
    assert (claims["iss"], claims["aud"]) == ("https://drop.example", "songs")
    assert script.get("/v1/files", headers=bearer(token)).status_code == 200


def test_tokens_of_an_older_secret_key_still_verify(ports: Ports, clock: Clock) -> None:
    """The newest key signs; a removed one verifies nothing."""
    settings = accounts_settings()
    older, both, newer = (
        accounts_ports(replace(ports, keyring=MemoryKeyring(*keys)), settings)
        for keys in (("older" * 8,), ("newer" * 8, "older" * 8), ("newer" * 8,))
    )
    token, until = {}, clock() + timedelta(minutes=10)
    for name, of in (("older", older), ("both", both)):
        token[name] = of.access_tokens.issue("u1", ["files:read"], "family", clock(), until)
    assert _status(both, token["older"]) == 200
    assert _status(newer, token["both"]) == 200
    assert _status(newer, token["older"]) == 401
    keys = script_of(both).get("/.well-known/jwks.json").get_json()["keys"]
    assert [key["kid"] for key in keys] == [jwt.get_unverified_header(token[name])["kid"] for name in ("both", "older")]


def _status(ports: Ports, token: str) -> int:
    return script_of(ports).get("/v1/files", headers=bearer(token)).status_code


def test_a_secret_of_the_issuer_beside_accounts_signs_tokens_too(ports: Ports) -> None:
    """JWT_SECRET checks only its own tokens, and our keys only ours."""
    settings = accounts_settings(jwt_secret=SECRET)
    accounts = accounts_ports(ports, settings)
    script, user = script_of(accounts, settings), add_user(accounts)
    now = accounts.now()
    claims = {"sub": user.user_id, "scope": "files:read", "exp": now + timedelta(minutes=1)}
    theirs = jwt.encode(claims, SECRET, algorithm="HS256")
    own = accounts.access_tokens.issue(user.user_id, ["files:read"], "family", now, now + timedelta(minutes=1))
    for token in (theirs, own):
        assert script.get("/v1/files", headers=bearer(token)).status_code == 200
    key_id = jwt.get_unverified_header(own)["kid"]
    # As complete as one of ours.
    claims |= {"iss": "moodrop", "aud": "moodrop"}
    mixed = jwt.encode(claims, SECRET, algorithm="HS256", headers={"kid": key_id})
    assert script.get("/v1/files", headers=bearer(mixed)).status_code == 401


def _base64url(value: object) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _signed(header: dict[str, Any], claims: dict[str, Any], key: Ed25519PrivateKey = OWN_KEY) -> str:
    """Return a token as given, signed with the service's own key or another."""
    text = f"{_base64url(header)}.{_base64url(claims)}"
    return f"{text}.{_base64url(key.sign(text.encode()))}"


def _by_hmac(header: dict[str, Any], claims: dict[str, Any], secret: bytes) -> str:
    text = f"{_base64url(header)}.{_base64url(claims)}"
    return f"{text}.{_base64url(hmac.new(secret, text.encode(), hashlib.sha256).digest())}"


def _without(values: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != name}


def _tricks(header: dict[str, Any], claims: dict[str, Any]) -> dict[str, str]:
    public = OWN_KEY.public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": _base64url(raw)}
    stranger = Ed25519PrivateKey.generate()
    theirs = {"kty": "OKP", "crv": "Ed25519", "x": _base64url(stranger.public_key().public_bytes_raw())}
    unsigned = f"{_base64url({**header, 'alg': 'none'})}.{_base64url(claims)}."
    return {
        "none": unsigned,
        "None in capitals": unsigned.replace(
            _base64url({**header, "alg": "none"}), _base64url({**header, "alg": "NONE"})
        ),
        "no signature": _signed(header, claims).rpartition(".")[0] + ".",
        "HS256 with the PEM of the public key": _by_hmac({**header, "alg": "HS256"}, claims, pem),
        "HS256 with the JWK": _by_hmac({**header, "alg": "HS256"}, claims, json.dumps(jwk).encode()),
        "HS256 with the bytes of the public key": _by_hmac({**header, "alg": "HS256"}, claims, raw),
        "HS256 with SECRET_KEY": _by_hmac({**header, "alg": "HS256"}, claims, SECRET_KEY.encode()),
        "no exp": _signed(header, _without(claims, "exp")),
        "exp as text": _signed(header, {**claims, "exp": str(claims["exp"])}),
        "exp as an object": _signed(header, {**claims, "exp": {}}),
        "no aud": _signed(header, _without(claims, "aud")),
        "another aud": _signed(header, {**claims, "aud": "others"}),
        "no iss": _signed(header, _without(claims, "iss")),
        "another iss": _signed(header, {**claims, "iss": "https://evil.example"}),
        "no sub": _signed(header, _without(claims, "sub")),
        "another typ": _signed({**header, "typ": "upload+jwt"}, claims),
        "no kid": _signed(_without(header, "kid"), claims),
        "another kid": _signed({**header, "kid": "theirs"}, claims),
        "kid of another kind": _signed({**header, "kid": ["x"]}, claims),
        "a kid that is a path": _signed({**header, "kid": "../../dev/null"}, claims),
        "crit": _signed({**header, "crit": ["exp-later"], "exp-later": True}, claims),
        "a stranger's key": _signed(header, claims, stranger),
        "a stranger's key in the header": _signed({**header, "jwk": theirs}, claims, stranger),
        "a stranger's address of keys": _signed({**header, "jku": "https://evil.example/jwks.json"}, claims, stranger),
        "another alg": _signed({**header, "alg": "ES256"}, claims),
    }


TRICKS = tuple(_tricks({}, {"exp": 0}))


@pytest.mark.parametrize("beside", ["", SECRET], ids=["alone", "beside JWT_SECRET"])
@pytest.mark.parametrize("trick", TRICKS)
def test_a_forged_access_token_is_refused(ports: Ports, trick: str, beside: str) -> None:
    """Each differs from a valid one in one place."""
    settings = accounts_settings(jwt_secret=beside)
    accounts = accounts_ports(ports, settings)
    now = accounts.now()
    good = accounts.access_tokens.issue(
        add_user(accounts).user_id, ["files:read"], "f", now, now + timedelta(minutes=9)
    )
    header = jwt.get_unverified_header(good)
    claims = jwt.decode(good, options={"verify_signature": False})
    script = script_of(accounts, settings)
    assert script.get("/v1/files", headers=bearer(_signed(header, claims))).status_code == 200
    refused = script.get("/v1/files", headers=bearer(_tricks(header, claims)[trick]))
    assert (refused.status_code, refused.get_json()["code"]) == (401, "token_invalid")


def test_an_upload_token_is_no_access_token(script: FlaskClient) -> None:
    """Nor the reverse, since their secrets differ."""
    headers = bearer(tokens_of(script)["access_token"])
    upload_token = script.post("/v1/upload-tokens", json={}, headers=headers).get_json()["upload_token"]
    assert script.get("/v1/files", headers=bearer(upload_token)).status_code == 401
    address = f"/u/{headers['Authorization'].split()[1]}/s3/params?filename=a.mp3&type=audio/mpeg"
    assert script.get(address).status_code == 401


@pytest.mark.parametrize(
    "header", ["Bearer ", "Bearer", "Basic YTpi", "mdk_0123456789", "Bearer a.b.c", "Bearer ..", ""]
)
def test_what_is_no_credential_is_refused(accounts: Ports, header: str) -> None:
    """Even beside a valid cookie, because the header decides."""
    page = page_of(accounts, accounts_settings())
    register(page, accounts)
    assert page.get("/v1/files", headers={"Authorization": header}).status_code == 401


def test_the_keys_are_the_same_in_all_workers() -> None:
    """They are not stored: each worker derives them."""
    settings = accounts_settings()
    first, second = (LocalAccessTokens(settings, MemoryKeyring(SECRET_KEY)).public_keys() for _ in range(2))
    assert first == second
    assert first != LocalAccessTokens(settings, MemoryKeyring("another key" * 4)).public_keys()
