"""The files in which the workers count, so that one of them can tell the counts of all.

Each worker has the file of a place, not of its process: whoever replaces a worker that ended goes on counting there. So
no count is lost, and there are never more files than workers at once.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from service.server.wsgi_settings import settings_or_exit
from service.shared.private_folder import make_private_folder

# prometheus_client's own name.
FOLDER = "PROMETHEUS_MULTIPROC_DIR"


def start_files(port: int) -> None:
    """Make the folder, empty, for this user alone. Raises SystemExit if somebody else has made it."""
    folder = Path(tempfile.gettempdir(), f"moodrop-metrics-{os.getuid()}-{port}")
    if not make_private_folder(folder):
        raise SystemExit(f"Moodrop cannot start: {folder}, for its metrics, belongs to somebody else. Remove it.")
    for left in folder.glob("*.db"):
        left.unlink()
    os.environ[FOLDER] = str(folder)


def remove_files() -> None:
    """Remove the folder, when all workers have ended."""
    if folder := os.environ.get(FOLDER):
        shutil.rmtree(folder, ignore_errors=True)


def give_place(server: Any, worker: Any) -> None:
    """Give a new worker the lowest place that no other one has."""
    taken = {other.place for other in server.WORKERS.values()}
    worker.place = next(place for place in range(len(taken) + 1) if place not in taken)


def count_at_place(place: int) -> None:
    """Have this worker count in the file of that place."""
    # Imported late: gunicorn's parent process counts nothing.
    from prometheus_client import values

    values.ValueClass = values.MultiProcessValue(  # type: ignore[no-untyped-call]  # it has no types here
        process_identifier=lambda: place
    )


# --- gunicorn's hooks -----------------------------------------------------------------------------
def on_starting(server: Any) -> None:
    if port := settings_or_exit().metrics_port:
        start_files(port)


def on_exit(server: Any) -> None:
    remove_files()


def pre_fork(server: Any, worker: Any) -> None:
    give_place(server, worker)


def post_fork(server: Any, worker: Any) -> None:
    if FOLDER in os.environ:
        count_at_place(worker.place)
