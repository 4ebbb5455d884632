"""Bearer tokens: which are accepted, and every known way to forge one."""

import json
import random
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flask.testing import FlaskClient

from service.accounts.adapters.jwt.authenticator import LEEWAY_S, MAX_REMEMBERED
from tests.conftest import Clock
from tests.helpers.problems import assert_problem
from tests.helpers.tokens import FOREVER, HEADER, SECRET, bearer, claims, encoded, token

JwtClient = Callable[..., FlaskClient]


@pytest.fixture
def client(jwt_client: JwtClient) -> FlaskClient:
    return jwt_client()


def asked(client: FlaskClient, authorization: str) -> Any:
    return client.get("/v1/files", headers={"Authorization": authorization})


def _unsigned(algorithm: Any) -> str:
    parts = ({"alg": algorithm, "typ": "JWT"}, claims())
    return ".".join(encoded(json.dumps(part).encode()) for part in parts) + "."


def _rs256_confused() -> str:
    """Signed by HMAC with a public key, as if the server held that key and believed the header."""
    public = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return token(header={"alg": "RS256", "typ": "JWT"}, secret=pem.decode())


def _rs256() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return jwt.encode(claims(), key, algorithm="RS256")


FORGED: dict[str, Callable[[], str]] = {
    "another secret": lambda: token(secret="x" * 32),
    "no secret": lambda: token(secret=""),
    "secret with a newline": lambda: token(secret=SECRET + "\n"),
    **{f"alg {name!r}": (lambda name=name: _unsigned(name)) for name in ("none", "None", "NONE", "nOnE", "", " none")},
    **{f"alg {name!r}": (lambda name=name: _unsigned(name)) for name in (None, [], {}, 0, True)},
    "alg none, signed": lambda: token(header={"alg": "none", "typ": "JWT"}),
    "alg missing": lambda: token(header={"typ": "JWT"}),
    "alg hs256": lambda: token(header={**HEADER, "alg": "hs256"}),
    "HS512": lambda: token(header={**HEADER, "alg": "HS512"}, digest="sha512"),
    "HS384": lambda: token(header={**HEADER, "alg": "HS384"}, digest="sha384"),
    "HS512 said, HS256 done": lambda: token(header={**HEADER, "alg": "HS512"}),
    "HS256 said, HS512 done": lambda: token(digest="sha512"),
    "RS256 with our secret": lambda: token(header={**HEADER, "alg": "RS256"}),
    "RS256 with a public key": _rs256_confused,
    "RS256": _rs256,
    "no signature": lambda: token().rpartition(".")[0],
    "empty signature": lambda: token().rpartition(".")[0] + ".",
    "signature of another token": lambda: token().rpartition(".")[0] + "." + token(claims(sub="u2")).split(".")[2],
    "payload of another token": lambda: ".".join(
        [(a := token().split("."))[0], token(claims(sub="u2")).split(".")[1], a[2]]
    ),
    "kid number": lambda: token(header={**HEADER, "kid": 5}),
    "crit unknown": lambda: token(header={**HEADER, "crit": ["x"], "x": 1}),
    "crit empty": lambda: token(header={**HEADER, "crit": []}),
    "b64 false": lambda: token(header={**HEADER, "b64": False, "crit": ["b64"]}),
    "header array": lambda: token(header="[]"),
    "header text": lambda: token(header='"HS256"'),
    "header no JSON": lambda: token(header="{"),
    "header deep": lambda: token(header="[" * 5000),
    "payload array": lambda: token("[]"),
    "payload null": lambda: token("null"),
    "payload no JSON": lambda: token("sub=u1"),
    "payload deep": lambda: token('{"sub":' * 3000),
    "empty": lambda: "",
    "dots": lambda: "..",
    "five parts": lambda: "a.b.c.d.e",
    "garbage": lambda: "garbage",
    "garbage parts": lambda: "a.b.c",
    "not ASCII": lambda: "é.é.é",
    "spaces": lambda: token().replace(".", " . "),
    "two tokens": lambda: f"{token()} {token()}",
    "two headers joined": lambda: f"{token()},Bearer {token()}",
    "long": lambda: "A" * 30_000,
    "padded": lambda: token() + "==",
}

