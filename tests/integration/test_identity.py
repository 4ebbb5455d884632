"""Identity from outside: tokens made on the command line, and unsafe starts that are refused."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
import urllib3
from click.testing import Result

from service.accounts.adapters.jwt.authenticator import JwtAuthenticator
from service.app import create_app
from service.ports import Ports
from service.settings import Settings
from service.shared.clock import utc_now
from service.shared.model import Caller, Credentials
from tests.conftest import ROOT, Service, settings_for
from tests.helpers.tokens import SECRET

GUNICORN = ["-m", "gunicorn", "-c", "python:service.server.gunicorn_conf", "service.wsgi:app"]
TOKEN_CREATE = ["-m", "flask", "--app", "service", "token", "create"]


def run(command: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    """Run it with only these settings."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def claims_of(token: str) -> dict[str, Any]:
    """Return the token's claims without checking times: another process made it, by its own clock."""
    claims: dict[str, Any] = jwt.decode(
        token, SECRET, algorithms=["HS256"], options={"verify_exp": False, "verify_iat": False, "verify_aud": False}
    )
    return claims


def caller_of(token: str, **values: Any) -> Caller | None:
    """Return the token's caller in the second in which it was made."""
    made_at = datetime.fromtimestamp(claims_of(token)["iat"], UTC)
    authenticator = JwtAuthenticator(Settings(jwt_secret=SECRET, **values), lambda: made_at)
    return authenticator.authenticate(Credentials(f"Bearer {token}"))


def owner_and_scopes(token: str, **values: Any) -> tuple[str, frozenset[str]] | None:
    caller = caller_of(token, **values)
    return (caller.owner, caller.scopes) if caller else None


# --- flask --app service token create ----------------------------------------------------------
def test_a_token_made_on_the_command_line_works() -> None:
    """One line of output, all scopes but admin, one hour."""
    done = run([*TOKEN_CREATE, "--sub", "u1"], JWT_SECRET=SECRET)

    assert (done.returncode, done.stdout.count("\n")) == (0, 1), done.stderr
    assert owner_and_scopes(done.stdout.strip()) == ("u1", {"uploads:write", "files:read", "files:write"})
    claims = claims_of(done.stdout.strip())
    assert claims["exp"] - claims["iat"] == 3600


def invoke(ports: Ports, *options: str, **values: Any) -> Result:
    """Run the same command in this process, which is faster."""
    settings = Settings(**{"auth_mode": "jwt", "jwt_secret": SECRET, **values})
    return (
        create_app(settings, replace(ports, now=utc_now)).test_cli_runner().invoke(args=["token", "create", *options])
    )


def test_a_token_may_be_narrowed_and_outlive_the_hour(ports: Ports) -> None:
    """--scope may be repeated, --expires-in is in seconds; issuer and audience are as configured."""
    who = {"jwt_issuer": "https://id.example", "jwt_audience": "moodrop"}
    options = ["--scope", "files:read", "--scope", "admin", "--expires-in", "86400"]
    token = invoke(ports, "--sub", "ünï code", *options, **who).output.strip()

    assert owner_and_scopes(token, **who) == ("ünï code", {"files:read", "admin"})
    claims = claims_of(token)
    assert claims["exp"] - claims["iat"] == 86_400


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "--sub"),
        (["--sub", ""], "'sub'"),
        (["--sub", "x" * 300], "'sub'"),
        (["--sub", "u1\n"], "'sub'"),
        (["--sub", "u1", "--scope", "everything"], "--scope"),
        (["--sub", "u1", "--prefix", "uploads/u1"], "prefix"),
        (["--sub", "u1", "--max-files", "0"], "--max-files"),
        (["--sub", "u1", "--expires-in", "0"], "--expires-in"),
        (["--sub", "u1", "--expires-in", "9" * 14], "--expires-in"),
    ],
)
def test_a_token_that_would_not_work_is_not_made(ports: Ports, options: list[str], message: str) -> None:
    """The message names the mistake, and stdout is empty."""
    done = invoke(ports, *options)

    assert done.exit_code != 0
    assert done.stdout == ""
    assert message in done.stderr.splitlines()[-1]


