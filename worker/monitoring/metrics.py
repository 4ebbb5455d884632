"""Metrics for Prometheus: what this worker has done, and how much waits in the queue."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Literal

from prometheus_client import CollectorRegistry, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from service.jobs.adapters.gauge import jobs_gauge
from service.jobs.model import OPEN, JobCount, Lane
from service.jobs.ports.queue import JobQueue
from service.shared.errors import MoodropError

# How an attempt at a job ended. These words are kept for good.
Outcome = Literal["done", "failed", "retried", "given_back", "no_room", "lost", "unknown"]
SECONDS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200)


class QueueCollector(Collector):
    """Asks the queue at each scrape. All workers show the same queue; while the database is down, none does."""

    def __init__(self, jobs: JobQueue, now: Callable[[], datetime]) -> None:
        self._jobs = jobs
        self._now = now

    def describe(self) -> tuple[GaugeMetricFamily, ...]:
        return ()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            counts, workers, now = self._jobs.count(), self._jobs.workers(self._now()), self._now()
        except MoodropError:
            return
        yield jobs_gauge(counts)
        yield _oldest(counts, now)
        yield GaugeMetricFamily("moodrop_workers", "Workers seen in the last two minutes.", value=len(workers))


def _oldest(counts: list[JobCount], now: datetime) -> GaugeMetricFamily:
    text = "How long the job that waits longest has been due; 0 if none waits."
    family = GaugeMetricFamily("moodrop_job_oldest_seconds", text, labels=("lane",))
    for lane in Lane:
        # The lease of a running job ends in the future, or its worker has died and it waits as well.
        due = (count.first_due_at for count in counts if count.lane is lane and count.state in OPEN)
        waits = (now - since for since in due if since and since < now)
        family.add_metric((lane.value,), max((wait.total_seconds() for wait in waits), default=0.0))
    return family


class WorkerMetrics:
    """The metrics of one worker process."""

    def __init__(self, jobs: JobQueue, now: Callable[[], datetime]) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(QueueCollector(jobs, now))
        ProcessCollector(registry=self.registry)
        self._job_seconds = Histogram(
            "moodrop_job_seconds",
            "How long attempts at jobs took, by how they ended.",
            labelnames=("kind", "outcome"),
            buckets=SECONDS,
            registry=self.registry,
        )

    def observe(self, kind: str, outcome: Outcome, seconds: float) -> None:
        """Note that an attempt at a job has ended."""
        self._job_seconds.labels(kind, outcome).observe(seconds)
