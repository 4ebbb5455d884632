"""The alert rules, evaluated by Prometheus' own tool on an hour of samples: each fires for what it is for."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from dev.project import ROOT

RULES = ROOT / "deploy" / "observability" / "alerts.yml"
ALERTS = [rule["alert"] for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]
# In Prometheus' notation: 0+60x30 begins at 0 and grows by 60 thirty times.
HEALTHY = {
    'up{job="moodrop"}': "1x60",
    "moodrop_database_up": "1x60",
    'moodrop_store_call_duration_seconds_count{call="arrived",outcome="ok"}': "0+600x60",
    'moodrop_http_requests_total{route="/v1/uploads",method="POST",code="201"}': "0+600x60",
    'moodrop_http_request_duration_seconds_bucket{route="/v1/uploads",method="POST",le="0.1"}': "0+600x60",
    'moodrop_http_request_duration_seconds_bucket{route="/v1/uploads",method="POST",le="+Inf"}': "0+600x60",
    "moodrop_sweep_lag_seconds": "60x60",
    'moodrop_confirms_total{outcome="file",by="client"}': "0+600x60",
    'moodrop_jobs{kind="image",state="queued"}': "5x60",
    'moodrop_jobs{kind="image",state="running"}': "1x60",
}
SLOW = 'moodrop_http_request_duration_seconds_bucket{route="/v1/uploads",method="POST",le="%s"}'
# What is otherwise when each of them must fire; None: the series is missing.
WRONG: dict[str, dict[str, str | None]] = {
    "MoodropDown": {'up{job="moodrop"}': "0x60"},
    "MoodropDatabaseDown": {"moodrop_database_up": "0x60"},
    "MoodropStoreFails": {'moodrop_store_call_duration_seconds_count{call="arrived",outcome="failed"}': "0+60x60"},
    "MoodropServerErrors": {'moodrop_http_requests_total{route="/v1/uploads",method="POST",code="503"}': "0+60x60"},
    # The first of its kind: before it there is no series, and afterwards one that does not grow.
    "MoodropDefect": {'moodrop_problems_total{route="/v1/uploads",code="internal_error"}': "_x54 1x6"},
    "MoodropSlow": {SLOW % "0.1": "0x60", SLOW % "5": "0+600x60"},
    "MoodropSweeperLags": {"moodrop_sweep_lag_seconds": "1000x60"},
    "MoodropUploadsRejected": {'moodrop_confirms_total{outcome="rejected",by="client"}': "0+120x60"},
    "MoodropManyRefused": {'moodrop_http_requests_total{route="/v1/files",method="GET",code="401"}': "0+600x60"},
    "MoodropJobsWait": {'moodrop_jobs{kind="image",state="running"}': None},
}


def scenario(changed: dict[str, str | None], firing: str) -> dict[str, object]:
    """Return a test of promtool: after an hour this alert fires, or none."""
    series = {name: values for name, values in {**HEALTHY, **changed}.items() if values is not None}
    expected = [{"labels": f'{{alertname="{firing}"}}', "value": 1}] if firing else []
    asked = {"expr": 'count by (alertname) (ALERTS{alertstate="firing"})', "eval_time": "1h", "exp_samples": expected}
    rows = [{"series": name, "values": values} for name, values in series.items()]
    return {"interval": "1m", "input_series": rows, "promql_expr_test": [asked]}


def test_each_alert_fires_for_what_it_is_for_and_for_nothing_else(tmp_path: Path) -> None:
    """None while all is well, and one alone for each of what may be wrong."""
    promtool = shutil.which("promtool")
    if promtool is None:
        missing = "promtool is missing, so no alert was evaluated: install Debian's package prometheus"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    assert list(WRONG) == ALERTS
    tests = [scenario({}, ""), *(scenario(changed, alert) for alert, changed in WRONG.items())]
    file = tmp_path / "tests.yml"
    # JSON is YAML.
    file.write_text(json.dumps({"rule_files": [str(RULES)], "evaluation_interval": "1m", "tests": tests}))

    done = subprocess.run(
        [promtool, "test", "rules", str(file)], capture_output=True, text=True, check=False, timeout=60
    )

    assert done.returncode == 0, done.stdout + done.stderr
