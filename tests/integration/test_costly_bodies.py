"""Costly bodies, four at once at a real worker: its memory stays bounded and is released."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import urllib3

from dev.servers import MongodServer
from tests.conftest import Service, Store, settings_for
from tests.helpers.costly_bodies import BODIES
from tests.helpers.tokens import ALL, SECRET, bearer

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]

MOST_GROWTH_MIB = 100
MOST_OF_AN_ANSWER = 64_000


class Memory:
    """The memory of the only worker, in MiB."""

    def __init__(self, service: Service) -> None:
        master = service.process.pid
        worker = Path(f"/proc/{master}/task/{master}/children").read_text().split()[0]
        self._folder = Path("/proc", worker)

    def now(self) -> float:
        return self._read("VmRSS")

    def peak(self) -> float:
        return self._read("VmHWM")

    def forget_peak(self) -> None:
        (self._folder / "clear_refs").write_text("5")

    def _read(self, name: str) -> float:
        return int((self._folder / "status").read_text().partition(f"{name}:")[2].split()[0]) / 1024


def send(service: Service, address: str, body: bytes) -> int:
    """Return the length of the answer that refuses the body."""
    headers = bearer(scope=ALL) | {"Content-Type": "application/json", "Connection": "close"}
    answer = urllib3.request("POST", service.url + address, body=body, headers=headers, retries=False)
    assert answer.status in (400, 422)
    return len(answer.data)


def test_no_body_costs_a_worker_its_memory(
    minio: Store, mongod: MongodServer, serve: Callable[..., Service], signing_keys: dict[str, str]
) -> None:
    service = serve(settings_for(minio, mongod, auth_mode="jwt", jwt_secret=SECRET, **signing_keys))
    memory = Memory(service)
    send(service, "/v1/uploads", b"{}")
    first, growth, lengths = memory.now(), [], []

    for address, body in BODIES.values():
        memory.forget_peak()
        before = memory.now()
        with ThreadPoolExecutor(4) as pool:
            lengths += pool.map(send, [service] * 4, [address] * 4, [body.encode()] * 4)
        growth.append(memory.peak() - before)

    assert max(lengths) < MOST_OF_AN_ANSWER
    assert max(growth) < MOST_GROWTH_MIB, growth
    assert memory.now() - first < MOST_GROWTH_MIB
