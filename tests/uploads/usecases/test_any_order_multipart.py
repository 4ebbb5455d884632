"""Files in parts under clients, stores, sweepers, crashes and clocks in any order.

At every moment each file has its object with the bytes of its confirm, and a confirmed file disappears only by
deletion. At the end, after the sweeper, the store holds the files, no other version and no part.
"""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from service.shared.errors import MoodropError
from service.uploads.metadata import FileMetadata
from service.uploads.model import (
    SignedPart,
    SignedParts,
    Upload,
    UploadStatus,
)
from service.uploads.usecases.confirming import complete_parts
from service.uploads.usecases.confirming.confirm import confirm_upload, finalize
from service.uploads.usecases.files.delete import delete_file
from service.uploads.usecases.starting.abort import abort_upload
from service.uploads.usecases.starting.read import inspect_upload
from service.uploads.usecases.starting.renew import renew_urls
from tests.builders import ALICE, LARGE, MIN_PART, NO_METADATA, a_multipart, fetch, send
from tests.helpers.any_order import UploadMachine, faults, pick
from tests.helpers.faults import Fault

TAILS = [bytes([mark]) * (len(LARGE) - MIN_PART) for mark in b"ab"]
HEAD = bytes(MIN_PART)
tails = st.sampled_from(TAILS)


@pytest.fixture(autouse=True, scope="module")
def _at_once() -> Iterator[None]:
    """Remove the waits for other confirms and for the store, since nothing happens during them here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(complete_parts, "WAITS_S", ())
        patch.setattr(complete_parts, "RETRIES_S", (0.0,) * 3)
        yield


class PartedUploads(UploadMachine):
    """What may happen to the uploads of one owner, each of two parts."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: dict[str, tuple[SignedPart, ...]] = {}  # upload id -> the newest of each part
        self.older: list[SignedPart] = []
        self.confirmed: dict[str, bytes | None] = {}  # upload id -> its bytes when they were first seen as a file

    def name_of(self, file: Upload) -> str:
        return file.upload_id

    def one(self, number: int) -> str | None:
        return list(self.urls)[-1 - number % len(self.urls)] if self.urls else None

    @rule()
    def upload(self) -> None:
        upload, parts = a_multipart(self.ports)
        self.urls[upload.upload_id] = parts

    @rule(tail=tails)
    def upload_and_send(self, tail: bytes) -> None:
        self.upload()
        self.send_all(0, tail)

    @rule(number=pick, tail=tails)
    def send_all(self, number: int, tail: bytes) -> None:
        """Possibly again, possibly after its confirm, possibly too late."""
        if upload_id := self.one(number):
            for part in self.urls[upload_id]:
                self.send(part, tail)

    @rule(number=pick, tail=tails)
    def send_one(self, number: int, tail: bytes) -> None:
        """By any URL ever issued."""
        issued = [part for parts in self.urls.values() for part in parts] + self.older
        if issued:
            self.send(issued[-1 - number % len(issued)], tail)

    def send(self, part: SignedPart, tail: bytes) -> None:
        send(self.ports, part.request, HEAD if part.part_number == 1 else tail)

    @rule(number=pick)
    def renew(self, number: int) -> None:
        if upload_id := self.one(number):
            with suppress(MoodropError):
                _, transfer = renew_urls(self.ports, ALICE, upload_id)
                assert isinstance(transfer, SignedParts)
                self.older += self.urls[upload_id]
                self.urls[upload_id] = transfer.parts

    @rule(number=pick)
    def drop(self, number: int) -> None:
        """As a lifecycle rule of the store or its operator may do."""
        if (upload_id := self.one(number)) and (upload := self.records.get(upload_id)):
            self.objects.abort_multiparts(upload.bucket, upload.object_key)

    @rule(number=pick, fault=faults)
    def inspect(self, number: int, fault: Fault | None) -> None:
        if upload_id := self.one(number):
            self.call(fault, lambda ports: inspect_upload(ports, ALICE, upload_id)[0] and None)

    @rule(number=pick, fault=faults)
    def confirm(self, number: int, fault: Fault | None) -> None:
        if upload_id := self.one(number):
            self.call(fault, lambda ports: confirm_upload(ports, ALICE, upload_id, FileMetadata(title="Blue")))

    @rule(number=pick, fault=faults)
    def notify(self, number: int, fault: Fault | None) -> None:
        """Handle the event that an object has arrived."""
        if (upload_id := self.one(number)) and (upload := self.records.get(upload_id)):
            self.call(fault, lambda ports: finalize(ports, upload, NO_METADATA, by="event"))

    @rule(number=pick, fault=faults)
    def abort(self, number: int, fault: Fault | None) -> None:
        if upload_id := self.one(number):
            self.call(fault, lambda ports: abort_upload(ports, ALICE, upload_id))

    @rule(number=pick, fault=faults)
    def delete(self, number: int, fault: Fault | None) -> None:
        if upload_id := self.one(number):
            self.owed.discard(upload_id)
            self.call(fault, lambda ports: delete_file(ports, ALICE, upload_id))

    @rule(seconds=st.sampled_from([-5, 0.001, 1, 61, 91, 301, 700, 4300, 90_000]))
    def wait(self, seconds: float) -> None:
        """A negative time means that the next call reaches another server, whose clock is behind."""
        self.clock.pass_(seconds)

    @invariant()
    def each_file_has_its_object_for_ever(self) -> None:
        for file in self.files():
            stored = self.objects.head(file.bucket, file.object_key, file.version_id)
            assert stored is not None, "a record without its object"
            assert (stored.etag, stored.size_bytes) == (file.etag, file.size_bytes)
            body = fetch(self.ports, file)
            assert body in [HEAD + tail for tail in TAILS]
            assert self.confirmed.setdefault(file.upload_id, body) == body, "its bytes have changed"

    @invariant()
    def nothing_confirmed_is_lost(self) -> None:
        for upload_id in self.owed:
            file = self.records.get(upload_id)
            assert file is not None
            assert file.status is UploadStatus.READY, f"{upload_id} was confirmed, and is {file.status}"

    def teardown(self) -> None:
        self.finish()
        self.each_file_has_its_object_for_ever()
        self.nothing_confirmed_is_lost()
        self.assert_only_files_are_left()
        assert self.objects.open_multiparts() == [], "parts without a document"


TestPartedUploads = PartedUploads.TestCase
TestPartedUploads.settings = settings(
    max_examples=100, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