BAD_CLAIMS: dict[str, dict[str, Any]] = {
    "no exp": {"exp": ...},
    "exp null": {"exp": None},
    "exp text": {"exp": str(FOREVER)},
    "exp word": {"exp": "never"},
    "exp true": {"exp": True},
    "exp list": {"exp": [FOREVER]},
    "exp object": {"exp": {"$gt": 0}},
    "exp infinite": {"exp": float("inf")},
    "exp not a number": {"exp": float("nan")},
    "no sub": {"sub": ...},
    "sub null": {"sub": None},
    "sub empty": {"sub": ""},
    "sub object": {"sub": {"$ne": ""}},
    "sub list": {"sub": ["u1"]},
    "sub number": {"sub": 7},
    "sub true": {"sub": True},
    "sub of 300 characters": {"sub": "x" * 300},
    "sub with NUL": {"sub": "u1\x00"},
    "sub with newline": {"sub": "u1\nu2"},
    "sub with surrogate": {"sub": "u1\ud800"},
    "sub with direction override": {"sub": "u1\u202e"},
    "exp beyond any float": {"exp": 10**400},
    **{
        f"{name} {kind}": {"scope": ..., name: value}
        for name in ("scope", "scp")
        for kind, value in {
            "null": None,
            "object": {"files:read": True},
            "number": 7,
            "list of lists": [["files:read"]],
            "list with a number": ["files:read", 7],
        }.items()
    },
    "scope good, scp not": {"scp": {}},
    "nbf later": {"nbf": FOREVER - 1},
    "nbf text": {"nbf": "now"},
    "iat later": {"iat": FOREVER - 1},
    "iat text": {"iat": "now"},
    "iat beyond any float": {"iat": 10**400},
    "nbf beyond any float": {"nbf": 10**400},
    "jti object": {"jti": {}},
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED.keys())
def test_a_forged_token_is_refused(client: FlaskClient, forge: Callable[[], str]) -> None:
    """401 token_invalid: only our secret counts, never the token's own header."""
    assert_problem(asked(client, f"Bearer {forge()}"), 401, "token_invalid")


@pytest.mark.parametrize("changed", BAD_CLAIMS.values(), ids=BAD_CLAIMS.keys())
def test_a_well_signed_token_with_bad_claims_is_refused(client: FlaskClient, changed: dict[str, Any]) -> None:
    """Knowing the secret is not enough: the subject and the expiry must be there, with the right types."""
    assert_problem(asked(client, f"Bearer {token(claims(**changed))}"), 401, "token_invalid")


@pytest.mark.parametrize("typ", ["refresh+jwt", "rt+jwt", "dpop+jwt", "JWE", "jwt", "", None, 7, ["JWT"], {}])
def test_a_token_of_another_type_is_refused(client: FlaskClient, typ: Any) -> None:
    """A refresh token or a proof signed with the same secret is no access token."""
    assert_problem(asked(client, f"Bearer {token(header={**HEADER, 'typ': typ})}"), 401, "token_invalid")


@pytest.mark.parametrize("ago", [LEEWAY_S, 3600, 1_700_000_000, 10**300])
def test_an_expired_token_is_told_as_such(client: FlaskClient, clock: Clock, ago: int) -> None:
    """401 token_expired, so that the client can fetch a new one."""
    exp = int(clock().timestamp()) - ago

    assert_problem(asked(client, f"Bearer {token(claims(exp=exp))}"), 401, "token_expired")


def test_a_token_that_was_let_in_expires_all_the_same(client: FlaskClient, clock: Clock) -> None:
    """The cache of verified tokens does not extend their life."""
    nearly = bearer(exp=int(clock().timestamp()) + 60)["Authorization"]

    clock.pass_(59 + LEEWAY_S)
    assert asked(client, nearly).status_code == 200
    clock.pass_(1)
    assert_problem(asked(client, nearly), 401, "token_expired")


