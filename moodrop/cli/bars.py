"""Progress bars at a terminal."""

import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from moodrop import Progress
from moodrop.cli.report import printable
from moodrop.model import Source

if TYPE_CHECKING:
    from rich.progress import Progress as Rows
    from rich.progress import TaskID

OnProgress = Callable[[Progress], None]
# A smaller file is sent before anybody could read its bar.
BAR_FROM_BYTES = 8 * 1024 * 1024


def are_visible(*, as_json: bool) -> bool:
    """Return whether somebody can see progress bars."""
    return sys.stderr.isatty() and not as_json and os.environ.get("TERM") != "dumb"


@contextmanager
def bars(verb: str, files: Sequence[str], total_bytes: int | None, *, show: bool) -> Iterator[OnProgress | None]:
    """Draw on stderr one bar for all files and one for each large file in progress; yield the function to call."""
    if not show:
        yield None
        return
    # Late: importing rich takes as long as sending a small file.
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
    from rich.progress import Progress as Rows

    rows = Rows(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(binary_units=True),
        TransferSpeedColumn(),
        TimeRemainingColumn(compact=True),
        console=Console(stderr=True),
        # Results that go to a file or a pipe must not pass through rich.
        redirect_stdout=sys.stdout.isatty(),
        transient=True,
    )
    with rows:
        label = f"{verb} {len(files)} files" if len(files) > 1 else f"{verb} {printable(Path(*files).name)}"
        yield _Board(rows, rows.add_task(label, total=total_bytes), each=len(files) > 1).update


class _Board:
    """Adds up the progress that the threads report."""

    def __init__(self, rows: "Rows", whole: "TaskID", *, each: bool) -> None:
        self._rows = rows
        self._whole = whole
        self._each = each
        self._lock = threading.Lock()
        self._sent: dict[Source, int] = {}
        self._tasks: dict[Source, TaskID] = {}

    def update(self, progress: Progress) -> None:
        with self._lock:
            moved = progress.sent_bytes - self._sent.get(progress.source, 0)
            self._sent[progress.source] = progress.sent_bytes
            self._rows.advance(self._whole, moved)
            if self._each and progress.size_bytes >= BAR_FROM_BYTES:
                self._draw_own_bar(progress)

    def _draw_own_bar(self, progress: Progress) -> None:
        source = progress.source
        if source not in self._tasks:
            name = Path(source).name if isinstance(source, str | Path) else "-"
            self._tasks[source] = self._rows.add_task(printable(name), total=progress.size_bytes)
        visible = progress.sent_bytes < progress.size_bytes
        self._rows.update(self._tasks[source], completed=progress.sent_bytes, visible=visible)
