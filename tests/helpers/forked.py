"""Starts a server out of a process that has imported the app, because the imports take a second of the processor."""

import atexit
import logging
import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from dev.project import ROOT

FORKING = multiprocessing.get_context("forkserver")
# One for all tests: whoever names other modules names them for everybody.
FORKING.set_forkserver_preload(["tests.helpers.preloaded"])
# Python and the loader read them when a program starts.
_READ_AT_START = ("PYTHON", "LD_", "GUNICORN_")


class Forked:
    """The process, with what `subprocess.Popen` says and does of it."""

    def __init__(self, module: str, arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self.args = [module, *arguments]
        self._process = FORKING.Process(target=_run, args=(self.args, dict(environment), str(log)), daemon=True)
        self._process.start()
        assert self._process.pid
        self.pid: int = self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if (code := self._process.exitcode) is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def start_server(
    module: str, arguments: Sequence[str], environment: Mapping[str, str], log: Path
) -> "Forked | subprocess.Popen[bytes]":
    """Run `python -m module` with the arguments in the checkout. What it prints goes to the log."""
    if not any(name.startswith(_READ_AT_START) for name in environment):
        return Forked(module, arguments, environment, log)
    command = [sys.executable, "-m", module, *arguments]
    with log.open("wb") as output:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)


def inherited() -> tuple[set[str], object]:
    """Return what a server starts with: the names of the modules, and what makes the records of its log."""
    return set(sys.modules), logging.getLogRecordFactory()


def _run(arguments: list[str], environment: dict[str, str], log: str) -> None:
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for standard in (1, 2):
        os.dup2(output, standard)
    sys.argv = arguments
    # A daemon of multiprocessing may have no children of its kind, and granian's workers are.
    multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]  # noqa: SLF001
    try:
        runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)
    finally:
        # In gunicorn's workers too, which end here: multiprocessing would end them without.
        atexit._run_exitfuncs()  # noqa: SLF001