@pytest.mark.parametrize("claim", ["nbf", "iat"])
def test_a_token_is_good_from_its_first_second(client: FlaskClient, clock: Clock, claim: str) -> None:
    """Within the tolerance for clocks that differ."""
    early = bearer(**{claim: int(clock().timestamp()) + LEEWAY_S + 1})["Authorization"]

    assert_problem(asked(client, early), 401, "token_invalid")
    clock.pass_(1)
    assert asked(client, early).status_code == 200


def test_a_token_that_was_let_in_is_not_for_another_secret(jwt_client: JwtClient) -> None:
    """One app's verified tokens mean nothing to another app in the same process."""
    good = bearer()["Authorization"]
    clients = [jwt_client(), jwt_client(jwt_secret=SECRET[::-1]), jwt_client()]

    assert [asked(client, good).status_code for client in clients] == [200, 401, 200]


def test_more_callers_than_are_remembered_are_all_themselves(client: FlaskClient) -> None:
    """Each sees its own files, whether or not its token is still in the cache."""
    for _ in range(2):
        for number in range(MAX_REMEMBERED + 10):
            owner = f"u{number}"
            session = client.get("/v1/session", headers=bearer(owner)).get_json()
            assert session["owner"] == owner


def test_every_flipped_bit_is_noticed(client: FlaskClient) -> None:
    """500 tokens, each with one bit flipped."""
    good = token()
    assert asked(client, f"Bearer {good}").status_code == 200  # and remembered
    chosen = random.Random(3).sample(range(len(good) * 6), 500)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for place in chosen:
        at, bit = divmod(place, 6)
        # The last character of each part has bits that base64 does not use.
        if good[at] == "." or good[at + 1 : at + 2] in ("", "."):
            continue
        flipped = good[:at] + alphabet[alphabet.index(good[at]) ^ 1 << bit] + good[at + 1 :]
        assert asked(client, f"Bearer {flipped}").status_code == 401, f"bit {bit} of character {at}"


@pytest.mark.parametrize("header", [{"typ": "at+jwt"}, {"typ": "JWT"}, {"kid": "../../dev/null"}, {"jku": "http://x"}])
def test_a_good_token_is_let_in_whatever_key_it_hints_at(client: FlaskClient, header: dict[str, Any]) -> None:
    """kid, jku and jwk are ignored, because there is only one key."""
    assert asked(client, f"Bearer {token(header={**HEADER, **header})}").status_code == 200
    evil = {**HEADER, "jwk": {"kty": "oct", "k": encoded(b"x" * 32)}}
    assert_problem(asked(client, f"Bearer {token(header=evil, secret='x' * 32)}"), 401, "token_invalid")


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "Bearer "])
def test_the_scheme_is_read_in_any_case(client: FlaskClient, scheme: str) -> None:
    """RFC 9110: its name is case-insensitive."""
    assert asked(client, f"{scheme} {token()}").status_code == 200


@pytest.mark.parametrize("authorization", ["", "Basic dTE6cHc=", "Token x", "bearer:x", "Digest username=u1"])
def test_another_scheme_counts_as_no_token(client: FlaskClient, authorization: str) -> None:
    """401 token_missing says what to send."""
    assert_problem(asked(client, authorization), 401, "token_missing")


def test_a_token_in_the_address_is_not_read(client: FlaskClient) -> None:
    """Tokens in addresses end up in logs and histories."""
    assert_problem(client.get("/v1/moods?access_token=" + token()), 401, "token_missing")
    assert_problem(client.get("/v1/moods", headers={"Cookie": f"token={token()}"}), 401, "token_missing")


READ_AND_SEND = ["files:read", "uploads:write"]


