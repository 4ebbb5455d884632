"""Starts child processes that never outlive the launcher, and stops them: SIGTERM first, then SIGKILL."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

from dev.errors import LauncherError
from dev.private import BUILD_UMASK, OTHERS, private_log

EXEC_CHILD = Path(__file__).with_name("exec_child.py")
STOP_SECONDS = 15

# Linux signals a child when the *thread* that forked it ends (prctl(2), PR_SET_PDEATHSIG),
# so all forks come from one thread that lives as long as the launcher.
_forker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="forker")
_running: set[subprocess.Popen[bytes]] = set()
_refusing = threading.Event()


def spawn(
    argv: Sequence[str | Path],
    *,
    output: IO[bytes],
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    umask: int = OTHERS,
) -> subprocess.Popen[bytes]:
    """Start a program in its own session, so that Ctrl-C reaches only the launcher.

    Only this user can read the files that it writes, unless another `umask` is given.
    """
    command = [sys.executable, "-I", "-S", str(EXEC_CHILD), str(os.getpid()), *map(str, argv)]
    return _forker.submit(_fork, command, output, env, cwd, umask).result()


def _fork(
    command: list[str], output: IO[bytes], env: Mapping[str, str] | None, cwd: Path | None, umask: int
) -> subprocess.Popen[bytes]:
    # Runs in the forker's thread, as does `_left`, so no child can start unseen by `stop_all`.
    if _refusing.is_set():
        raise LauncherError("The launcher is stopping.")
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        env=env,
        cwd=cwd,
        start_new_session=True,
        umask=umask,
    )
    _running.difference_update({child for child in _running if child.poll() is not None})
    _running.add(process)
    return process


def _left() -> list[subprocess.Popen[bytes]]:
    return list(_running)


def stop(process: subprocess.Popen[bytes], seconds: float = STOP_SECONDS) -> None:
    """End a child with SIGTERM, and with SIGKILL if it still runs after `seconds`."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            # With its own children, for instance gunicorn's workers, which would run on for a while.
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    _running.discard(process)


def stop_all() -> None:
    """End every child that still runs, for instance an interrupted build."""
    for process in _forker.submit(_left).result():
        stop(process, seconds=5)


def refuse_new() -> None:
    """Refuse to start further children, because the launcher is stopping."""
    _refusing.set()


def is_refusing() -> bool:
    return _refusing.is_set()


def run(
    argv: Sequence[str | Path],
    *,
    log_path: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> str:
    """Run a program to its end and return its output, which also goes to `log_path`.

    Raises LauncherError with the output as its message if the program fails; the caller knows how to fix it.
    """
    with private_log(log_path) as log:
        process = spawn(argv, output=log, env=env, cwd=cwd, umask=BUILD_UMASK)
        returncode = process.wait()
    output = log_path.read_text(encoding="utf-8", errors="replace")
    if returncode != 0:
        raise LauncherError(output)
    return output
