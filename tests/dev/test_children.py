"""Stopping a program that does not want to stop."""

import subprocess
import sys
from pathlib import Path

from dev import children

# The parent ignores SIGTERM, and so does its child, whose output stays open for as long as it runs.
STUBBORN = """
import signal, subprocess, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen(["sleep", "60"])
print(child.pid, flush=True)
child.wait()
"""


def test_a_program_that_has_to_be_killed_leaves_no_child(tmp_path: Path) -> None:
    """As gunicorn's workers are, when a database that died keeps them from ending."""
    output = tmp_path / "output"
    with output.open("wb") as log:
        process = children.spawn([sys.executable, "-c", STUBBORN], output=log)
    while not (shown := output.read_text()).endswith("\n"):
        assert process.poll() is None

    children.stop(process, seconds=0.1)

    # An orphan that was killed may stand as a zombie until init has read its exit code.
    state = subprocess.run(["ps", "-o", "stat=", "-p", shown.strip()], capture_output=True, text=True, check=False)
    assert state.stdout.strip()[:1] in ("", "Z")
