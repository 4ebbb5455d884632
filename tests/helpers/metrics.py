"""Reads the metrics of a running service, as Prometheus does."""

import urllib3
from prometheus_client.parser import text_string_to_metric_families

Labels = frozenset[tuple[str, str]]


def scrape(port: int) -> dict[str, dict[Labels, float]]:
    """Return every sample by its name and labels."""
    text = urllib3.request("GET", f"http://127.0.0.1:{port}/metrics", retries=False, timeout=20).data.decode()
    samples: dict[str, dict[Labels, float]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            samples.setdefault(sample.name, {})[frozenset(sample.labels.items())] = sample.value
    return samples


def value(samples: dict[str, dict[Labels, float]], name: str, **labels: str) -> float:
    """Return the sum of the samples that have at least these labels."""
    return sum(each for having, each in samples.get(name, {}).items() if labels.items() <= dict(having).items())
