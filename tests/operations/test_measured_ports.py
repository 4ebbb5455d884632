"""The ports that count for the metrics: nothing else changes by them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from prometheus_client import REGISTRY

from service.operations.adapters.measured_ports import CALLS, SIGNS, MeasuredRecords, MeasuredStore
from service.ports import Ports
from service.shared.adapters.gate import Gate, Gated
from service.store.errors import StoreUnavailable
from service.store.port import ObjectStore
from service.uploads.model import UploadStatus
from service.uploads.usecases.transitions import await_durable
from tests.builders import a_record
from tests.contracts.record_store_contract import an_id


class CountedGate(Gate):
    """A gate that counts who passes it."""

    passed = 0

    @contextmanager
    def entered(self, owner: str = "", *, is_long: bool = False) -> Iterator[None]:
        self.passed += 1
        with super().entered(owner, is_long=is_long):
            yield


def confirms(outcome: str, by: str) -> float:
    return REGISTRY.get_sample_value("moodrop_confirms_total", {"outcome": outcome, "by": by}) or 0


def confirmed_bytes() -> float:
    return REGISTRY.get_sample_value("moodrop_confirmed_bytes_total") or 0


def test_a_measured_call_still_passes_the_gate(ports: Ports) -> None:
    """Otherwise hung calls to the store would hold all threads of a service that counts."""
    gate = CountedGate(StoreUnavailable, lambda: None, places=1, places_of_one=1, long_places=1)
    store = Gated(MeasuredStore(ports.objects), gate, free=frozenset(SIGNS), long=frozenset(), owner_of=lambda *_: "")

    for _ in range(2):
        assert store.head(ports.policy.bucket, "uploads/u1/none") is None

    assert gate.passed == 2


def test_every_method_that_is_measured_exists() -> None:
    """A port's method that was renamed would go on uncounted."""
    assert [name for name in (*CALLS, *SIGNS) if not hasattr(ObjectStore, name)] == []


@pytest.mark.parametrize("status", [UploadStatus.READY, UploadStatus.ATTACHED, UploadStatus.REJECTED])
def test_an_upload_is_counted_once_whoever_else_tries(ports: Ports, status: UploadStatus) -> None:
    """Of confirms at once, only the change that took place counts, and later changes of the file do not."""
    records = MeasuredRecords(ports.records)
    upload = a_record(an_id(1), size_bytes=7)
    records.add(upload)
    outcome = {UploadStatus.READY: "file", UploadStatus.ATTACHED: "cover"}.get(status, "rejected")
    before, bytes_before = confirms(outcome, "client"), confirmed_bytes()

    for _ in range(3):
        records.change(upload.upload_id, {"status": UploadStatus.PENDING}, {"status": status, "confirmed_by": "client"})
    records.change(upload.upload_id, {"status": status}, {"edited": True})

    assert confirms(outcome, "client") - before == 1
    assert confirmed_bytes() - bytes_before == (0 if outcome == "rejected" else 7)


def test_a_state_that_is_made_durable_is_not_counted_again(ports: Ports) -> None:
    """A confirm that comes again writes the state that it found once more."""
    records = MeasuredRecords(ports.records)
    ready = replace(a_record(an_id(1)), status=UploadStatus.READY)
    records.add(ready)
    before, bytes_before = confirms("file", ""), confirmed_bytes()

    await_durable(replace(ports, records=records), ready)  # type: ignore[arg-type]  # it passes the others on

    assert (confirms("file", "") - before, confirmed_bytes() - bytes_before) == (0, 0)


def test_of_many_at_once_those_that_this_call_confirmed_are_counted(ports: Ports) -> None:
    """Another one that was ready before keeps its own time."""
    records = MeasuredRecords(ports.records)
    now = ports.now()
    ready = replace(a_record(an_id(2)), status=UploadStatus.READY, confirmed_at=None)
    for upload in (a_record(an_id(1)), ready):
        records.add(upload)
    before = confirms("file", "event")

    facts = {"status": UploadStatus.READY, "confirmed_at": now, "confirmed_by": "event"}
    records.change_many({an_id(1): facts, an_id(2): facts}, {"status": UploadStatus.PENDING})  # type: ignore[dict-item]

    assert confirms("file", "event") - before == 1
