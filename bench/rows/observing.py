"""What watching costs an upload URL, and limiting: counts for Prometheus, the request log, spans, CALL_LIMITS."""

import sys
import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import urllib3

from bench.load import measure_rates
from bench.row import Reach, Row, Samples
from bench.rows.quotas import on_its_own_database, target_of
from bench.running import OWNER, program, stores
from dev.ports import free_port

LIMITS = {"CALL_LIMITS": "starts=100000000/day", "CALL_LIMITS_BY_ADDRESS": "starts=100000000/day"}


def compare(without: Mapping[str, str], with_it: Mapping[str, str]) -> Samples:
    with (
        stores() as given,
        on_its_own_database(given, "without", without) as baseline,
        on_its_own_database(given, "with", with_it) as ours,
    ):
        return measure_rates(target_of(given, baseline, OWNER), target_of(given, ours, OWNER))


def compare_metrics() -> Samples:
    return compare({}, {"METRICS_PORT": str(free_port())})


def compare_traces(sampler: Mapping[str, str]) -> Samples:
    """With a collector on this machine. Raises RuntimeError if it got nothing: then nothing was measured."""
    with tempfile.TemporaryDirectory(prefix="moodrop-bench-") as folder:
        command = [sys.executable, "-m", "bench.collector"]
        with program(command, {}, log_path=Path(folder) / "collector.log") as collector:
            samples = compare({}, {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, **sampler})
            if urllib3.request("GET", collector.url).data == b"0":
                raise RuntimeError("no span reached the collector")
    return samples


ROWS = (
    Row("upload-url with metrics, one worker", "the same without metrics", Reach.at_least(0.95), compare_metrics),
    Row(
        "upload-url with the request log, one worker",
        "the same without the log",
        Reach.at_least(0.95),
        partial(compare, {"REQUEST_LOG": "0"}, {"REQUEST_LOG": "1"}),
    ),
    Row(
        "upload-url with traces, one worker",
        "the same without traces",
        Reach.at_least(0.4),
        partial(compare_traces, {}),
    ),
    Row(
        "upload-url, every tenth traced, one worker",
        "the same without traces",
        Reach.at_least(0.6),
        partial(compare_traces, {"OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.1"}),
    ),
    Row(
        "upload-url with two limits, one worker",
        "the same without limits",
        Reach.at_least(0.6),
        partial(compare, {}, LIMITS),
    ),
)
