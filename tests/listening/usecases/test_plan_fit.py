"""When the model is fitted anew: soon after something was taken back, and else as seldom as is of use."""

from datetime import timedelta

import pytest

from service.jobs.model import JobState, Lane
from service.listening.recommend.model import FIT_KIND
from service.listening.usecases.plan_fit import FIT_ID, LONG_PAUSE, LONGEST_PAUSE, MANY_LISTENS, PAUSE, plan_fit
from service.ports import Ports
from tests.conftest import Clock
from tests.helpers.listening import SONG_S, a_report, a_song, report, with_recommendations

MOMENT = timedelta(seconds=1)


@pytest.fixture
def listening(ports: Ports) -> Ports:
    return with_recommendations(ports)


def listen(ports: Ports, times: int = 1) -> None:
    file = a_song(ports)
    for number in range(times):
        report(ports, a_report(ports, file, SONG_S, ago=SONG_S + number), session=f"{ports.now()}")


def is_planned(ports: Ports) -> bool:
    return plan_fit(ports).planned


def fitted(ports: Ports) -> None:
    """Have the planned fit done, as the worker does."""
    lease = ports.jobs.claim([FIT_KIND], [Lane.LIGHT], "a worker", ports.now())
    assert lease
    ports.neighbours.clear_stale()
    assert ports.jobs.finish(lease, {}, ports.now())


def test_a_library_that_nobody_hears_needs_no_model(listening: Ports) -> None:
    assert not is_planned(listening)
    listen(listening)
    assert is_planned(listening)


def test_one_fit_is_planned_at_a_time(listening: Ports, clock: Clock) -> None:
    listen(listening)
    assert [is_planned(listening), is_planned(listening)] == [True, False]
    clock.pass_((2 * LONGEST_PAUSE).total_seconds())

    assert not is_planned(listening), "it is still queued"
    job = listening.jobs.get(FIT_ID)
    assert job
    assert (job.state, job.file_id, job.owner) == (JobState.QUEUED, "", "")


@pytest.mark.parametrize(
    ("listens", "pause"), [(MANY_LISTENS, PAUSE), (1, LONG_PAUSE), (0, LONGEST_PAUSE)], ids=["many", "few", "none"]
)
def test_the_more_was_heard_the_sooner(listening: Ports, clock: Clock, listens: int, pause: timedelta) -> None:
    listen(listening)
    assert is_planned(listening)
    fitted(listening)
    clock.pass_((MOMENT).total_seconds())
    if listens:
        listen(listening, listens)
    clock.pass_((pause - 2 * MOMENT).total_seconds())
    assert not is_planned(listening)

    clock.pass_((MOMENT).total_seconds())
    assert is_planned(listening)


def test_what_was_taken_back_is_out_after_ten_minutes(listening: Ports, clock: Clock) -> None:
    listen(listening)
    assert is_planned(listening)
    fitted(listening)
    listening.neighbours.mark_stale()
    clock.pass_((PAUSE - MOMENT).total_seconds())
    assert not is_planned(listening)

    clock.pass_((MOMENT).total_seconds())
    assert is_planned(listening)


def test_a_fit_that_failed_is_planned_again(listening: Ports, clock: Clock) -> None:
    listen(listening)
    assert is_planned(listening)
    lease = listening.jobs.claim([FIT_KIND], [Lane.LIGHT], "a worker", listening.now())
    assert lease
    assert listening.jobs.fail(lease, "crashed", "", listening.now())
    clock.pass_((LONGEST_PAUSE).total_seconds())

    assert is_planned(listening)


def test_a_sweeper_that_ends_plans_nothing(listening: Ports) -> None:
    listen(listening)

    assert not plan_fit(listening, lambda: False).planned
