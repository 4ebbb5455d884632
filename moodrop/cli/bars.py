"""Progress bars, where somebody sits at a terminal."""

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
# A smaller file is there and gone before its bar could be read.
BAR_FROM_BYTES = 8 * 1024 * 1024


def wanted(*, as_json: bool) -> bool:
    """Tell whether there is somebody to look at them."""
    return sys.stderr.isatty() and not as_json and os.environ.get("TERM") != "dumb"


@contextmanager
def bars(verb: str, files: Sequence[str], total_bytes: int | None, *, show: bool) -> Iterator[OnProgress | None]:
    """Draw on stderr one bar for all, and one for each large file that moves; yield what takes the progress."""
    if not show:
        yield None
        return
    # Late: rich takes as long to import as sending a small file takes.
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
        # A result that goes to a file or a pipe stays out of the picture.
        redirect_stdout=sys.stdout.isatty(),
        transient=True,
    )
    with rows:
        label = f"{verb} {len(files)} files" if len(files) > 1 else f"{verb} {printable(Path(*files).name)}"
        yield _Board(rows, rows.add_task(label, total=total_bytes), each=len(files) > 1).take


class _Board:
    """Adds up what the threads report."""

    def __init__(self, rows: "Rows", whole: "TaskID", *, each: bool) -> None:
        self._rows, self._whole, self._each = rows, whole, each
        self._lock = threading.Lock()
        self._sent: dict[Source, int] = {}
        self._tasks: dict[Source, TaskID] = {}

    def take(self, progress: Progress) -> None:
        with self._lock:
            moved = progress.sent_bytes - self._sent.get(progress.source, 0)
            self._sent[progress.source] = progress.sent_bytes
            self._rows.advance(self._whole, moved)
            if self._each and progress.size_bytes >= BAR_FROM_BYTES:
                self._draw_its_own(progress)

    def _draw_its_own(self, progress: Progress) -> None:
        source = progress.source
        if source not in self._tasks:
            name = Path(source).name if isinstance(source, str | Path) else "-"
            self._tasks[source] = self._rows.add_task(printable(name), total=progress.size_bytes)
        visible = progress.sent_bytes < progress.size_bytes
        self._rows.update(self._tasks[source], completed=progress.sent_bytes, visible=visible)
