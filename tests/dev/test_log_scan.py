"""A test run fails if its logs contain a secret, even if every test passes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from service.accounts.secrets import link_token_of, mint_refresh, new_api_key, new_secret
from service.shared.redaction import redacted
from tests.conftest import ROOT
from tests.log_scan import SECRETS, leaks_of

CONFTEST = """
from tests.log_scan import LogScan

def pytest_configure(config):
    config.pluginmanager.register(LogScan(config), "log_scan")
"""
# Like code that bypasses the safe records.
PLANTED = """
import logging

def test_that_passes():
    record = logging.LogRecord("some.library", logging.WARNING, __file__, 1, "asked %s", ({leak!r},), None)
    logging.getLogger("some.library").handle(record)
"""
CLEAN = """
import logging

def test_that_passes():
    logging.getLogger("some.library").warning("asked %s", {leak!r})
"""
SIGNED = "http://127.0.0.1:9000/b/k?X-Amz-Credential=AKIDROOT%2F20261128&X-Amz-Signature=" + "ab" * 32
LEAKS = {
    "a signature": SIGNED,
    "a key id": "Credential=AKIDROOT/20261128/us-east-1",
    "a token": "GET /u/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1MSJ9.abc/s3/params",
    "a cookie": "Cookie: moodrop_session=0123456789abcdef",
    "an API key": f"asked with {new_api_key()[0]}",
    "a refresh token": f"refused {mint_refresh('a key', '01JD8ZK3V0X5W9QH2M4N6P7R8S', 12, 'salt')}",
    "a device code": repr({"device_code": new_secret()}),
    "a webhook secret": "not signed with whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    "a mailed link": f"opened /sign-in#{link_token_of('a key', new_secret(), 1)}",
    "a password": "mongodb://moodrop:hunter2@db:27017",
    "an e-mail address": "token_missing: someone@example.com",
    "a secret of the run": f"asked with {SECRETS[0]}",
}


def run(folder: Path, test: str, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_it.py").write_text(test)
    (folder / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:schemathesis", *options, str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("text", ["GET /v1/files/01KEYJ3ZXW9QH4T7BVN5RD8MC2", "Bearer eyJhbGciOiJIUzI1NiJ9"])
def test_an_id_is_no_token(text: str) -> None:
    """One id in two thousand contains EYJ; a token begins with eyJ."""
    assert bool(leaks_of(text)) == ("Bearer" in text)


@pytest.mark.parametrize(("kind", "leak"), LEAKS.items(), ids=LEAKS)
def test_each_kind_of_leak_is_known(kind: str, leak: str) -> None:
    """And nothing is reported once it is redacted."""
    assert kind in leaks_of(leak)
    assert (
        leaks_of("asked http://127.0.0.1:9000/b/k?X-Amz-Credential=…&X-Amz-Signature=… of /u/…/s3, mongodb://…@db")
        == []
    )


@pytest.mark.parametrize("name", ["moodrop_session", "moodrop_passkey", "moodrop_oauth"])
@pytest.mark.parametrize("text", ["{}={}; Path=/", "{{'{}': '{}'}}", "('{}', '{}')"])
def test_each_cookie_of_ours_is_known_however_it_is_printed(name: str, text: str) -> None:
    """And our own redaction finds every one."""
    leak = text.format(name, new_secret())
    assert "a cookie" in leaks_of(leak)
    assert leaks_of(redacted(leak)) == []


@pytest.mark.parametrize("kind", sorted(LEAKS.keys() - {"a secret of the run"}))
def test_what_is_known_as_a_leak_is_also_cut_out(kind: str) -> None:
    """The scan and the redaction are written apart, and neither knows less than the other."""
    assert leaks_of(redacted(LEAKS[kind])) == []


@pytest.mark.programs
@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["alone", "side by side"])
def test_a_planted_leak_fails_the_run(tmp_path: Path, options: tuple[str, ...]) -> None:
    """The report names the place and the kind, but not the secret."""
    done = run(tmp_path, PLANTED.format(leak=SIGNED), *options)

    assert done.returncode == 1
    assert "1 passed" in done.stdout
    assert "a signature in a record of some.library in " in done.stdout
    assert "a key id in a record of some.library in " in done.stdout
    assert "abab" not in done.stdout + done.stderr


@pytest.mark.programs
def test_a_run_without_a_leak_passes(tmp_path: Path) -> None:
    """The same text, logged through our own redaction."""
    assert run(tmp_path, CLEAN.format(leak=SIGNED)).returncode == 0
