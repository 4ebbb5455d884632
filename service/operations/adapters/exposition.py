"""What a scrape of /metrics gets: the counts of all workers together, and what waits in the database now."""

import threading
import time
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from service.jobs.adapters.gauge import jobs_gauge
from service.operations.adapters.metrics import observe_request
from service.operations.ports import Ports
from service.operations.usecases.backlog import Backlog, read_backlog
from service.shared.errors import MoodropError
from service.shared.version import VERSION

# Scrapes within this time share one look at the database.
FRESH_S = 5.0


class BacklogCollector:
    """Asks the database what waits. While it does not answer, only `moodrop_database_up` is there, as 0."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._lock = threading.Lock()
        self._backlog: Backlog | None = None
        self._read_at = float("-inf")

    def collect(self) -> Iterator[Metric]:
        info = GaugeMetricFamily("moodrop_info", "The version that runs.", labels=("version",))
        info.add_metric((VERSION,), 1)
        yield info
        backlog = self._current()
        yield GaugeMetricFamily("moodrop_database_up", "Whether MongoDB answers.", value=float(backlog is not None))
        if backlog is None:
            return
        yield GaugeMetricFamily("moodrop_pending_uploads", "Uploads that nobody confirmed.", value=backlog.pending)
        yield GaugeMetricFamily(
            "moodrop_sweep_lag_seconds", "How long the oldest upload waits for the sweeper.", value=backlog.lag_s
        )
        yield jobs_gauge(backlog.jobs)

    def _current(self) -> Backlog | None:
        with self._lock:
            if time.monotonic() - self._read_at > FRESH_S:
                self._backlog = self._read()
                self._read_at = time.monotonic()
            return self._backlog

    def _read(self) -> Backlog | None:
        try:
            return read_backlog(self._ports)
        except MoodropError:
            return None


class Metrics:
    """What the server counts by, and what it answers on `port`."""

    observe = staticmethod(observe_request)

    def __init__(self, ports: Ports, port: int) -> None:
        self.port = port
        self._registry = CollectorRegistry()
        MultiProcessCollector(self._registry)  # type: ignore[no-untyped-call]
        self._registry.register(BacklogCollector(ports))

    def text(self) -> bytes:
        """Return the answer to a scrape. Takes as long as the database."""
        return generate_latest(self._registry)
