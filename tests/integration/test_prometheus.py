"""The examples of docs/monitoring.md: a real Prometheus scrapes the service by them, and jq reads its log."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import urllib3

from dev.ports import free_port
from dev.project import ROOT
from service.settings import Settings
from tests.conftest import Service
from tests.helpers.containers import wait_for
from tests.helpers.tokens import SECRET, bearer, claims, token

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not shutil.which("prometheus"), reason="there is no Prometheus: apt-get install prometheus"),
]
PAGE = (ROOT / "docs" / "monitoring.md").read_text()
EXAMPLES = re.findall(r"^```(?:yaml|sh)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def example(part: str) -> str:
    """Return the one example that contains this."""
    (one,) = [text for text in EXAMPLES if part in text]
    return one


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"auth_mode": "jwt", "jwt_secret": SECRET, "metrics_port": free_port()})


def asked(url: str, query: str) -> list[Any]:
    """Return what Prometheus answers, as a panel of the dashboard asks it; nothing while it starts."""
    try:
        answer = urllib3.request("GET", f"{url}/api/v1/query", fields={"query": query}, retries=False, timeout=20)
    except urllib3.exceptions.HTTPError:
        return []
    return answer.json()["data"]["result"] if answer.status == 200 else []


def test_prometheus_scrapes_the_service_and_evaluates_the_rules(
    settings: Settings, serve: Callable[..., Service], tmp_path: Path
) -> None:
    """By the configuration of the docs, with another address. It notices that the service is gone."""
    service, port = serve(settings), free_port()
    often = "global: {scrape_interval: 1s, evaluation_interval: 1s}\n"
    rules = f"rule_files: [{ROOT / 'deploy' / 'observability' / 'alerts.yml'}]\n"
    config = example("scrape_configs:").replace("service:9464", f"127.0.0.1:{settings.metrics_port}")
    (tmp_path / "prometheus.yml").write_text(often + rules + config)
    command = ["prometheus", f"--config.file={tmp_path}/prometheus.yml", f"--storage.tsdb.path={tmp_path}/data"]
    with (tmp_path / "log").open("wb") as log:
        prometheus = subprocess.Popen([*command, f"--web.listen-address=127.0.0.1:{port}"], stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        pending = 'ALERTS{alertname="MoodropDown",alertstate="pending"}'
        wait_for(lambda: bool(asked(url, 'up{job="moodrop"} == 1')), 60, "Prometheus scrapes the service")
        assert asked(url, pending) == []
        assert asked(url, 'moodrop_database_up{job="moodrop"}')[0]["value"][1] == "1"
        service.stop()
        wait_for(lambda: bool(asked(url, pending)), 60, "it notices that the service is gone")
    finally:
        prometheus.terminate()
        prometheus.wait(30)


def confirm_one(service: Service, headers: dict[str, str]) -> None:
    new = {"filename": "a.mp3", "content_type": "audio/mpeg", "size_bytes": 5}
    upload = urllib3.request("POST", f"{service.url}/v1/uploads", json=new, headers=headers).json()
    put = upload["transfer"]
    assert urllib3.request("PUT", put["url"], body=b"a son", headers=put["headers"]).status == 200
    confirmed = urllib3.request("POST", f"{service.url}/v1/uploads/{upload['upload_id']}/confirm", headers=headers)
    assert confirmed.status == 200


@pytest.mark.skipif(not shutil.which("jq"), reason="there is no jq")
def test_the_commands_of_the_docs_read_the_log_and_the_metrics(
    settings: Settings, serve: Callable[..., Service]
) -> None:
    """All that went wrong for one person, and nothing of others."""
    service = serve(settings)
    alice = {"Authorization": f"Bearer {token(claims(sub='alice'))}"}
    for path, headers in (("/v1/files", alice), ("/v1/files/nothing", alice), ("/v1/files/nothing", bearer())):
        urllib3.request("GET", service.url + path, headers=headers, retries=False)
    confirm_one(service, alice)
    service_log = f"docker() {{ cat {service.log}; }}\n"
    counts = example("curl -s").replace("9464", str(settings.metrics_port))

    metrics = subprocess.run(["bash", "-euc", counts], capture_output=True, text=True, check=True).stdout
    service.stop()
    log = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", service_log + example("jq")], capture_output=True, text=True, check=True
    ).stdout

    assert 'moodrop_confirms_total{by="client",outcome="file"} 1.0' in metrics
    lines = [json.loads(line) for line in log.splitlines()]
    assert [(line["caller"], line["status"], line["route"]) for line in lines] == [
        ("alice", 422, "/v1/files/{file_id}")
    ]
