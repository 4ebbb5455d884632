"""Runs one program on untrusted bytes, confined, and ends it where it goes too far.

`worker.confine` says what a program may not do; this module says how long and how much.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from worker.outcome import Limits, Outcome
from worker.programs import files_of, python_tool
from worker.running import OnProgress, Running

Mode = Literal["landlock", "none"]

CONFINE = Path(__file__).with_name("confine.py")
CHECK_LIMITS = Limits(wall_seconds=30, out_bytes=1 << 20)


def run(
    program: Sequence[str],
    *,
    read: Sequence[Path],
    out: Path,
    limits: Limits,
    alive: Callable[[], bool] = lambda: True,
    on_progress: OnProgress | None = None,
    mode: Mode = "landlock",
) -> Outcome:
    """Run a command in the folder `out`, and return how it ended; what it does wrong is a `reason`, not an exception.

    The program reads the files and folders of `read`, and writes below `out`; all are absolute paths. It is killed
    when it passes a limit or `alive()` is false, which is asked each second. With `on_progress`, lines of stdout are
    handed over about once a second, in this thread, and not kept. In the mode "none" it has limits, and may do the
    rest of what the worker may.
    """
    # Linux kills the child when the *thread* that forked it ends (prctl(2), PR_SET_PDEATHSIG). This one waits for it.
    process = _fork(list(program), read, out, limits, mode)
    with Running(process, out, limits, alive, on_progress) as running:
        return running.wait()


def check(mode: Mode = "landlock") -> str | None:
    """Try to escape from the sandbox for real; return what is wrong with it, or None."""
    if mode == "none":
        return None
    with tempfile.TemporaryDirectory() as foreign, tempfile.TemporaryDirectory() as out:
        secret = Path(foreign, "secret")
        secret.touch()
        outcome = run(python_tool("try_to_escape", secret, out), read=[], out=Path(out), limits=CHECK_LIMITS)
        if outcome.reason is not None or not Path(out, "done").exists():
            return outcome.detail or f"the program ended with {outcome.exit_code}"
    escapes = ", ".join(outcome.stdout.decode().splitlines())
    return f"a confined program could: {escapes}" if escapes else None


def _fork(program: list[str], read: Sequence[Path], out: Path, limits: Limits, mode: Mode) -> "subprocess.Popen[bytes]":
    """Start a command through `worker.confine`, in a session of its own."""
    specification = json.dumps(_specify(program, read, out, limits, mode))
    return subprocess.Popen(
        [sys.executable, "-I", "-S", str(CONFINE), specification, *program],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        cwd=out,
        start_new_session=True,
    )


def _specify(program: list[str], read: Sequence[Path], out: Path, limits: Limits, mode: Mode) -> dict[str, object]:
    resources = {
        "AS": limits.memory_bytes,
        "CPU": limits.cpu_limit,
        "FSIZE": limits.out_bytes,
        "NOFILE": limits.open_files,
        "CORE": 0,
    }
    common: dict[str, object] = {"parent": os.getpid(), "limits": resources}
    if mode == "none":
        return common
    return common | {
        "execute": [str(path) for path in files_of(program)],
        "read": [str(path) for path in read],
        "write": [str(out)],
    }
