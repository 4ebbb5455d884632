"""A worker killed in the middle of confirms: acknowledged files stay, and nothing sent is lost."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import shake_128
from time import sleep
from typing import Any

import pytest
import urllib3

from service.app import build_ports, create_app
from service.settings import Settings
from service.uploads.usecases.confirming.complete_parts import LEASE
from tests.builders import later
from tests.conftest import Service
from tests.integration.leftovers import left_behind, open_multiparts, sweep_in_two_days

FEW, MANY = 25, 200
KILLS = [
    pytest.param(FEW, id="25"),
    pytest.param(MANY, id="200", marks=[pytest.mark.torture(f"{MANY} kills"), pytest.mark.timeout(3600)]),
]
AT_ONCE = 4
SIZE = 1000
# A confirm takes some 30 ms, so kills come before, during and after it.
LONGEST_WAIT_S = 0.06

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]


@dataclass
class Client:
    """Sends files in parts, and remembers the answers."""

    url: str
    http: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(maxsize=AT_ONCE, retries=False))
    sent: dict[str, bytes] = field(default_factory=dict)
    object_keys: list[str] = field(default_factory=list)
    acknowledged: dict[str, dict[str, Any]] = field(default_factory=dict)  # upload id -> the file as first confirmed

    def send(self) -> str:
        new = {"filename": "a.mp3", "content_type": "audio/mpeg", "size_bytes": SIZE}
        started = self.http.request("POST", f"{self.url}/v1/uploads", json=new).json()
        body, [part] = shake_128(started["upload_id"].encode()).digest(SIZE), started["transfer"]["parts"]
        assert self.http.request("PUT", part["url"], body=body).status == 200
        self.sent[started["upload_id"]] = body
        self.object_keys.append(started["object_key"])
        return str(started["upload_id"])

    def confirm(self, upload_id: str) -> None:
        try:
            answer = self.http.request("POST", f"{self.url}/v1/uploads/{upload_id}/confirm")
        except urllib3.exceptions.HTTPError:
            return
        if answer.status == 200:
            assert self.acknowledged.setdefault(upload_id, answer.json()) == answer.json()

    def file(self, upload_id: str) -> dict[str, Any]:
        stored: dict[str, Any] = self.http.request("GET", f"{self.url}/v1/files/{upload_id}").json()
        return stored

    def body(self, upload_id: str) -> bytes:
        answer = self.http.request("GET", f"{self.url}/v1/files/{upload_id}/download").json()
        return self.http.request("GET", answer["url"]).data


@pytest.mark.parametrize("kills", KILLS)
def test_a_killed_worker_loses_nothing(settings: Settings, serve_on_either: Callable[..., Service], kills: int) -> None:
    """During four times as many confirms: finally every file is there, as acknowledged, and nothing else."""
    settings = settings.model_copy(update={"put_max_bytes": 0})
    service = serve_on_either(settings)
    client, chance = Client(service.url), random.Random(5)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in range(kills):
            confirms = [pool.submit(client.confirm, upload_id) for upload_id in [client.send() for _ in range(AT_ONCE)]]
            sleep(chance.uniform(0, LONGEST_WAIT_S))
            service.kill_workers()
            for confirm in confirms:
                confirm.result()
            service.wait("/readyz")
    assert 0 < len(client.acknowledged) < len(client.sent) == kills * AT_ONCE, "kills came before and after the answers"

    come_back(settings, client)
    sweep_in_two_days(settings)

    assert {upload_id: client.file(upload_id) for upload_id in client.acknowledged} == client.acknowledged
    assert {upload_id: client.body(upload_id) for upload_id in client.sent} == client.sent
    assert open_multiparts(settings, client.object_keys) == []
    objects, documents = left_behind(settings)
    assert sorted(objects) == sorted(client.object_keys)
    assert len(documents) == len(client.sent)


def come_back(settings: Settings, client: Client) -> None:
    """Confirm the others once no killed confirm holds a lease; send again what the store says is missing.

    MinIO forgets the parts if a Complete breaks off at the wrong moment: see docs/design/07-multipart.md.
    """
    ports = build_ports(settings)
    app = create_app(settings, later(ports, seconds=2 * LEASE.total_seconds())).test_client()
    for upload_id in client.sent.keys() - client.acknowledged.keys():
        answer = app.post(f"/v1/uploads/{upload_id}/confirm")
        if answer.status_code == 409:
            assert answer.get_json(force=True)["code"] == "parts_missing"
            [part] = app.post(f"/v1/uploads/{upload_id}/urls").get_json()["transfer"]["parts"]
            assert client.http.request("PUT", part["url"], body=client.sent[upload_id]).status == 200
            answer = app.post(f"/v1/uploads/{upload_id}/confirm")
        client.acknowledged[upload_id] = answer.get_json()
    ports.records.close()
