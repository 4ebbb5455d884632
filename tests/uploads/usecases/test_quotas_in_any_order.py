"""Quotas under whatever clients, sweepers, crashes and clocks do, in any order that Hypothesis thinks of.

At no moment more is left than the documents leave; after a count it is exact. At the end, when the sweeper has been by,
nothing is reserved and what is left is what the files leave.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from service.ports import Ports
from service.shared.errors import MoodropError
from service.store.model import PresignedRequest
from service.uploads.metadata import FileMetadata
from service.uploads.model import Upload
from service.uploads.quota import Amounts
from service.uploads.usecases import allowance
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.files.delete import delete_file
from service.uploads.usecases.quota_entries import close_entries
from service.uploads.usecases.starting.abort import abort_upload
from service.uploads.usecases.starting.start import start_staged, start_upload
from service.uploads.usecases.starting.start_many import start_uploads
from service.uploads.usecases.upkeep.sweep import sweep
from tests.builders import ALICE, a_declaration, send
from tests.helpers.any_order import UploadMachine, faults, pick
from tests.helpers.faults import Fault, with_fault
from tests.helpers.quotas import assert_never_too_much, quota_of, really_left, with_limits

KEYS = ("uploads/alice/a", "uploads/alice/b")
LIMITS = Amounts(30, 8, 5)

bodies = st.binary(max_size=9)


class Quotas(UploadMachine):
    """One owner's uploads, sealed and staged, and a quota that they soon fill."""

    def __init__(self) -> None:
        super().__init__()
        self.uploads: list[tuple[Upload, PresignedRequest]] = []

    @initialize()
    def begin(self) -> None:
        super().begin()
        self.ports = with_limits(self.ports, LIMITS)
        self.ports = replace(self.ports, policy=replace(self.ports.policy, put_max_bytes=4))

    def name_of(self, file: Upload) -> str:
        return file.upload_id

    def attempt(self, fault: Fault | None, act: Callable[[Ports], object]) -> None:
        with suppress(MoodropError):
            act(with_fault(self.ports, fault) if fault else self.ports)

    def one(self, number: int) -> tuple[Upload, PresignedRequest] | None:
        return self.uploads[-1 - number % len(self.uploads)] if self.uploads else None

    @rule(body=bodies, fault=faults)
    def start(self, body: bytes, fault: Fault | None) -> None:
        self.attempt(fault, lambda ports: self.sent(*start_upload(ports, ALICE, a_declaration(body[:4])), body[:4]))

    @rule(key=st.sampled_from(KEYS), body=bodies, fault=faults)
    def start_staged(self, key: str, body: bytes, fault: Fault | None) -> None:
        self.attempt(fault, lambda ports: self.sent(*start_staged(ports, ALICE, key), body))

    @rule(key=st.sampled_from(KEYS), body=bodies)
    def replace_file(self, key: str, body: bytes) -> None:
        """The file of the key, if there is one, gets other bytes."""
        with suppress(MoodropError):
            upload, transfer = start_staged(self.ports, ALICE, key)
            self.sent(upload, transfer, body)
            confirm_upload(self.ports, ALICE, upload.upload_id, FileMetadata())

    @rule()
    def close(self) -> None:
        """As the sweeper does, without a count."""
        close_entries(self.ports, "alice")

    @rule(sizes=st.lists(st.integers(0, 4), max_size=4), fault=faults)
    def start_many(self, sizes: list[int], fault: Fault | None) -> None:
        new = [a_declaration(bytes(size)) for size in sizes]
        self.attempt(fault, lambda ports: start_uploads(ports, ALICE, new))

    def sent(self, upload: Upload, transfer: object, body: bytes) -> None:
        assert isinstance(transfer, PresignedRequest)
        self.uploads.append((upload, transfer))
        send(self.ports, transfer, body, transfer.headers or {"content-type": "audio/mpeg"})

    @rule(number=pick, body=bodies)
    def send_again(self, number: int, body: bytes) -> None:
        """Other bytes than those that a confirm has seen."""
        if one := self.one(number):
            send(self.ports, one[1], body, one[1].headers or {"content-type": "audio/mpeg"})

    @rule(number=pick, fault=faults)
    def confirm(self, number: int, fault: Fault | None) -> None:
        if one := self.one(number):
            self.attempt(fault, lambda ports: confirm_upload(ports, ALICE, one[0].upload_id, FileMetadata()))

    @rule(number=pick, fault=faults)
    def abort(self, number: int, fault: Fault | None) -> None:
        if one := self.one(number):
            self.attempt(fault, lambda ports: abort_upload(ports, ALICE, one[0].upload_id))

    @rule(number=pick, fault=faults)
    def delete(self, number: int, fault: Fault | None) -> None:
        files = self.files()
        if files:
            self.attempt(fault, lambda ports: delete_file(ports, ALICE, files[number % len(files)].upload_id))

    @rule(fault=faults)
    def ask(self, fault: Fault | None) -> None:
        self.attempt(fault, lambda ports: allowance.left(ports, "alice"))

    @rule()
    def count(self) -> None:
        """After a count what is left is what the documents leave."""
        quota = allowance.left(self.ports, "alice")
        assert quota is not None
        if self.has_whole_replacements():
            assert quota.left == really_left(self.ports, quota)

    def has_whole_replacements(self) -> bool:
        """Return whether no replacement was cut off before its file got the bytes: they count for both until then."""
        known = {state.upload_id: state.status for state in self.records.states(list(quota_of(self.ports).reserved))}
        return all(status == "pending" for status in known.values())

    @rule(size_bytes=st.integers(0, 40))
    def limit_anew(self, size_bytes: int) -> None:
        """As an admin does."""
        self.ports.quotas.set_limits("alice", replace(LIMITS, size_bytes=size_bytes))

    @rule(seconds=st.sampled_from([-5, 0.001, 1, 61, 301, 700, 90_000]))
    def wait(self, seconds: float) -> None:
        self.clock.pass_(seconds)

    @invariant()
    def never_too_much_is_left(self) -> None:
        assert_never_too_much(self.ports)

    def teardown(self) -> None:
        for _ in range(4):
            self.clock.pass_(100_000)
            sweep(self.ports)
        quota = allowance.left(self.ports, "alice")
        assert quota is not None
        files = self.records.usage("alice", without=[], unknown_bytes=0)
        assert quota.reserved == {}
        assert quota.left == quota.allowed - files
        assert self.records.usage("alice", without=[], unknown_bytes=0).pending == 0


TestQuotas = Quotas.TestCase
TestQuotas.settings = settings(
    max_examples=150, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
