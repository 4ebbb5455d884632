"""Users of another service on the real servers: imported, signed in over HTTP, and administered with curl."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import bcrypt
import pytest
import urllib3
from pymongo import MongoClient

from service.settings import Settings
from tests.conftest import ROOT, Service, environment_of
from tests.e2e.shell import run

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]

OLD = "their old password"
ADA, BOB = "ada@example.com", "bob@example.com"
# The cost that most services have.
COST = 12


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A service with accounts and quotas."""
    accounts = {"auth_mode": "accounts", "mail_page": True, "quota_bytes": 10**9}
    return settings.model_copy(update=accounts)


def flask_user(settings: Settings, *words: str, text: str = "") -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "flask", "--app", "service", "user", *words]
    return subprocess.run(
        command, cwd=ROOT, env=environment_of(settings), input=text, capture_output=True, text=True, check=False
    )


def imported(settings: Settings) -> list[str]:
    """Import two people with bcrypt hashes; return the hashes."""
    hashes = [bcrypt.hashpw(OLD.encode(), bcrypt.gensalt(COST)).decode() for _ in range(2)]
    rows = [
        {"email": email, "verified": True, "password_hash": one} for email, one in zip((ADA, BOB), hashes, strict=True)
    ]
    done = flask_user(settings, "import", "-", text="\n".join(map(json.dumps, rows)) + "\n{}\n")
    assert done.returncode == 1, done.stderr
    assert done.stdout == "imported 2, unchanged 0, refused 1\n"
    assert done.stderr.startswith("line 3: ")
    return hashes


def sign_in(service: Service, email: str, password: str) -> urllib3.BaseHTTPResponse:
    return urllib3.request("POST", f"{service.url}/api/auth/login", json={"email": email, "password": password})


def test_a_bcrypt_hash_lets_its_owner_in_once_and_becomes_argon2id(
    settings: Settings, serve: Callable[..., Service]
) -> None:
    """On the real database, over HTTP; a wrong password changes nothing, and the new hash lets in too."""
    service = serve(settings)
    hashes = imported(settings)

    with MongoClient(settings.mongodb_uri) as client:
        users = client[settings.mongodb_database]["users"]
        assert sign_in(service, ADA, "a wrong password").status == 401
        assert users.find_one({"email": ADA})["password_hash"] == hashes[0]
        assert sign_in(service, ADA, OLD).status == 201
        replaced = users.find_one({"email": ADA})["password_hash"]
        assert replaced.startswith("$argon2id$v=19$")
        assert sign_in(service, ADA, OLD).status == 201
        assert users.find_one({"email": ADA})["password_hash"] == replaced
        assert users.find_one({"email": BOB})["password_hash"] == hashes[1]
    for one in hashes:
        assert one not in service.log.read_text()


@pytest.mark.skipif(not shutil.which("curl"), reason="runs curl")
def test_the_calls_of_administrators_are_answered_as_printed(
    settings: Settings, serve: Callable[..., Service], tmp_path: Path
) -> None:
    """Each curl command of docs/accounts.md about administrators, in its order."""
    service = serve(settings)
    imported(settings)
    assert "admin" in flask_user(settings, "admin", ADA).stdout
    bob = json.loads(sign_in(service, BOB, OLD).data)["user"]["user_id"]
    section = (ROOT / "docs/accounts.md").read_text().partition("## For administrators")[2]
    blocks = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    body = json.dumps({"email": ADA, "password": OLD})
    signed_in = run(f"curl -s -c jar \"$MOODROP/api/auth/login\" --json '{body}'", tmp_path, MOODROP=service.url)
    assert signed_in.returncode == 0, signed_in.stderr

    for block in blocks:
        ran = run(block, tmp_path, MOODROP=service.url, ID=bob)
        assert ran.returncode == 0, f"{block}\n{ran.stdout.decode()}{ran.stderr.decode()}"

    assert sum(block.count("curl") for block in blocks) == 8
    shown = flask_user(settings, "list").stdout
    assert re.search(rf"{bob}  {BOB}  leaving", shown)


def test_an_operator_sets_a_quota_and_deletes_by_the_command(settings: Settings, serve: Callable[..., Service]) -> None:
    """Beside a running service, which knows it at once."""
    service = serve(settings)
    imported(settings)
    cookie = sign_in(service, ADA, OLD).headers["Set-Cookie"].partition(";")[0]

    assert (
        "bytes ? of 7000, files ? of 5"
        in flask_user(settings, "quota", ADA, "--max-bytes", "7000", "--max-files", "5").stdout
    )
    session = urllib3.request("GET", f"{service.url}/v1/session", headers={"Cookie": cookie}).json()
    assert (session["quota"]["max_bytes"], session["quota"]["left_files"]) == (7000, 5)
    assert "leaving" in flask_user(settings, "delete", ADA, "--yes").stdout
    assert urllib3.request("GET", f"{service.url}/v1/files", headers={"Cookie": cookie}).status == 401
