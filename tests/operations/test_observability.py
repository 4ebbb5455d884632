"""The dashboard and the alert rules of deploy/observability: Prometheus reads them, and they name what is exported."""

# ruff: noqa: SLF001 - prometheus_client shows neither the names nor the labels of its metrics

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import Counter, Histogram

from dev.project import ROOT
from service.jobs.model import Lane, NewJob
from service.operations.adapters import metrics
from service.operations.adapters.exposition import BacklogCollector
from service.ports import Ports

OBSERVABILITY = ROOT / "deploy" / "observability"
RULES = OBSERVABILITY / "alerts.yml"
DASHBOARD = json.loads((OBSERVABILITY / "dashboard.json").read_text(encoding="utf-8"))
EXPRESSIONS = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
DOCUMENTED = (ROOT / "docs" / "monitoring.md").read_text(encoding="utf-8")
# What Prometheus adds to each sample, and to the buckets of histograms.
COMMON = {"job", "instance", "le"}


@pytest.fixture
def promtool() -> str:
    program = shutil.which("promtool")
    if program is None:
        missing = "promtool is missing, so no rule was checked: install Debian's package prometheus"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    return program


def exported(ports: Ports) -> dict[str, set[str]]:
    """Return the labels of every sample that a scrape may show, by its name."""
    labels: dict[str, set[str]] = {}
    for metric in vars(metrics).values():
        suffixes = {Counter: ["_total"], Histogram: ["_bucket", "_count", "_sum"]}.get(type(metric), [])
        labels |= {metric._name + suffix: set(metric._labelnames) for suffix in suffixes}
    ports.jobs.create(NewJob("f.image", "f", "alice", "image", "v1", lane=Lane.LIGHT, priority=7), ports.now())
    for family in BacklogCollector(ports).collect():
        labels[family.name] = {label for sample in family.samples for label in sample.labels}
    return labels


def named_in(text: str) -> set[str]:
    """Return the samples that an expression names."""
    return set(re.findall(r"\bmoodrop_[a-z_]+\b", text))


@pytest.mark.parametrize("path", sorted(OBSERVABILITY.iterdir()), ids=lambda path: path.name)
def test_every_metric_that_is_named_is_exported(path: Path, ports: Ports) -> None:
    """A panel of a metric that was renamed would stay empty, and an alert silent."""
    known = set(exported(ports))

    assert named_in(path.read_text(encoding="utf-8")) - known == set()


def test_every_label_that_is_asked_for_exists(ports: Ports) -> None:
    """In the braces of a metric; a label that no series has selects nothing."""
    labels = exported(ports)
    texts = [*EXPRESSIONS, RULES.read_text(encoding="utf-8")]
    asked = [match for text in texts for match in re.findall(r"(moodrop_[a-z_]+)\{([^}]*)\}", text)]

    wrong = [
        (name, label)
        for name, matchers in asked
        for label in re.findall(r"(\w+)\s*[=!]~?", re.sub(r'"[^"]*"', '""', matchers))
        if label not in labels[name] | COMMON
    ]
    assert len(asked) > 20
    assert wrong == []


def test_every_metric_is_documented(ports: Ports) -> None:
    """And nothing else is called so in docs/monitoring.md."""
    families = {re.sub(r"_(bucket|count|sum)$", "", name) for name in exported(ports)}

    assert named_in(DOCUMENTED) == families


def test_every_metric_is_on_the_dashboard(ports: Ports) -> None:
    """What is counted and shown nowhere is looked at by nobody."""
    shown = {re.sub(r"_(bucket|count|sum)$", "", name) for name in named_in(" ".join(EXPRESSIONS))}

    assert {re.sub(r"_(bucket|count|sum)$", "", name) for name in exported(ports)} - shown == set()


def test_no_panel_lies_on_another() -> None:
    """Grafana would move one of them. Each has an id of its own."""
    places = [panel["gridPos"] for panel in DASHBOARD["panels"]]
    cells = [
        (x, y)
        for place in places
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]

    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(places)


def test_prometheus_takes_the_rules(promtool: str) -> None:
    """Its own tool reads them as a server would."""
    assert check(promtool, RULES) == 0


def test_prometheus_takes_every_expression_of_the_dashboard(promtool: str, tmp_path: Path) -> None:
    """As a rule, with values for what Grafana fills in."""
    filled = [text.replace("$__rate_interval", "5m").replace("$job", ".*") for text in EXPRESSIONS]
    rules: list[dict[str, Any]] = [{"record": f"panel:{n}", "expr": text} for n, text in enumerate(filled)]
    file = tmp_path / "panels.yml"
    # JSON is YAML.
    file.write_text(json.dumps({"groups": [{"name": "panels", "rules": rules}]}), encoding="utf-8")

    assert check(promtool, file) == 0


def check(promtool: str, file: Path) -> int:
    return subprocess.run([promtool, "check", "rules", str(file)], check=False, timeout=60).returncode
