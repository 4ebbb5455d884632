"""The JobQueue contract, in memory and on the real mongod, and what only a real one can show."""

from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from dev.ports import free_port
from service.jobs.memory.queue import MemoryJobQueue
from service.jobs.model import JobCount, JobQuery, JobState, Lane, Worker
from service.jobs.mongo.indexes import LANE_USED_S
from service.jobs.mongo.queue import MongoJobQueue
from service.jobs.ports.queue import JobQueue
from service.settings import Settings
from service.shared.errors import DatabaseUnavailable
from service.shared.mongo.client import open_database
from tests.contracts.job_queue_contract import LANES, NOW, SECOND, JobQueueContract, a_job, claim
from tests.contracts.record_store_contract import an_id
from tests.helpers.explaining import Commands, explain, stages_of


class TestMemory(JobQueueContract):
    """The fake that the use cases' tests rely on."""

    @pytest.fixture
    def queue(self) -> JobQueue:
        return MemoryJobQueue()


@pytest.mark.real
class TestMongo(JobQueueContract):
    """The real one."""

    @pytest.fixture
    def queue(self, database: Database[dict[str, Any]]) -> JobQueue:
        queue = MongoJobQueue(database)
        queue.prepare()
        return queue

    def test_every_question_is_answered_by_one_index(
        self, queue: JobQueue, database: Database[dict[str, Any]], commands: Commands
    ) -> None:
        """With 470 jobs waiting, and a hundred that have ended."""
        for number in range(470):
            queue.create(a_job(number, owner=f"owner{number % 7}"), NOW)
        for number in range(100):
            lease = claim(queue)
            if number % 2:
                queue.fail(lease, "timeout", "", NOW)
            else:
                queue.finish(lease, {}, NOW)
        commands.sent.clear()
        ask_everything(queue)
        explained = explain(database, commands.sent)

        assert len(explained) >= 20
        for command, plan in explained:
            stages = list(stages_of(plan["queryPlanner"]["winningPlan"]))
            scans = [stage for stage in stages if stage in ("IXSCAN", "IDHACK", "COLLSCAN")]
            assert len(scans) == 1, command
            assert "COLLSCAN" not in scans, command
            assert "SORT" not in stages, command
            assert "FETCH" not in stages or "aggregate" not in command
        [claimed] = [
            plan["executionStats"]
            for command, plan in explained
            if command.get("findAndModify") == "jobs" and "sort" in command
        ]
        assert claimed["totalDocsExamined"] == 1

    def test_after_an_idle_week_nobody_overtakes_those_who_wait(
        self, queue: JobQueue, database: Database[dict[str, Any]]
    ) -> None:
        """MongoDB has removed what is a week old; the clock goes on from where it was."""
        then = NOW - timedelta(seconds=LANE_USED_S + 1)
        for number in range(30):
            queue.create(a_job(number), then)
        for _ in range(20):
            queue.finish(claim(queue, then), {}, then)
        database["lanes"].delete_many({"used_at": {"$lte": NOW - timedelta(seconds=LANE_USED_S)}})

        for number in range(30, 40):
            queue.create(a_job(number, owner="bob"), NOW)
        first_eight = [claim(queue).job.owner for _ in range(8)]

        assert sorted(first_eight) == 4 * ["alice"] + 4 * ["bob"]

    def test_a_strangers_document_is_never_served(
        self, queue: JobQueue, database: Database[dict[str, Any]], caplog: pytest.LogCaptureFixture
    ) -> None:
        """Nor does it keep anyone from working."""
        queue.create(a_job(), NOW)
        whole = database["jobs"].find_one({})
        assert whole
        odd = [
            {**whole, "_id": f"{an_id(0)}.odd", "created_at": "yesterday", "priority": 9},
            {**whole, "_id": f"{an_id(0)}.odder", "token": "one", "priority": 9},
            {"_id": 7, "open": True, "lane": "light", "kind": "image", "file_id": an_id(0), "owner": "alice"},
        ]
        database["jobs"].insert_many(odd)

        assert claim(queue).job_id == a_job().job_id
        assert queue.claim(["image"], LANES, "w", NOW) is None
        assert [job.job_id for job in queue.list_by_files([an_id(0)])] == [a_job().job_id]
        assert {job.job_id for job in queue.page(JobQuery("alice", "open", 10))} <= {a_job().job_id}
        refused = database["jobs"].find_one({"_id": f"{an_id(0)}.odd"})
        assert refused
        assert (refused["state"], refused["reason"], "open" in refused) == ("failed", "crashed", False)
        assert "is not a job: created_at" in caplog.text

    @pytest.mark.parametrize("token", ["one", 2**63 - 1, None, [7], 1e300])
    def test_a_strangers_token_stops_nobody(
        self, queue: JobQueue, database: Database[dict[str, Any]], token: object
    ) -> None:
        """MongoDB can count on from none of these; whoever deletes the file, or gets it new bytes, goes on."""
        queue.create(a_job(kind="pdf"), NOW)
        queue.create(a_job(), NOW)
        odd = {"_id": a_job().job_id, "token": token, "source": "v0"}
        database["jobs"].update_one({"_id": a_job().job_id}, {"$set": odd})

        queue.create(a_job(), NOW)
        assert queue.claim(["image"], LANES, "w", NOW) is None
        database["jobs"].update_one({"_id": a_job().job_id}, {"$set": {"state": "failed"}})
        queue.redo(a_job(source="v0"), NOW)
        assert queue.retry(a_job().job_id, "alice", NOW) is None
        queue.supersede(an_id(0), "v2", NOW)
        assert [job.kind for job in queue.list_by_files([an_id(0)])] == ["pdf"]
        queue.create(a_job(kind="video"), NOW)
        assert queue.cancel(an_id(0), NOW) == 1
        queue.delete_by_file(an_id(0))
        assert queue.list_by_files([an_id(0)]) == []

    def test_strangers_documents_do_not_stand_first_for_ever(
        self, queue: JobQueue, database: Database[dict[str, Any]]
    ) -> None:
        """Where a job is not shown yet, or has objects to be removed: a sweep takes so many, the oldest first."""
        for number in range(2):
            queue.create(a_job(number), NOW)
            queue.fail(claim(queue), "timeout", "", NOW)
        odd = [{"_id": {"of": number}, "unsettled_since": NOW - SECOND, "tidy_at": NOW - SECOND} for number in range(5)]
        database["jobs"].insert_many(odd)
        later = NOW + timedelta(days=1)

        for ask in (queue.unsettled, queue.to_tidy):
            asked = [{job.job_id for job in ask(later, 2)} for _ in range(4)]
            assert asked[-1] == {a_job(0).job_id, a_job(1).job_id}, asked

    def test_what_strangers_wrote_is_neither_counted_nor_a_worker(
        self, queue: JobQueue, database: Database[dict[str, Any]]
    ) -> None:
        """The page asks for both every few seconds."""
        queue.create(a_job(), NOW)
        queue.heartbeat(Worker("w1", "host", "1.0", (), None, "none", NOW))
        strange = [
            {"state": "lost"},
            {"kind": 7},
            {"lane": "fast", "kind": ["image"]},
            {"lane": "light", "due_at": "x"},
        ]
        database["jobs"].insert_many(
            [{"open": True, "kind": "image", "state": "queued", "due_at": NOW, **one} for one in strange]
        )
        database["workers"].insert_many([{"seen_at": NOW}, {"seen_at": NOW, "kinds": "image", "host": 1}])

        assert queue.count() == [JobCount("image", Lane.LIGHT, JobState.QUEUED, 1, NOW)]
        assert [worker.worker_id for worker in queue.workers(NOW)] == ["w1"]


