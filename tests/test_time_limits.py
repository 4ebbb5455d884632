"""The limits of time_limits.py, in runs of pytest of their own."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.programs

PYTEST = (sys.executable, "-m", "pytest", "-q", "-c", "/dev/null", "-p", "no:cacheprovider")
SLOW_REPORT = """
import time

def pytest_runtest_makereport(call):
    if call.when == "setup":
        time.sleep(2)
"""


def outcome(folder: Path, tests: str, conftest: str = "") -> str:
    """Return what pytest says of these tests, each of which has half a second."""
    (folder / "test_it.py").write_text(tests)
    (folder / "conftest.py").write_text(conftest)
    command = [*PYTEST, "-p", "tests.helpers.time_limits", "--timeout=0.5", f"--rootdir={folder}", str(folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False).stdout


def test_a_slow_test_fails(tmp_path: Path) -> None:
    output = outcome(tmp_path, "import time\ndef test_slow(): time.sleep(30)\ndef test_next(): pass\n")
    assert "Timeout (>1.5" in output
    assert "1 failed, 1 passed" in output


def test_what_is_slow_between_a_setup_and_its_test_does_not_end_the_run(tmp_path: Path) -> None:
    """The alarm rings while pytest writes a report."""
    output = outcome(
        tmp_path, "import time\ndef test_it(): time.sleep(30)\ndef test_next(): time.sleep(30)\n", SLOW_REPORT
    )
    assert "INTERNALERROR" not in output
    assert "2 failed" in output


def test_a_cleanup_that_hangs_after_a_failure_ends(tmp_path: Path) -> None:
    """Any failure of a test ends pytest-timeout's own limit."""
    limit = "from tests.helpers import time_limits\ntime_limits.CLEANUP_SECONDS = 1\n"
    tests = (
        "import time, pytest\n@pytest.fixture\ndef hangs():\n    yield\n    time.sleep(30)\n"
        "def test_it(hangs): assert False\ndef test_next(): pass\n"
    )
    assert "1 failed, 1 passed, 1 error" in outcome(tmp_path, tests, limit)
