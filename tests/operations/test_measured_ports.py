"""The ports that count for the metrics: nothing else changes by them."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import timedelta

import pytest
from prometheus_client import REGISTRY
from pymongo.monitoring import CommandFailedEvent, CommandSucceededEvent

from service.operations.adapters.calls import CALLS, SIGNS
from service.operations.adapters.database_listener import DatabaseListener
from service.operations.adapters.measured_ports import MeasuredListens, MeasuredRecords, MeasuredStore
from service.operations.adapters.metrics import CONFIRMS
from service.ports import Ports
from service.shared.adapters.gate import Gate, Gated
from service.shared.errors import BadRequest, MoodropError
from service.store.errors import StoreUnavailable
from service.store.port import ObjectStore
from service.uploads.model import UploadStatus
from service.uploads.usecases.transitions import await_durable
from tests.builders import a_record
from tests.contracts.listens_contract import a_listen
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


def all_confirms() -> float:
    """Return the confirms of any outcome, those that no outcome has a name for too."""
    return sum(sample.value for metric in CONFIRMS.collect() for sample in metric.samples if "_total" in sample.name)


def plays(source: str) -> float:
    return REGISTRY.get_sample_value("moodrop_listens_total", {"source": source}) or 0


def calls(call: str, outcome: str) -> float:
    name = "moodrop_store_call_duration_seconds_count"
    return REGISTRY.get_sample_value(name, {"call": call, "outcome": outcome}) or 0


def commands(command: str, outcome: str) -> float:
    name = "moodrop_database_command_duration_seconds_count"
    return REGISTRY.get_sample_value(name, {"command": command, "outcome": outcome}) or 0


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


@pytest.mark.parametrize("status", [UploadStatus.EXPIRED, UploadStatus.ABORTED, UploadStatus.REPLACED])
def test_an_upload_that_came_to_nothing_is_no_confirm(ports: Ports, status: UploadStatus) -> None:
    """Nobody confirmed it, so no outcome is counted."""
    records = MeasuredRecords(ports.records)
    records.add(a_record(an_id(1)))
    before = all_confirms()

    assert records.change(an_id(1), {"status": UploadStatus.PENDING}, {"status": status})

    assert all_confirms() == before


def test_a_change_of_many_that_confirms_none_is_not_counted(ports: Ports) -> None:
    """Such as the order to make thumbnails anew, for files whose time is unknown too."""
    records = MeasuredRecords(ports.records)
    records.add(replace(a_record(an_id(1)), status=UploadStatus.READY, confirmed_at=None))
    before = all_confirms()

    assert len(records.change_many({an_id(1): {"edited": True}}, {})) == 1

    assert all_confirms() == before


def test_a_listen_counts_by_what_led_to_it_and_once(ports: Ports) -> None:
    """Players report it again and again; only the report that made it count does."""
    listens = MeasuredListens(ports.listens)
    listen = a_listen(source="face")
    ports.listens.keep([listen])
    before = plays("face"), plays("library")

    assert [listens.mark_counted(listen, ports.now()) for _ in range(3)] == [True, False, False]

    assert (plays("face") - before[0], plays("library") - before[1]) == (1, 0)


class FakeStore:
    """A store that answers as a test says."""

    def __init__(self, error: MoodropError | None) -> None:
        self._error = error

    def head(self) -> str:
        if self._error:
            raise self._error
        return "there"


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(None, "ok"), (BadRequest("an answer too"), "ok"), (StoreUnavailable("no answer"), "failed")],
    ids=["an answer", "a refusal", "no answer"],
)
def test_a_call_without_an_answer_failed(error: MoodropError | None, outcome: str) -> None:
    """An alert counts them; what the store refuses, it has answered."""
    store = MeasuredStore(FakeStore(error))
    before = {name: calls("head", name) for name in ("ok", "failed")}

    with nullcontext() if error is None else pytest.raises(type(error)):
        store.head()

    counted = {name: calls("head", name) - before[name] for name in before}
    assert counted == {"ok": 0, "failed": 0, outcome: 1}


def test_commands_are_counted_by_names_that_are_known() -> None:
    """Whatever a newer driver sends is one name; a command that failed is counted apart."""
    listener, took = DatabaseListener(), timedelta(milliseconds=2)
    before = {
        pair: commands(*pair) for pair in (("find", "ok"), ("find", "failed"), ("other", "ok"), ("planted", "ok"))
    }

    for name in ("find", "planted"):
        listener.succeeded(CommandSucceededEvent(took, {}, name, 1, ("127.0.0.1", 1), 1))  # type: ignore[arg-type]
    listener.failed(CommandFailedEvent(took, {}, "find", 1, ("127.0.0.1", 1), 1))  # type: ignore[arg-type]

    counted = {pair: commands(*pair) - before[pair] for pair in before}
    assert counted == {("find", "ok"): 1, ("find", "failed"): 1, ("other", "ok"): 1, ("planted", "ok"): 0}
