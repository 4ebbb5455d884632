"""Staged uploads under clients, sweepers, crashes and clocks in any order that Hypothesis thinks of.

Sealed uploads run beside them, because older versions let staged ones use their keys.

At every moment each file has its object, and a confirmed file disappears only by deletion. At the end, after the
sweeper, the store holds the files' own versions and nothing else.
"""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from service.shared.errors import MoodropError
from service.store.model import PresignedRequest
from service.uploads.errors import ObjectKeyTaken
from service.uploads.metadata import FileMetadata
from service.uploads.model import TransferKind, Upload
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.files.by_key import find_by_key
from service.uploads.usecases.files.delete import delete_file
from service.uploads.usecases.starting.abort import abort_upload
from service.uploads.usecases.starting.renew import renew_urls
from service.uploads.usecases.starting.start import start_staged, start_upload
from tests.builders import ALICE, a_declaration, fetch, send
from tests.helpers.any_order import UploadMachine, faults, pick
from tests.helpers.faults import Fault

KEYS = ["uploads/alice/a", "uploads/alice/a/b"]

keys = st.sampled_from(KEYS)
bodies = st.binary(max_size=3)


class StagedUploads(UploadMachine):
    """What may happen to two keys of one owner."""

    def __init__(self) -> None:
        super().__init__()
        self.uploads: list[tuple[Upload, PresignedRequest]] = []
        self.sent: dict[str, set[bytes]] = {key: set() for key in KEYS}
        self.last: dict[str, bytes] = {}  # upload id -> what its URL stored last

    def name_of(self, file: Upload) -> str:
        return file.object_key

    def one(self, number: int) -> Upload | None:
        return self.uploads[-1 - number % len(self.uploads)][0] if self.uploads else None

    @rule(key=keys, body=bodies)
    def upload(self, key: str, body: bytes) -> None:
        self.uploads.append(start_staged(self.ports, ALICE, key))
        self.send(0, body)

    @rule(number=pick, body=bodies)
    def send(self, number: int, body: bytes) -> None:
        """Possibly again, possibly after its confirm, possibly too late."""
        if self.uploads:
            upload, transfer = self.uploads[-1 - number % len(self.uploads)]
            headers = transfer.headers or {"content-type": "audio/mpeg"}
            is_its_own = upload.kind is TransferKind.PUT or upload.staged.target_key in KEYS
            if send(self.ports, transfer, body, headers).status == 200 and is_its_own:
                self.sent[upload.staged.target_key if upload.staged else upload.object_key].add(body)
                self.last[upload.upload_id] = body

    @rule(body=bodies)
    def upload_sealed(self, body: bytes) -> None:
        """Its PUT may come much later, or never."""
        upload, transfer = start_upload(self.ports, ALICE, a_declaration(body))
        assert isinstance(transfer, PresignedRequest)
        self.sent[upload.object_key] = set()
        self.uploads.append((upload, transfer))

    @rule(number=pick, body=bodies)
    def stage_under_the_key_of_a_sealed_one(self, number: int, body: bytes) -> None:
        """Nobody can name that key today, but an upload of an older version may wait for it."""
        other = self.one(number)
        if other is None or other.kind is not TransferKind.PUT:
            return
        with pytest.raises(ObjectKeyTaken):
            start_staged(self.ports, ALICE, other.object_key)
        upload, transfer = start_staged(self.ports, ALICE, KEYS[0])
        older = self.records.change(upload.upload_id, {}, {"target_key": other.object_key})
        assert older is not None
        self.uploads.append((older, transfer))
        self.send(0, body)

    @rule(number=pick, fault=faults)
    def read_the_key_of_one(self, number: int, fault: Fault | None) -> None:
        if upload := self.one(number):
            key = upload.staged.target_key if upload.staged else upload.object_key
            self.call(fault, lambda ports: find_by_key(ports, ALICE, key))

    @rule(number=pick)
    def renew(self, number: int) -> None:
        if upload := self.one(number):
            with suppress(MoodropError):
                self.uploads.append(renew_urls(self.ports, ALICE, upload.upload_id))

    @rule(number=pick, fault=faults)
    def confirm(self, number: int, fault: Fault | None) -> None:
        if upload := self.one(number):
            self.call(fault, lambda ports: confirm_upload(ports, ALICE, upload.upload_id, FileMetadata()))

    @rule(number=pick)
    def confirm_the_newest(self, number: int) -> None:
        """An undisturbed confirm gives the file these bytes, whatever the clocks showed before."""
        upload = self.one(number)
        if upload is None or self.records.get(upload.upload_id) != upload or upload.upload_id not in self.last:
            return
        file = confirm_upload(self.ports, ALICE, upload.upload_id, FileMetadata())
        self.owed.add(file.object_key)
        assert fetch(self.ports, file) == self.last[upload.upload_id]

    @rule(key=keys, fault=faults)
    def read(self, key: str, fault: Fault | None) -> None:
        self.call(fault, lambda ports: find_by_key(ports, ALICE, key))

    @rule(number=pick, fault=faults)
    def abort(self, number: int, fault: Fault | None) -> None:
        if upload := self.one(number):
            self.call(fault, lambda ports: abort_upload(ports, ALICE, upload.upload_id))

    @rule(key=keys, fault=faults)
    def delete(self, key: str, fault: Fault | None) -> None:
        if file := self.records.file_by_key("alice", key):
            self.owed.discard(key)
            self.call(fault, lambda ports: delete_file(ports, ALICE, file.upload_id))

    @rule(seconds=st.sampled_from([-5, 0.001, 1, 61, 301, 700, 90_000]))
    def wait(self, seconds: float) -> None:
        """A negative time means that the next call reaches another server, whose clock is behind."""
        self.clock.pass_(seconds)

    @invariant()
    def each_file_has_its_object(self) -> None:
        for file in self.files():
            stored = self.objects.head(file.bucket, file.object_key, file.version_id)
            assert stored is not None, "a record without its object"
            assert (stored.etag, stored.size_bytes) == (file.etag, file.size_bytes)
            assert fetch(self.ports, file) in self.sent[file.object_key]

    @invariant()
    def nothing_confirmed_is_lost(self) -> None:
        for key in self.owed:
            assert self.records.file_by_key("alice", key), f"{key} was confirmed, and is gone"

    def teardown(self) -> None:
        self.finish()
        self.each_file_has_its_object()
        self.nothing_confirmed_is_lost()
        self.assert_only_files_are_left()


TestStagedUploads = StagedUploads.TestCase
TestStagedUploads.settings = settings(
    max_examples=150, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