def test_a_token_may_narrow_itself(ports: Ports) -> None:
    """Only to uploads unless scopes are named; each token has its own usage id."""
    limits = ["--prefix", "uploads/u1/a/", "--max-bytes", "100", "--max-files", "3", "--content-type", "audio/*"]
    tokens = [invoke(ports, "--sub", "u1", *limits).output.strip() for _ in range(2)]
    once = caller_of(invoke(ports, "--sub", "u1", "--once", "--scope", "files:read").output.strip())

    callers = [caller_of(token) for token in tokens]
    assert all(caller and caller.grant for caller in callers)
    assert {caller.scopes for caller in callers if caller} == {frozenset({"uploads:write"})}
    grants = [caller.grant for caller in callers if caller and caller.grant]
    assert {(g.prefix, g.max_bytes, g.max_files, g.content_types) for g in grants} == {
        ("uploads/u1/a/", 100, 3, ("audio/*",))
    }
    assert grants[0].usage_id != grants[1].usage_id
    assert once is not None
    assert once.grant is not None
    assert (once.grant.max_files, once.scopes) == (1, frozenset({"files:read"}))


def test_no_token_is_made_without_a_secret(ports: Ports) -> None:
    """If the provider makes the tokens, one line says so."""
    done = invoke(ports, "--sub", "u1", jwt_secret="", jwt_jwks_url="https://id.example/jwks.json")

    assert (done.exit_code, done.stdout) == (1, "")
    assert "Set JWT_SECRET" in done.stderr


def test_open_mode_makes_no_token() -> None:
    """It would be useless; one line says so, and what to set."""
    done = run([*TOKEN_CREATE, "--sub", "u1"], AUTH_MODE="open")

    assert (done.returncode != 0, done.stdout) == (True, "")
    assert done.stderr.count("\n") == 1
    assert "Set AUTH_MODE=jwt and JWT_SECRET" in done.stderr


# --- starts ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("environment", "wrong"),
    [
        ({"AUTH_MODE": "open", "HOST": "0.0.0.0"}, ["ALLOW_OPEN_ON_NETWORK"]),
        ({}, ["JWT_SECRET"]),
        (
            {"PORT": "0", "MOODS": ",", "JWT_SECRET": "", "CORS_ORIGINS": "*", "MINIO_ENDPOINT": "store"},
            ["PORT", "CORS_ORIGINS", "MINIO_ENDPOINT", "MOODS", "JWT_SECRET"],
        ),
    ],
)
def test_an_unsafe_start_is_refused(environment: dict[str, str], wrong: list[str]) -> None:
    """gunicorn exits before it listens, with a heading and one line for each wrong setting."""
    done = run(GUNICORN, **environment)

    assert done.returncode != 0
    heading, *lines = done.stderr.strip().splitlines()
    assert heading == "Moodrop cannot start. These settings are wrong:"
    assert wrong == [line.strip().partition(":")[0] for line in lines]
    assert "Listening" not in done.stderr


@pytest.mark.real
def test_open_mode_on_the_network_starts_where_it_is_meant(
    serve: Callable[..., Service], minio: Any, mongod: Any
) -> None:
    """ALLOW_OPEN_ON_NETWORK=1: any Host is served, but no page of another origin."""
    service = serve(settings_for(minio, mongod, host="0.0.0.0", allow_open_on_network=True))

    def status(**headers: str) -> int:
        return urllib3.request("GET", f"{service.url}/v1/files", headers=headers, retries=False).status

    assert [status(Host="moodrop.lan"), status(Host="moodrop.lan", Origin="http://evil.example")] == [200, 403]


@pytest.mark.real
def test_open_mode_on_this_machine_keeps_others_out(serve: Callable[..., Service], settings: Settings) -> None:
    """Under gunicorn, as `make run` starts it: curl is served, another site's name or page is not."""
    service = serve(settings)

    def answer(**headers: str) -> tuple[int, str]:
        response = urllib3.request("GET", f"{service.url}/v1/files", headers=headers, retries=False)
        return response.status, response.json().get("code", "")

    assert answer() == (200, "")
    assert answer(Origin=service.url) == (200, "")
    assert answer(Host="evil.example") == (403, "not_local")
    assert answer(Origin="http://evil.example") == (403, "foreign_origin")
    assert answer(**{"Sec-Fetch-Site": "same-site"}) == (403, "foreign_origin")
