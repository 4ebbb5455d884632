"""Learns which public files are played by the same people. It reads no bytes of any file, so it needs no sandbox."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from service.jobs.model import Job
from service.listening.recommend.model import Neighbours
from service.listening.usecases.public_plays import iter_public_plays
from worker.job.active_lease import ActiveLease
from worker.ports import WorkerPorts

if TYPE_CHECKING:
    from worker.neighbours import Play

PLAYS_AGE = timedelta(days=365)
BATCH = 500  # documents of the model that are written at once


class FitResult(BaseModel):
    """What a fit learned from, and how many documents its model has."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    listeners: int = Field(ge=0)
    files: int = Field(ge=0)
    items: int = Field(ge=0)


def run(job: Job, ports: WorkerPorts, active: ActiveLease) -> FitResult:
    """Write the model anew, under the job's source as its name. Raises LeaseLost once another worker may be at it."""
    # scipy takes 60 MiB, and is not everywhere.
    from worker.neighbours import fit

    # Before anything is read: what is taken back from now on needs another fit.
    ports.neighbours.clear_stale()
    plays, moods = _read(ports, active)
    items = 0
    for batch in _batches(fit(plays, moods, job.source)):
        active.require()
        ports.neighbours.put_many(batch)
        items += len(batch)
    active.require()
    ports.neighbours.remove_before(job.source)
    return FitResult(
        listeners=len({play.listener for play in plays}), files=len({p.file_id for p in plays}), items=items
    )


def _read(ports: WorkerPorts, active: ActiveLease) -> "tuple[list[Play], dict[str, str]]":
    """Return what was played, by listeners without names, and the moods of the files."""
    from worker.neighbours import Play

    plays: list[Play] = []
    moods: dict[str, str] = {}
    for number, of_one in enumerate(iter_public_plays(ports, ports.now() - PLAYS_AGE)):
        active.require()
        counts = Counter(listen.file_id for listen, _ in of_one)
        plays += [Play(str(number), file_id, count) for file_id, count in counts.items()]
        moods |= {file.upload_id: file.metadata.mood for _, file in of_one if file.metadata.mood}
    return plays, moods


def _batches(items: Iterable[Neighbours]) -> Iterator[list[Neighbours]]:
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch
