"""The Postman collection in docs/collection, run as a whole by Newman against the service on the real servers."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3

from dev.collection.account_steps import ACCOUNTS
from dev.collection.newman import find_newman
from dev.node import find_node
from service.settings import Settings
from tests.conftest import ROOT, Service, Store, settings_for
from tests.helpers.browser_session import BrowserSession
from tests.helpers.openapi_check import document
from tests.helpers.tokens import SECRET, claims, token

ACCOUNT_STEPS = [step for folder in ACCOUNTS for step in folder.steps]
COLLECTION = ROOT / "docs" / "collection" / "moodrop.postman_collection.json"
ENVIRONMENT = COLLECTION.parent / "moodrop.postman_environment.json"


def collection() -> dict[str, Any]:
    return json.loads(COLLECTION.read_text())


def requests_of(folder: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Return all requests, in every folder."""
    for item in folder["item"]:
        if "request" in item:
            yield item
        else:
            yield from requests_of(item)


def run(path: Path, service: Service, folder: Path, **variables: str) -> dict[str, Any]:
    """Return Newman's report of a run with these variables in the environment."""
    report = folder / "report.json"
    given = {"base_url": service.url, **variables}
    command = [find_newman(), "run", path, "--environment", ENVIRONMENT, "--bail", "failure"]
    command += ["--reporters", "cli,json", "--reporter-json-export", report, "--color", "off"]
    command += [word for name, value in given.items() for word in ("--env-var", f"{name}={value}")]
    ran = subprocess.run(command, env=find_node().env, capture_output=True, text=True, timeout=180, check=False)
    result = json.loads(report.read_text())["run"]
    assert ran.returncode == min(1, len(result["failures"])), ran.stdout + ran.stderr
    return result


def failures_of(result: dict[str, Any]) -> list[str]:
    return [f"{one['source'].get('name')}: {one['error']['message']}" for one in result["failures"]]


def test_the_committed_collection_is_what_the_document_makes() -> None:
    """As `make collection-check` verifies."""
    command = [sys.executable, "-m", "dev.collection", "--check"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert (ran.returncode, ran.stderr) == (0, "")


def test_the_collection_has_every_operation_of_the_document() -> None:
    """So no new call is left out, except those of the store alone."""
    operations = {
        (method.upper(), path)
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
        if operation.get("security") != [{"store": []}]
    }
    called = {
        (item["request"]["method"], "/" + re.sub(r":(\w+)", r"{\1}", "/".join(item["request"]["url"]["path"])))
        for item in requests_of(collection())
        if isinstance(item["request"]["url"], dict)
    }

    assert operations == called


@pytest.mark.real
def test_the_collection_runs_as_a_whole_without_a_token(
    settings: Settings, serve: Callable[..., Service], tmp_path: Path
) -> None:
    """In open mode; all requests pass except those about tokens."""
    result = run(COLLECTION, serve(settings.model_copy(update={"history": True})), tmp_path)

    assert failures_of(result) == []
    assert result["stats"]["requests"]["total"] == len(list(requests_of(collection()))) - len(ACCOUNT_STEPS) - 2
    assert result["stats"]["assertions"]["total"] > 2 * result["stats"]["requests"]["total"]


@pytest.mark.real
def test_the_collection_runs_as_a_whole_with_a_token_and_leaves_nothing(
    minio: Store, mongod: Any, serve: Callable[..., Service], tmp_path: Path
) -> None:
    """All requests pass, and every file and upload that they made is gone."""
    service = serve(settings_for(minio, mongod, auth_mode="jwt", jwt_secret=SECRET, history=True))
    mine = token(claims())

    result = run(COLLECTION, service, tmp_path, token=mine)

    assert failures_of(result) == []
    assert result["stats"]["requests"]["total"] == len(list(requests_of(collection()))) - len(ACCOUNT_STEPS)
    for path, empty in {"/v1/files": "files", "/v1/uploads": "uploads"}.items():
        left = urllib3.request("GET", service.url + path, headers={"Authorization": f"Bearer {mine}"}).json()
        assert left[empty] == []


@pytest.mark.real
def test_the_collection_runs_as_a_whole_with_accounts(
    minio: Store, mongod: Any, serve: Callable[..., Service], tmp_path: Path
) -> None:
    """All requests with the API key of a person, but the one that swaps a token for a cookie."""
    given = {"auth_mode": "accounts", "mail_page": True, "guests": "own", "rate_limits": False, "history": True}
    service = serve(settings_for(minio, mongod, **given))

    result = run(COLLECTION, service, tmp_path, token=api_key_of_somebody(service.url))

    assert failures_of(result) == []
    assert result["stats"]["requests"]["total"] == len(list(requests_of(collection()))) - 1


def api_key_of_somebody(url: str) -> str:
    """Register at the service and make a key with all scopes, as a person would on the page."""
    page = BrowserSession(url)
    session = page.register("somebody@example.com")
    assert session["user"]["email"] == "somebody@example.com"
    return str(page.post("/api/auth/api-keys", {"name": "the collection"})["key"])


@pytest.mark.real
def test_a_run_with_a_wrong_answer_fails(settings: Settings, serve: Callable[..., Service], tmp_path: Path) -> None:
    """Assertions must be able to fail: an answer that does not match its schema is noticed."""
    changed = tmp_path / "changed.json"
    changed.write_text(COLLECTION.read_text().replace('#/definitions/Health\\"', '#/definitions/Ready\\"'))

    result = run(changed, serve(settings), tmp_path)

    assert "data should have required property 'checks'" in failures_of(result)[0]
