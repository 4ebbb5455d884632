"""Steps that run in parallel, and how they are shown."""

import io
import subprocess
import sys
from pathlib import Path
from threading import Barrier

from dev.progress import Progress, run_steps
from dev.project import ROOT

FAIL_BESIDE_A_SLOW_STEP = """
import sys
from pathlib import Path
from dev import children
from dev.errors import LauncherError
from dev.progress import Progress, run_steps
def fail():
    raise LauncherError("no network")
def slow():
    children.run(["sleep", "60"], log_path=Path(sys.argv[1]))
try:
    run_steps(Progress(), {"slow": slow, "broken": fail})
except LauncherError as error:
    print(error)
"""


def test_steps_run_side_by_side() -> None:
    """A minute of building does not wait for a minute of downloading."""
    all_have_begun = Barrier(4)

    def step() -> str:
        all_have_begun.wait(20)
        return ""

    run_steps(Progress(io.StringIO()), dict.fromkeys("abcd", step))


def test_without_a_terminal_each_step_is_a_line_when_it_begins_and_when_it_ends() -> None:
    """Moving text would only clutter a CI log."""
    out = io.StringIO()

    run_steps(Progress(out), {"Web page": lambda: "unchanged"})

    began, ended = out.getvalue().splitlines()
    assert began == "  ..  Web page"
    assert ended.split() == ["ok", "Web", "page", "0.0", "s", "unchanged"]


def test_a_failed_step_ends_the_others(tmp_path: Path) -> None:
    """Nobody should wait two minutes for a build to learn that there is no network; its line comes last."""
    command = [sys.executable, "-c", FAIL_BESIDE_A_SLOW_STEP, tmp_path / "log"]

    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=True).stdout

    assert shown.splitlines()[-1] == "no network"
    assert "stopped" in shown
