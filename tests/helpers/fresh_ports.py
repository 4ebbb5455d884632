"""New ports, as often as a test needs them."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from service.jobs.memory.queue import MemoryJobQueue
from service.ports import Ports
from service.store.memory.objects import MemoryObjectStore
from service.uploads.memory.grants import MemoryGrantLedger
from service.uploads.memory.quotas import MemoryQuotas
from service.uploads.memory.records import MemoryRecordStore
from tests.conftest import Clock


@pytest.fixture
def make_ports(ports: Ports) -> Callable[[], tuple[Ports, Clock]]:
    """Make ports in memory and their clock, like `ports`, but new each time."""

    def make() -> tuple[Ports, Clock]:
        clock = Clock()
        made = replace(
            ports,
            objects=MemoryObjectStore(clock),
            records=MemoryRecordStore(),
            grants=MemoryGrantLedger(),
            quotas=MemoryQuotas(ports.policy.quota),
            jobs=MemoryJobQueue(),
            now=clock,
        )
        made.objects.prepare(made.policy.buckets)
        return made, clock

    return make