@pytest.mark.parametrize(
    ("changes", "scopes"),
    [
        ({"scope": "uploads:write files:read"}, READ_AND_SEND),
        ({"scope": READ_AND_SEND}, READ_AND_SEND),
        ({"scp": READ_AND_SEND}, READ_AND_SEND),
        ({"scp": "files:read uploads:write"}, READ_AND_SEND),
        ({"scope": ["openid", "files:read"], "aud": ["account", "moodrop"]}, ["files:read"]),
        ({"scope": "openid files:read \ud800"}, ["files:read"]),
        ({"scope": ["files:read uploads:write"]}, []),
        ({"scope": "Files:Read"}, []),
        ({"scope": []}, []),
        ({}, []),
        # If a token has both claims, neither widens the other.
        ({"scope": "files:read uploads:write", "scp": ["files:read"]}, ["files:read"]),
        ({"scope": "files:read", "scp": "admin uploads:write"}, []),
        ({"scope": "", "scp": "files:read"}, []),
        ({"scope": "files:read", "exp": FOREVER + 0.5, "sub": "auth0|5f7c"}, ["files:read"]),
    ],
)
def test_scopes_are_read_as_providers_write_them(
    client: FlaskClient, changes: dict[str, Any], scopes: list[str]
) -> None:
    """RFC 8693 uses one string; others use a list or call it 'scp'. Unknown scopes are ignored."""
    response = client.get(
        "/v1/session", headers={"Authorization": f"Bearer {token(claims(**{'scope': ..., **changes}))}"}
    )

    assert (response.status_code, response.get_json()["scopes"]) == (200, scopes)


NEED_TOKEN = [
    "/v1/uploads",
    "/v1/files",
    "/v1/moods",
    "/songs",
    "/s3/upload-url?key=uploads/u1/a",
    "/s3/download-url?key=uploads/u1/a",
]


@pytest.mark.parametrize("address", NEED_TOKEN)
def test_without_a_token_nothing_is_told(client: FlaskClient, address: str) -> None:
    """401 everywhere except health, session and documentation."""
    assert_problem(client.get(address), 401, "token_missing")


@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/v1/session", "/docs", "/docs/errors", "/openapi.json"])
def test_what_everybody_may_see_needs_no_token(client: FlaskClient, address: str) -> None:
    """For load balancers, and for people who are about to sign in."""
    assert client.get(address).status_code == 200


def test_session_tells_who_one_is(client: FlaskClient) -> None:
    """Nobody without a token, the subject and scopes with one; a bad token is an error."""
    assert client.get("/v1/session").get_json()["owner"] is None
    session = client.get("/v1/session", headers=bearer("u1", "files:read")).get_json()
    assert (session["owner"], session["scopes"]) == ("u1", ["files:read"])
    assert_problem(client.get("/v1/session", headers={"Authorization": "Bearer x"}), 401, "token_invalid")


@pytest.mark.parametrize(
    ("changes", "ok"),
    [
        ({"iss": "https://id.example", "aud": "moodrop"}, True),
        ({"iss": "https://id.example", "aud": ["other", "moodrop"]}, True),
        ({}, False),
        ({"iss": "https://id.example"}, False),
        ({"aud": "moodrop"}, False),
        ({"iss": "https://id.example/", "aud": "moodrop"}, False),
        ({"iss": "https://evil.example", "aud": "moodrop"}, False),
        ({"iss": "https://id.example", "aud": "moodrop2"}, False),
        ({"iss": "https://id.example", "aud": "mood"}, False),
        ({"iss": "https://id.example", "aud": []}, False),
        ({"iss": "https://id.example", "aud": {"moodrop": 1}}, False),
        ({"iss": ["https://id.example"], "aud": "moodrop"}, False),
        ({"iss": "https://id", "aud": "moodrop"}, False),
    ],
)
def test_issuer_and_audience_are_checked_where_set(jwt_client: JwtClient, changes: dict[str, Any], ok: bool) -> None:
    """So a token for another service of the same issuer is refused."""
    client = jwt_client(jwt_issuer="https://id.example", jwt_audience="moodrop")

    response = asked(client, f"Bearer {token(claims(**changes))}")

    if ok:
        assert response.status_code == 200
    else:
        assert_problem(response, 401, "token_invalid")
