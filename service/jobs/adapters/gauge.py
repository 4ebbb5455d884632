"""The jobs as Prometheus sees them, from the service and from each worker alike."""

from collections.abc import Iterable

from prometheus_client.core import GaugeMetricFamily

from service.jobs.model import JobCount, sum_by_kind


def jobs_gauge(counts: Iterable[JobCount]) -> GaugeMetricFamily:
    """Return `moodrop_jobs{kind,state}`."""
    family = GaugeMetricFamily("moodrop_jobs", "Jobs that are queued, running or failed.", labels=("kind", "state"))
    for (kind, state), number in sorted(sum_by_kind(counts).items()):
        family.add_metric((kind, state.value), number)
    return family
