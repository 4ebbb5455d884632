"""Runs steps in parallel and prints one line for each when it ends."""

import shutil
import sys
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TextIO

from dev import children

CLEAR_LINE = "\r\x1b[K"
Note = str
Step = Callable[[], Note]


class Progress:
    """Prints a line for each finished step and, on a terminal, one with the running steps and their times."""

    def __init__(self, out: TextIO = sys.stdout) -> None:
        self._out = out
        self._is_terminal = out.isatty()
        self._started: dict[str, float] = {}
        self._lock = threading.Lock()

    def start(self, name: str) -> None:
        with self._lock:
            self._started[name] = time.monotonic()
            if not self._is_terminal:
                self._line(f"  ..  {name}")
        self.refresh()

    def end(self, name: str, note: Note, *, failed: bool = False) -> None:
        with self._lock:
            seconds = time.monotonic() - self._started.pop(name)
            self._line(f"  {'--' if failed else 'ok'}  {name:<16} {seconds:6.1f} s  {note}".rstrip())
        self.refresh()

    def say(self, text: str) -> None:
        with self._lock:
            self._line(text)

    def refresh(self) -> None:
        """Redraw the line of running steps; do nothing if the output is not a terminal."""
        if not self._is_terminal:
            return
        with self._lock:
            now = time.monotonic()
            running = [f"{name} {now - since:.0f} s" for name, since in self._started.items()]
            line = f"  ..  {', '.join(running)}" if running else ""
            # A wrapped line cannot be overwritten.
            self._out.write(CLEAR_LINE + line[: shutil.get_terminal_size().columns - 1])
            self._out.flush()

    def _line(self, text: str) -> None:
        self._out.write(f"{CLEAR_LINE if self._is_terminal else ''}{text}\n")
        self._out.flush()


def run_steps(progress: Progress, steps: Mapping[str, Step]) -> None:
    """Run the steps in parallel; if one fails, end the others and raise its error."""
    with ThreadPoolExecutor(max_workers=max(len(steps), 1)) as pool:
        futures = {pool.submit(_run_step, progress, name, step): name for name, step in steps.items()}
        try:
            _until_done_or_failed(progress, set(futures))
        except BaseException:
            children.refuse_new()
            children.stop_all()
            raise


def _run_step(progress: Progress, name: str, step: Step) -> None:
    progress.start(name)
    try:
        note = step()
    except BaseException:
        progress.end(name, "stopped" if children.is_refusing() else "failed", failed=True)
        raise
    progress.end(name, note)


def _until_done_or_failed(progress: Progress, pending: set[Future[None]]) -> None:
    while pending:
        done, pending = wait(pending, timeout=0.5, return_when=FIRST_COMPLETED)
        for future in done:
            future.result()
        progress.refresh()