def ask_everything(queue: JobQueue) -> None:
    """Call every method once, so that its question can be explained."""
    lease = claim(queue)
    queue.create(a_job(999), NOW)
    queue.supersede(an_id(998), "v2", NOW)
    queue.redo(a_job(999), NOW)
    queue.renew(lease, 0.5, NOW)
    queue.requeue(lease, "timeout", "", NOW)
    queue.abandon(NOW)
    queue.cancel(an_id(997), NOW)
    [failed, *_] = queue.page(JobQuery(lease.job.owner, "failed", 5, (NOW + SECOND, "x")))
    queue.page(JobQuery(lease.job.owner, "open", 5, (NOW + SECOND, "x")))
    queue.page(JobQuery(lease.job.owner, "open", 5))
    queue.count()
    queue.retry(failed.job_id, failed.owner, NOW)
    queue.get(failed.job_id)
    queue.list_by_files([an_id(3)])
    [job, *_] = queue.unsettled(NOW + SECOND, 10)
    queue.mark_settled(job)
    queue.to_tidy(NOW, 10)
    queue.mark_tidied(job)
    queue.change_owner(an_id(997), "bob")
    queue.delete_by_file(an_id(997))
    queue.heartbeat(Worker("w1", "host", "1.0", (), None, "none", NOW))
    queue.workers(NOW)


def test_a_database_that_is_down_has_no_jobs_to_give() -> None:
    """Nor does it say that there are none."""
    settings = Settings(auth_mode="open", mongodb_uri=f"mongodb://127.0.0.1:{free_port()}/")
    database = open_database(settings)
    queue = MongoJobQueue(database)

    for call in (
        lambda: queue.claim(["image"], LANES, "w", NOW),
        lambda: queue.create(a_job(), NOW),
        lambda: queue.list_by_files([an_id(0)]),
        lambda: queue.abandon(NOW),
    ):
        with pytest.raises(DatabaseUnavailable):
            call()
    database.client.close()
