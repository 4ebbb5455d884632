"""The job that fits the model: what it reads, what it writes, and that it stops once another may be at it."""

from typing import Any

import pytest

from service.jobs.model import JobState, Lane
from service.listening.recommend.model import FIT_KIND, mood_item
from service.listening.usecases.history import delete_history
from service.listening.usecases.plan_fit import FIT_ID, plan_fit
from service.listening.usecases.recommend import Occasion, recommend
from service.ports import Ports
from service.shared.model import Caller
from service.shared.scopes import ALL_SCOPES
from service.uploads.metadata import PUBLIC
from service.uploads.model import Upload
from tests.builders import ALICE, BOB
from tests.conftest import Clock
from tests.helpers.listening import SONG_S, a_report, a_song, report, with_recommendations
from tests.helpers.worker import StartWorker, wait_until
from worker.job.active_lease import ActiveLease
from worker.job.errors import LeaseLost
from worker.kinds.fit import FitResult, run

CLUB = tuple(Caller(name, frozenset(ALL_SCOPES)) for name in ("carol", "dave", "erin"))


@pytest.fixture
def listening(ports: Ports) -> Ports:
    return with_recommendations(ports)


def play(ports: Ports, *files: Upload, by: tuple[Caller, ...] = CLUB) -> None:
    """Have each of these people hear each file once, at different times."""
    for caller in by:
        reports = [a_report(ports, file, SONG_S, ago=86_400 + 300 * place) for place, file in enumerate(files)]
        assert report(ports, *reports, caller=caller) == len(files)


def lease_of(ports: Ports) -> ActiveLease:
    assert plan_fit(ports).planned
    lease = ports.jobs.claim([FIT_KIND], [Lane.LIGHT], "a worker", ports.now())
    assert lease
    return ActiveLease(lease)


def fit(ports: Any) -> FitResult:
    active = lease_of(ports)
    result = run(active.lease.job, ports, active)
    assert ports.jobs.finish(active.lease, result.model_dump(), ports.now())
    return result


def test_public_files_of_three_listeners_become_neighbours(listening: Ports) -> None:
    one, two = (a_song(listening, BOB, visibility=PUBLIC) for _ in range(2))
    play(listening, one, two)

    assert fit(listening) == FitResult(listeners=3, files=2, items=3)
    model = listening.neighbours.get_many([one.upload_id, two.upload_id, mood_item("happy")])
    assert model[one.upload_id].ids == (two.upload_id,)
    assert set(model[mood_item("happy")].ids) == {one.upload_id, two.upload_id}


def test_neither_private_files_nor_two_listeners_teach_anything(listening: Ports) -> None:
    hidden = [a_song(listening, CLUB[0]) for _ in range(2)]
    play(listening, *hidden, by=CLUB[:1])
    shown = [a_song(listening, BOB, visibility=PUBLIC) for _ in range(2)]
    play(listening, *shown, by=CLUB[:2])

    assert fit(listening) == FitResult(listeners=2, files=2, items=0)


def test_what_was_deleted_or_turned_private_is_gone_with_the_next_fit(listening: Ports, clock: Clock) -> None:
    one, two, three = (a_song(listening, BOB, visibility=PUBLIC) for _ in range(3))
    play(listening, one, two, three)
    fit(listening)
    private = {**three.metadata.model_dump(), "visibility": None}
    assert listening.records.change(three.upload_id, {}, {"metadata": private})
    delete_history(listening, CLUB[0])
    clock.pass_(3600)

    assert fit(listening) == FitResult(listeners=2, files=2, items=0)
    assert not listening.neighbours.get_many([one.upload_id, two.upload_id, three.upload_id, mood_item("happy")])
    assert not listening.neighbours.is_stale()


def test_a_fit_that_lost_its_lease_writes_nothing(listening: Ports) -> None:
    one, two = (a_song(listening, BOB, visibility=PUBLIC) for _ in range(2))
    play(listening, one, two)
    active = lease_of(listening)
    active.lose()

    with pytest.raises(LeaseLost):
        run(active.lease.job, listening, active)
    assert not listening.neighbours.get_many([one.upload_id])


@pytest.mark.real
def test_from_plays_to_a_recommendation_by_a_real_worker(real_ports: Ports, start_worker: StartWorker) -> None:
    """On the real database: planned as the sweeper does it, fitted by the worker's own process, read by the service."""
    ports = with_recommendations(real_ports)
    one, two = (a_song(ports, BOB, visibility=PUBLIC) for _ in range(2))
    play(ports, one, two)
    play(ports, one, by=(ALICE,))
    assert plan_fit(ports).planned
    worker = start_worker(media=False)

    def is_done() -> bool:
        job = ports.jobs.get(FIT_ID)
        return job is not None and job.state is JobState.DONE

    wait_until(is_done, 60, lambda: worker.shown)

    answer = recommend(ports, ALICE, Occasion(5, "happy"))
    assert answer.how == "learned"
    assert [(row.file.upload_id, row.why.code, row.why.file_id) for row in answer.rows[:1]] == [
        (two.upload_id, "because_you_played", one.upload_id)
    ]
