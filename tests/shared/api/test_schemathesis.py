"""Schemathesis on the OpenAPI document: its generated requests get documented answers, in every mode.

It walks from start over sent bytes and confirm to the file and its deletion, and tries values at and beyond each
field's limits, unknown parameters, headers and methods. By hand, and for longer: docs/patterns.md.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.servers import MongodServer
from tests.conftest import ROOT, Service, Store, services, settings_for
from tests.helpers.browser_session import BrowserSession
from tests.helpers.tokens import SECRET, bearer

# A minute in all on two idle cores; on a busy machine several.
pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]

# The checks that make sense if each answer is 401, and one of our own.
WITHOUT_TOKEN = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "unsupported_method",
    "without_token",
)
ACCOUNT_CALLS = r"^/(api/auth|\.well-known)/"
# There they are all 404.
WITHOUT_ACCOUNTS = f"--exclude-path-regex={ACCOUNT_CALLS}"
CONFIG = Path(__file__).with_name("schemathesis.toml")


@pytest.fixture
def service(request: pytest.FixtureRequest, minio: Store, mongod: MongodServer, tmp_path: Path) -> Iterator[Service]:
    """gunicorn in the mode that the test names, on the real store and database."""
    secrets = {"jwt_secret": SECRET, "events_secret": "the-secret-of-the-webhook"}
    with_accounts = {"mail_page": True, "guests": "own", "rate_limits": False, "password_memory_kib": 8192}
    more = with_accounts if request.param == "accounts" else {}
    settings = settings_for(minio, mongod, auth_mode=request.param, **secrets, **more)
    with services(tmp_path) as start:
        yield start(settings)


def explore(service: Service, *options: str) -> None:
    """Run all phases and checks except the excluded ones; fail with Schemathesis's own report."""
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "run", "--no-color"]
    address = f"{service.url}/openapi.json"
    run = subprocess.run([*command, *options, address], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("service", ["jwt"], indirect=True)
def test_with_a_token_each_answer_is_a_documented_one(service: Service) -> None:
    """And without it every call is refused."""
    headers = [f"--header={name}: {value}" for name, value in bearer(scope="admin").items()]

    explore(service, "--max-examples=30", WITHOUT_ACCOUNTS, *headers)


@pytest.mark.parametrize("service", ["jwt"], indirect=True)
def test_without_a_token_each_protected_call_is_refused(service: Service) -> None:
    """401 for any input, in the documented shape."""
    explore(service, "--max-examples=12", WITHOUT_ACCOUNTS, f"--checks={','.join(WITHOUT_TOKEN)}")


@pytest.mark.parametrize("service", ["open"], indirect=True)
def test_in_open_mode_each_answer_is_a_documented_one(service: Service) -> None:
    """The same calls by the one local user, without a token."""
    explore(
        service,
        "--max-examples=12",
        WITHOUT_ACCOUNTS,
        "--exclude-checks=ignored_auth,missing_required_header",
        "--generation-with-security-parameters=false",
    )


@pytest.mark.parametrize("service", ["accounts"], indirect=True)
@pytest.mark.parametrize("who", ["nobody", "somebody"])
def test_each_answer_of_accounts_is_a_documented_one(service: Service, who: str) -> None:
    """By a script that has no session, and by the page of somebody who is signed in."""
    page = BrowserSession(service.url)
    page.register("ada@example.com")
    cookie = "; ".join(f"{name}={value}" for name, value in page.http.cookies.items())
    headers = {"Origin": service.url, "Cookie": cookie} if who == "somebody" else {}
    explore(
        service,
        "--max-examples=8",
        f"--include-path-regex={ACCOUNT_CALLS}",
        "--exclude-checks=ignored_auth,missing_required_header",
        "--generation-with-security-parameters=false",
        *(f"--header={name}: {value}" for name, value in headers.items()),
    )
