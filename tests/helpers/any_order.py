"""The common base of state machines of uploads: a service in memory whose clock, ids and faults the rules decide."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from dev.in_memory import in_memory_ports
from service.ports import Ports
from service.settings import Settings
from service.shared.errors import MoodropError, Unavailable
from service.store.memory.objects import MemoryObjectStore
from service.uploads.memory.records import MemoryRecordStore
from service.uploads.model import Upload, UploadStatus
from service.uploads.queries import UploadQuery
from service.uploads.usecases.files.read import list_files
from service.uploads.usecases.upkeep.sweep import sweep
from tests.builders import ALICE, KEYRING
from tests.conftest import Clock
from tests.helpers.faults import Fault, with_fault

Call = Callable[[Ports], Upload | None]

# Mostly no fault at all, else one somewhere in the call.
faults = st.none() | st.builds(Fault, st.integers(1, 14), st.booleans())
pick = st.integers(0, 9)


class UploadMachine(RuleBasedStateMachine):
    """The uploads of one owner, under calls that may be refused or break off."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.records = MemoryRecordStore()
        self.objects = MemoryObjectStore(self.clock)
        self.owed: set[str] = set()  # names of files that were confirmed to the client, and not deleted since
        self.made = 0

    def name_of(self, file: Upload) -> str:
        """Return the name under which the client knows a file: its key, or its id."""
        raise NotImplementedError

    @initialize()
    def begin(self) -> None:
        settings = Settings(auth_mode="open", media=False, history=False)
        self.ports = replace(
            in_memory_ports(settings, KEYRING, self.clock),
            objects=self.objects,
            records=self.records,
            authenticators=(),
            new_id=self.new_id,
        )
        self.objects.prepare(self.ports.policy.buckets)

    def new_id(self) -> str:
        self.made += 1
        return f"01JD8ZK3V0X5W9QH2M4N6P{self.made:04d}"

    def call(self, fault: Fault | None, act: Call) -> None:
        """Make a client's call, which may be refused or break off."""
        with suppress(MoodropError):
            file = act(with_fault(self.ports, fault) if fault else self.ports)
            if file is not None and file.status is UploadStatus.READY:
                self.owed.add(self.name_of(file))

    @rule(fault=faults)
    def clean(self, fault: Fault | None) -> None:
        with suppress(Unavailable):
            sweep(with_fault(self.ports, fault) if fault else self.ports)

    def files(self) -> list[Upload]:
        return list_files(self.ports, ALICE, UploadQuery("alice", limit=99)) if self.made else []

    def finish(self) -> None:
        """Let the sweeper do all that is left to do."""
        for _ in range(4):
            self.clock.pass_(100_000)
            sweep(self.ports)

    def assert_only_files_are_left(self) -> None:
        """Check that no document waits, and that the store holds the files' own versions and not one more."""
        assert list(self.records.due(self.clock(), 9)) == []
        for file in self.files():
            self.objects.delete_version(file.bucket, file.object_key, file.version_id)
        assert self.objects.keys() == [], "an object without a document"
