"""A test run fails if its logs contain a secret, even if every test passes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

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


@pytest.mark.parametrize(("kind", "leak"), LEAKS.items())
def test_each_kind_of_leak_is_known(kind: str, leak: str) -> None:
    """And nothing is reported once it is redacted."""
    assert kind in leaks_of(leak)
    assert (
        leaks_of("asked http://127.0.0.1:9000/b/k?X-Amz-Credential=…&X-Amz-Signature=… of /u/…/s3, mongodb://…@db")
        == []
    )


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["alone", "side by side"])
def test_a_planted_leak_fails_the_run(tmp_path: Path, options: tuple[str, ...]) -> None:
    """The report names the place and the kind, but not the secret."""
    done = run(tmp_path, PLANTED.format(leak=SIGNED), *options)

    assert done.returncode == 1
    assert "1 passed" in done.stdout
    assert "a signature in a record of some.library in " in done.stdout
    assert "a key id in a record of some.library in " in done.stdout
    assert "abab" not in done.stdout + done.stderr


def test_a_run_without_a_leak_passes(tmp_path: Path) -> None:
    """The same text, logged through our own redaction."""
    assert run(tmp_path, CLEAN.format(leak=SIGNED)).returncode == 0
