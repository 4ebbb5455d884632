"""What every queue promises, whatever keeps its jobs."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from service.jobs.model import Job, JobCount, JobQuery, JobState, Lane, Lease, NewJob, Worker
from service.jobs.ports.queue import JobQueue
from service.jobs.transitions import LEASE, TIDY_AFTER, TIDY_REPLACED_AFTER
from tests.contracts.record_store_contract import an_id

# MongoDB removes workers and owners that were seen long ago by its own clock, and keeps milliseconds.
NOW = datetime.now(UTC).replace(microsecond=0)
SECOND = timedelta(seconds=1)
LANES = (Lane.LIGHT, Lane.HEAVY)
LIGHT, HEAVY = (Lane.LIGHT,), (Lane.HEAVY,)


def a_job(number: int = 0, kind: str = "image", **changes: object) -> NewJob:
    file_id = an_id(number)
    job = NewJob(f"{file_id}.{kind}", file_id, "alice", kind, source="v1", lane=Lane.LIGHT, priority=7)
    return replace(job, **changes)  # type: ignore[arg-type]


def claim(queue: JobQueue, now: datetime = NOW, lanes: tuple[Lane, ...] = LANES, worker: str = "w") -> Lease:
    lease = queue.claim(["image", "video"], lanes, worker, now)
    assert lease
    return lease


def read(queue: JobQueue, job: NewJob) -> Job:
    there = queue.get(job.job_id)
    assert there
    return there


class JobQueueContract:
    """Promises of any queue."""

    def test_a_new_job_waits_for_the_first_claim(self, queue: JobQueue) -> None:
        job = a_job(cost=3)
        queue.create(job, NOW)

        queued, lease = read(queue, job), claim(queue, NOW + SECOND)

        assert (queued.state, queued.due_at, queued.created_at) == (JobState.QUEUED, NOW, NOW)
        assert (queued.tries, queued.tries_left, queued.virtual_time, queued.cost) == (5, 5, 3, 3)
        assert (queued.worker, queued.started_at, queued.finished_at, queued.unsettled_since) == (None,) * 4
        running = read(queue, job)
        assert lease.job == running
        assert (running.state, running.worker, running.tries_left) == (JobState.RUNNING, "w", 4)
        assert (running.started_at, running.due_at) == (NOW + SECOND, NOW + SECOND + LEASE)
        assert running.token == queued.token + 1
        assert queue.claim(["image"], LANES, "w", NOW + SECOND) is None

    def test_a_job_is_created_once(self, queue: JobQueue) -> None:
        """A relay that died repeats itself; whatever the state of the job is by then."""
        job = a_job()
        queue.create(job, NOW)
        for step in (
            lambda: claim(queue),
            lambda: queue.finish(Lease(read(queue, job)), {"width": 1}, NOW),
        ):
            before = read(queue, job)
            queue.create(job, NOW + SECOND)
            assert read(queue, job) == before
            step()
        queue.create(job, NOW + SECOND)
        assert read(queue, job).state is JobState.DONE

    def test_other_bytes_queue_it_anew(self, queue: JobQueue) -> None:
        """Nothing that was made of the older ones is left to be shown, and who works on those publishes nothing."""
        job = a_job()
        queue.create(job, NOW)
        queue.finish(claim(queue), {"width": 1}, NOW)

        queue.create(replace(job, source="v2"), NOW + SECOND)

        anew = read(queue, job)
        assert (anew.state, anew.source, anew.result, anew.result_token) == (JobState.QUEUED, "v2", None, None)
        assert (anew.tries_left, anew.finished_at, anew.unsettled_since) == (5, None, None)
        late = claim(queue, NOW + SECOND)
        queue.create(replace(job, source="v3"), NOW + 2 * SECOND)
        assert queue.finish(late, {"width": 2}, NOW + 3 * SECOND) is None
        assert not queue.renew(late, None, NOW + 3 * SECOND)
        lease = claim(queue, NOW + 3 * SECOND)
        assert (lease.job.source, lease.token > late.token) == ("v3", True)

    def test_jobs_of_other_bytes_are_superseded(self, queue: JobQueue) -> None:
        """The file has become of another type: nobody would queue them anew."""
        old = [a_job(kind=kind) for kind in ("image", "video", "audio")]
        for job in old:
            queue.create(job, NOW)
        queue.finish(claim(queue), {"width": 1}, NOW)
        late = claim(queue)
        queue.create(a_job(kind="pdf", source="v2"), NOW)
        queue.create(a_job(1), NOW)

        queue.supersede(old[0].file_id, "v2", NOW + SECOND)

        for job in old:
            over = read(queue, job)
            assert (over.state, over.result, over.result_token) == (JobState.CANCELLED, None, None)
            assert over.tidy_at == NOW + SECOND + TIDY_AFTER
        assert queue.finish(late, {}, NOW + SECOND) is None
        assert read(queue, a_job(kind="pdf")).state is JobState.QUEUED
        assert read(queue, a_job(1)).state is JobState.QUEUED

    def test_a_lease_lapses_unless_it_is_renewed(self, queue: JobQueue) -> None:
        """Then it is the next one's, and the older token is worth nothing."""
        queue.create(a_job(), NOW)
        first = claim(queue)

        assert queue.renew(first, 0.5, NOW + LEASE - SECOND)
        assert queue.renew(first, None, NOW + LEASE - SECOND)
        assert read(queue, a_job()).progress == 0.5
        assert queue.claim(["image"], LANES, "w2", NOW + LEASE) is None
        second = claim(queue, NOW + 2 * LEASE, worker="w2")

        assert (second.job.worker, second.job.progress, second.job.tries_left) == ("w2", None, 3)
        self.refuse_all(queue, first)
        assert read(queue, a_job()) == second.job
        assert queue.finish(second, {"width": 2}, NOW + 2 * LEASE)

    def refuse_all(self, queue: JobQueue, zombie: Lease) -> None:
        late = NOW + 3 * LEASE
        assert not queue.renew(zombie, 0.9, late)
        assert queue.finish(zombie, {"width": 1}, late) is None
        assert queue.fail(zombie, "timeout", "", late) is None
        assert not queue.requeue(zombie, "timeout", "", late)
        assert not queue.give_back(zombie, late)

    def test_a_worker_that_wakes_late_may_finish_what_nobody_took(self, queue: JobQueue) -> None:
        """The work is done, and nobody else has begun."""
        queue.create(a_job(), NOW)
        lease = claim(queue)

        assert queue.finish(lease, {"width": 1}, NOW + 5 * LEASE)

    def test_finishing_publishes_in_one_step(self, queue: JobQueue) -> None:
        queue.create(a_job(), NOW)
        lease = claim(queue)
        queue.renew(lease, 0.5, NOW)
        result = {"width": 1, "thumbnails": [{"name": "96.webp", "version_id": None}], "tags": {"title": "ß"}}

        done = queue.finish(lease, result, NOW + SECOND)

        assert done == read(queue, a_job())
        assert (done.state, done.result, done.result_token) == (JobState.DONE, result, lease.token)
        assert (done.finished_at, done.unsettled_since, done.tidy_at) == (NOW + SECOND, NOW + SECOND, None)
        assert (done.worker, done.progress, done.reason) == (None, None, None)
        self.refuse_all(queue, lease)

    def test_a_later_attempt_leaves_objects_of_the_others_to_be_removed(self, queue: JobQueue) -> None:
        queue.create(a_job(), NOW)
        claim(queue)
        done = queue.finish(claim(queue, NOW + LEASE), {"width": 1}, NOW + LEASE)

        assert done
        assert done.tidy_at == NOW + LEASE + TIDY_AFTER

    def test_redo_serves_the_old_result_until_the_new_one_is_there(self, queue: JobQueue) -> None:
        """And its objects longer than any address of them lives."""
        queue.create(a_job(), NOW)
        first = claim(queue)
        queue.finish(first, {"width": 1}, NOW)
        before = read(queue, a_job())
        queue.mark_settled(before)

        queue.redo(a_job(priority=1, cost=9), NOW + SECOND)

        anew = read(queue, a_job())
        assert (anew.state, anew.result, anew.result_token) == (JobState.QUEUED, {"width": 1}, first.token)
        assert (anew.priority, anew.unsettled_since, anew.finished_at) == (1, NOW + SECOND, None)
        second = claim(queue, NOW + SECOND)
        failed = queue.fail(second, "timeout", "", NOW + SECOND)
        assert failed
        assert (failed.result, failed.result_token) == ({"width": 1}, first.token)
        queue.redo(a_job(), NOW + SECOND)
        third = claim(queue, NOW + SECOND)
        done = queue.finish(third, {"width": 2}, NOW + 2 * SECOND)
        assert done
        assert (done.result, done.result_token) == ({"width": 2}, third.token)
        assert done.tidy_at == NOW + 2 * SECOND + TIDY_REPLACED_AFTER

    def test_a_result_is_relocated_unless_there_is_another(self, queue: JobQueue) -> None:
        queue.create(a_job(), NOW)
        queue.finish(claim(queue), {"width": 1}, NOW)
        done = read(queue, a_job())
        queue.mark_settled(done)

        assert queue.relocate(done, {"width": 1, "bucket": "2:moved"}, NOW + SECOND)

        moved = read(queue, a_job())
        assert (moved.state, moved.result_token) == (JobState.DONE, done.result_token)
        assert (moved.result, moved.unsettled_since) == ({"width": 1, "bucket": "2:moved"}, NOW + SECOND)
        queue.redo(a_job(), NOW + SECOND)
        assert queue.relocate(done, {"width": 1}, NOW + SECOND), "the old result is still served"
        queue.finish(claim(queue, NOW + SECOND), {"width": 2}, NOW + SECOND)
        assert not queue.relocate(done, {"width": 1}, NOW + SECOND)
        assert read(queue, a_job()).result == {"width": 2}
        assert not queue.relocate(replace(done, job_id="none"), {}, NOW)

    def test_redo_leaves_open_jobs_alone_and_makes_missing_ones(self, queue: JobQueue) -> None:
        queue.redo(a_job(), NOW)
        queued = read(queue, a_job())
        queue.redo(a_job(), NOW + SECOND)
        assert read(queue, a_job()) == queued
        lease = claim(queue)
        queue.redo(a_job(), NOW + SECOND)
        assert read(queue, a_job()) == lease.job
        queue.redo(a_job(source="v2"), NOW + SECOND)
        assert read(queue, a_job()).source == "v2"

    def test_a_job_is_tried_again_when_it_is_due(self, queue: JobQueue) -> None:
        queue.create(a_job(), NOW)
        lease = claim(queue)

        assert queue.requeue(lease, "store_unavailable", "no answer", NOW + 10 * SECOND)

        waiting = read(queue, a_job())
        assert (waiting.state, waiting.reason, waiting.detail) == (JobState.QUEUED, "store_unavailable", "no answer")
        assert (waiting.tries_left, waiting.worker) == (4, None)
        assert queue.claim(["image"], LANES, "w", NOW + 9 * SECOND) is None
        again = claim(queue, NOW + 10 * SECOND)
        assert again.token > lease.token
        done = queue.finish(again, {}, NOW + 11 * SECOND)
        assert done
        assert (done.reason, done.detail) == (None, None)

    def test_a_failed_job_says_why_and_is_retried_by_its_owner_alone(self, queue: JobQueue) -> None:
        queue.create(a_job(tries=2), NOW)
        lease = claim(queue)

        failed = queue.fail(lease, "codec_unsupported", "x" * 900 + "the end\ud800", NOW + SECOND)

        assert failed == read(queue, a_job())
        assert (failed.state, failed.reason, failed.finished_at) == (JobState.FAILED, "codec_unsupported", NOW + SECOND)
        assert failed.detail
        assert len(failed.detail) == 500
        assert failed.detail.endswith("the end?")
        assert (failed.unsettled_since, failed.tidy_at) == (NOW + SECOND, NOW + SECOND + TIDY_AFTER)
        assert queue.claim(["image"], LANES, "w", NOW + LEASE) is None
        assert queue.retry(failed.job_id, "bob", NOW + LEASE) is None
        assert queue.retry("unknown", "alice", NOW + LEASE) is None

        queued = queue.retry(failed.job_id, "alice", NOW + LEASE)

        assert queued == read(queue, a_job())
        assert (queued.state, queued.tries_left, queued.reason, queued.detail) == (JobState.QUEUED, 2, None, None)
        assert (queued.unsettled_since, queued.due_at, queued.finished_at) == (NOW + LEASE, NOW + LEASE, None)
        assert queued.token > failed.token
        assert queue.retry(failed.job_id, "alice", NOW + LEASE) is None

    def test_a_job_that_kills_its_workers_is_started_five_times(self, queue: JobQueue) -> None:
        """Poison ends as `crashed`, seen by whoever comes next."""
        queue.create(a_job(), NOW)
        queue.create(a_job(1), NOW)
        queue.finish(claim(queue), {}, NOW)
        starts, now = 0, NOW
        while queue.claim(["image"], LANES, "w", now):
            assert queue.abandon(now) == 0
            starts, now = starts + 1, now + LEASE

        assert queue.abandon(now - SECOND) == 0
        assert queue.abandon(now) == 1

        assert starts == 5
        [crashed] = [job for job in queue.list_by_files([an_id(0), an_id(1)]) if job.state is JobState.FAILED]
        assert (crashed.reason, crashed.tries_left, crashed.finished_at) == ("crashed", 0, now)
        assert (crashed.unsettled_since, crashed.tidy_at, crashed.worker) == (now, now + TIDY_AFTER, None)
        assert queue.abandon(now) == 0

    def test_a_job_of_seventy_minutes_is_started_once(self, queue: JobQueue) -> None:
        """As long as its worker renews the lease, however long it takes; and it costs one try."""
        queue.create(a_job(), NOW)
        lease, now = claim(queue), NOW
        while now < NOW + timedelta(minutes=70):
            now += timedelta(seconds=28)
            assert queue.renew(lease, 0.5, now)
            assert queue.abandon(now) == 0
            assert queue.claim(["image"], LANES, "w2", now) is None

        done = queue.finish(lease, {"width": 1}, now)

        assert done
        assert (done.token, done.tries_left) == (lease.token, 4)

    def test_a_job_that_is_given_back_was_not_tried(self, queue: JobQueue) -> None:
        """Its worker is stopped by the book, so any other one may start it at once."""
        queue.create(a_job(tries=1), NOW)
        lease = claim(queue)

        assert queue.give_back(lease, NOW + SECOND)

        assert queue.abandon(NOW + LEASE) == 0
        self.refuse_all(queue, lease)
        again = claim(queue, NOW + SECOND)
        assert (again.job.tries_left, again.token) == (0, lease.token + 1)

    def test_a_deleted_file_cancels_its_open_jobs(self, queue: JobQueue) -> None:
        for job in (a_job(), a_job(kind="video"), a_job(kind="audio"), a_job(1)):
            queue.create(job, NOW)
        done, running = claim(queue), claim(queue)
        queue.finish(done, {"width": 1}, NOW)

        assert queue.cancel(an_id(0), NOW + SECOND) == 2

        states = {job.job_id: job.state for job in queue.list_by_files([an_id(0), an_id(1)])}
        assert states[done.job_id] is JobState.DONE
        assert sorted(states.values()) == ["cancelled", "cancelled", "done", "queued"]
        cancelled = queue.get(running.job_id)
        assert cancelled
        assert (cancelled.finished_at, cancelled.tidy_at) == (NOW + SECOND, NOW + SECOND + TIDY_AFTER)
        self.refuse_all(queue, running)
        assert queue.retry(running.job_id, "alice", NOW + SECOND)
        queue.delete_by_file(an_id(0))
        assert [job.job_id for job in queue.list_by_files([an_id(0), an_id(1)])] == [a_job(1).job_id]
        queue.delete_by_file(an_id(0))

    def test_kinds_lanes_and_priorities_decide_what_comes_first(self, queue: JobQueue) -> None:
        """And within those, whose turn it is."""
        jobs = [
            a_job(1, "audio", priority=9),
            a_job(2, priority=5),
            a_job(3, priority=7),
            a_job(4, "video", lane=Lane.HEAVY, priority=1, cost=90),
            a_job(5, priority=7),
        ]
        for job in jobs:
            queue.create(job, NOW)

        assert queue.claim(["video"], LIGHT, "w", NOW) is None
        assert claim(queue, lanes=(Lane.HEAVY, Lane.LIGHT)).job.file_id == an_id(4)
        assert queue.claim(["image", "video"], HEAVY, "w", NOW) is None
        assert [claim(queue).job.file_id for _ in range(3)] == [an_id(3), an_id(5), an_id(2)]
        assert queue.claim(["image", "video"], LANES, "w", NOW) is None

    def test_one_owner_with_500_jobs_does_not_keep_another_waiting(self, queue: JobQueue) -> None:
        """They take turns, from where the clock is: neither's past counts."""
        for number in range(100):
            queue.create(a_job(number), NOW)
        for _ in range(30):
            queue.finish(claim(queue), {}, NOW)
        for number in range(100, 105):
            queue.create(a_job(number, owner="bob"), NOW)

        order = [claim(queue).job.owner for _ in range(12)]

        assert [place for place, owner in enumerate(order) if owner == "bob"] == pytest.approx([0, 2, 4, 6, 8], abs=1)

    def test_jobs_are_counted_but_those_that_are_done(self, queue: JobQueue) -> None:
        """By kind, lane and state; with the time since which the first of them is due."""
        assert queue.count() == []
        for number in range(5):
            queue.create(a_job(number), NOW + number * SECOND)
        queue.create(a_job(5, "video", lane=Lane.HEAVY), NOW)
        done, failed, running = (claim(queue, NOW + 9 * SECOND, LIGHT) for _ in range(3))
        queue.finish(done, {}, NOW + 9 * SECOND)
        queue.fail(failed, "timeout", "", NOW + 9 * SECOND)

        assert sorted(queue.count(), key=lambda count: (count.kind, count.state)) == [
            JobCount("image", Lane.LIGHT, JobState.FAILED, 1),
            JobCount("image", Lane.LIGHT, JobState.QUEUED, 2, NOW + 3 * SECOND),
            JobCount("image", Lane.LIGHT, JobState.RUNNING, 1, running.job.due_at),
            JobCount("video", Lane.HEAVY, JobState.QUEUED, 1, NOW),
        ]

    def test_a_long_film_costs_its_owner_nothing_in_the_other_lane(self, queue: JobQueue) -> None:
        queue.create(a_job(0, "video", lane=Lane.HEAVY, cost=120), NOW)
        queue.create(a_job(1, owner="bob"), NOW)
        queue.create(a_job(2), NOW)
        queue.create(a_job(3, owner="bob"), NOW)
        claim(queue, lanes=HEAVY)

        assert [claim(queue, lanes=LIGHT).job.owner for _ in range(3)] == ["bob", "alice", "bob"]

    def test_of_many_workers_each_job_has_one(self, queue: JobQueue) -> None:
        """Eight threads on 470 jobs."""
        for number in range(470):
            queue.create(a_job(number), NOW)

        def work(worker: int) -> list[str]:
            done = []
            while lease := queue.claim(["image"], LANES, str(worker), NOW):
                assert queue.finish(lease, {"width": 1}, NOW)
                done.append(lease.job_id)
            return done

        with ThreadPoolExecutor(8) as pool:
            claimed = Counter(job_id for done in pool.map(work, range(8)) for job_id in done)

        assert claimed == Counter(a_job(number).job_id for number in range(470))

    def test_relays_that_create_at_once_agree(self, queue: JobQueue) -> None:
        jobs = [a_job(number, source="v2") for number in range(20)]
        for job in jobs[::2]:
            queue.create(replace(job, source="v1"), NOW)

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda job: queue.create(job, NOW), jobs * 4))

        tokens = [read(queue, job).token for job in jobs]
        assert tokens == [2, 1] * 10

    def test_open_and_failed_jobs_are_listed_page_by_page(self, queue: JobQueue) -> None:
        """Newest first, one's own alone, and none twice or left out where several have the same time."""
        for number in range(9):
            queue.create(a_job(number, tries=1), NOW + number // 3 * SECOND)
        for _ in range(4):
            queue.fail(claim(queue, NOW + 3 * SECOND), "timeout", "", NOW + 4 * SECOND)
        queue.create(a_job(20, owner="bob"), NOW)

        waiting, failed = self.walk(queue, "open"), self.walk(queue, "failed")

        assert [job.file_id for job in waiting] == [an_id(number) for number in (8, 7, 6, 5, 4)]
        assert [job.file_id for job in failed] == [an_id(number) for number in (3, 2, 1, 0)]

    def walk(self, queue: JobQueue, state: str) -> list[Job]:
        query = JobQuery("alice", state, limit=2)  # type: ignore[arg-type]
        jobs: list[Job] = []
        for _ in count():
            page = queue.page(query)
            jobs += page
            if len(page) < query.limit:
                return jobs
            at = page[-1].created_at if state == "open" else page[-1].finished_at
            assert at
            query = replace(query, after=(at, page[-1].job_id))
        raise AssertionError

    def test_what_a_file_does_not_show_yet_is_remembered(self, queue: JobQueue) -> None:
        """Until it does; and if it changes meanwhile, for longer."""
        for number in range(3):
            queue.create(a_job(number), NOW)
            queue.finish(claim(queue), {"width": number}, NOW + number * SECOND)

        assert queue.unsettled(NOW, 10) == []
        waiting = queue.unsettled(NOW + 2 * SECOND, 10)
        assert [job.file_id for job in waiting] == [an_id(0), an_id(1)]
        assert [job.file_id for job in queue.unsettled(NOW + LEASE, 1)] == [an_id(0)]
        queue.mark_settled(waiting[0])
        queue.redo(a_job(1), NOW + LEASE)
        queue.mark_settled(waiting[1])

        assert [job.file_id for job in queue.unsettled(NOW + 2 * LEASE, 10)] == [an_id(2), an_id(1)]

    def test_what_is_to_be_tidied_is_remembered(self, queue: JobQueue) -> None:
        for number in range(2):
            queue.create(a_job(number), NOW)
            queue.fail(claim(queue), "timeout", "", NOW)

        assert queue.to_tidy(NOW + TIDY_AFTER - SECOND, 10) == []
        first, second = sorted(queue.to_tidy(NOW + TIDY_AFTER, 10), key=lambda job: job.job_id)
        queue.mark_tidied(first)
        queue.redo(a_job(1), NOW)
        queue.mark_tidied(second)

        assert [job.job_id for job in queue.to_tidy(NOW + TIDY_AFTER, 10)] == [second.job_id]

    def test_a_file_that_changes_hands_takes_its_jobs_along(self, queue: JobQueue) -> None:
        """Also one that a worker is at: it may finish."""
        queue.create(a_job(), NOW)
        queue.create(a_job(1), NOW)
        lease = claim(queue)

        queue.change_owner(an_id(0), "bob")

        assert [job.job_id for job in queue.page(JobQuery("bob", "open", 10))] == [lease.job_id]
        assert [job.file_id for job in queue.page(JobQuery("alice", "open", 10))] == [an_id(1)]
        assert queue.finish(lease, {}, NOW)

    def test_workers_are_seen_for_two_minutes(self, queue: JobQueue) -> None:
        one = Worker("w1", "host", "1.0", ("image", "pdf"), "8.1.2", "landlock", NOW)
        queue.heartbeat(replace(one, seen_at=NOW - timedelta(seconds=30)))
        queue.heartbeat(one)
        queue.heartbeat(replace(one, worker_id="w2", ffmpeg=None, seen_at=NOW - timedelta(seconds=60)))

        assert {worker.worker_id for worker in queue.workers(NOW + timedelta(seconds=59))} == {"w1", "w2"}
        assert queue.workers(NOW + timedelta(seconds=119)) == [one]
        assert queue.workers(NOW + timedelta(seconds=120)) == []
