"""What every RecordStore promises; a store's tests are a subclass with a `records` fixture."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, fields, replace
from datetime import timedelta
from threading import Barrier

import pytest

from service.uploads.derived import Derived, DerivedState, OutboxEvent, Thumbnail
from service.uploads.errors import IdempotencyKeyReused, ObjectKeyTaken
from service.uploads.metadata import FileMetadata
from service.uploads.model import (
    Checksum,
    LeftCopy,
    RecordedObject,
    StagedState,
    TransferKind,
    Upload,
    UploadState,
    UploadStatus,
)
from service.uploads.ports.records import RecordStore
from service.uploads.queries import Position, UploadQuery
from service.uploads.quota import Amounts
from tests.builders import CREATED_AT, SONG, a_record

FULL = a_record(
    status=UploadStatus.READY,
    kind=TransferKind.MULTIPART,
    object_key="uploads/alice/é 🎵.mp3",
    filename="Été à 日本 \N{COMBINING ACUTE ACCENT}'\".mp3",
    size_bytes=5 * 1024**3,
    metadata=FileMetadata(
        mood="sad",
        title="$title.with.dots",
        artist="日本",
        album="Blå",
        duration_seconds=215.4,
        tags=["a", "b"],
        visibility="public",
    ),
    urls_expire_at=CREATED_AT + timedelta(milliseconds=1),
    expires_at=CREATED_AT + timedelta(milliseconds=999),
    next_check_at=CREATED_AT + timedelta(milliseconds=500),
    checksum=Checksum("crc32c", "AAAAAA==", verified=True),
    cover_of="01JD8ZK3V0X5W9QH2M4N6P7R8V",
    cover_id="01JD8ZK3V0X5W9QH2M4N6P7R8W",
    fingerprint="song.mp3|5368709120|1763726400000",
    store_upload_id="YzRhNGVhODk",
    part_size_bytes=16 * 1024**2,
    part_checksum_algorithm="sha256",
    abort_at=CREATED_AT + timedelta(seconds=40),
    completing_until=CREATED_AT + timedelta(seconds=30),
    etag="9b2cf535f27731c974343645a3985328-12",
    version_id="5c1d3c2e-7f0b-4b7e-9a43-0d1f2e3c4b5a",
    confirmed_at=CREATED_AT + timedelta(seconds=7),
    confirmed_by="event",
    rejection="declared 1, the store holds 2",
    rejection_code="quota_exceeded",
    started_with="5e884898da28047151d0e56f8dc62927",
    edited=False,
    stored_bytes=7,
    revision=3,
    outbox=(OutboxEvent.READY, OutboxEvent.DELETED),
    derived=Derived(
        DerivedState.READY,
        "5c1d3c2e",
        duration_seconds=215.4,
        waveform="IElTV4KZfonFv5W78cim5f+9t/zwq8T3yZnC1JiDpZZlYGND",
        thumbnail=Thumbnail("derived/alice/1/image/2/", "webp", {"96": "v1"}, "LEHV6nWB2yk8", 640, 480),
        failed=("audio",),
    ),
    derived_revision=2,
    moved_at=CREATED_AT + timedelta(seconds=9),
    moved_source="3f1e2d4c-0a9b-4c8d-8e7f-6a5b4c3d2e1f",
    left=LeftCopy(
        "uploads", "3f1e2d4c-0a9b-4c8d-8e7f-6a5b4c3d2e1f", "9b2cf535f27731c9", CREATED_AT + timedelta(seconds=9)
    ),
    words=("title", "with", "dots", "日本"),
    sort_title="$title.with.dots",
    sort_artist="$artist.with.dots",
    sort_album="$album.with.dots",
    sort_length=3.5,
    idempotency_key="a key",
    request_digest="9f86d081",
)
FULL_STAGED = replace(
    FULL,
    kind=TransferKind.STAGED,
    multipart=None,
    staged=StagedState("uploads/alice/é 🎵.mp3", replaces=True, replaced_id="01JD8ZK3V0X5W9QH2M4N6P7R8T"),
)
UNKNOWN = a_record(expires_at=None, size_bytes=None, content_type=None)
LATER = CREATED_AT + timedelta(days=2)


def an_id(number: int) -> str:
    return f"01JD8ZK3V0X5W9QH2M4N6P{number:04d}"


class RecordStoreContract:
    """Promises of any database."""

    @pytest.mark.parametrize("upload", [a_record(), FULL, FULL_STAGED, UNKNOWN])
    def test_what_was_added_is_got_back(self, records: RecordStore, upload: Upload) -> None:
        """Every field: None, Unicode, enumerations, and time zone aware times to the millisecond."""
        records.add(upload)

        stored = records.get(upload.upload_id)

        assert stored == upload
        assert stored is not None
        assert [type(getattr(stored, f.name)) for f in fields(Upload)][2:4] == [UploadStatus, TransferKind]
        assert stored.created_at.utcoffset() == timedelta(0)

    def test_the_full_record_has_every_field(self) -> None:
        """Otherwise a new field of Upload would go untested."""
        assert [field.name for field in fields(Upload) if getattr(FULL, field.name) is None] == ["staged"]
        assert None not in asdict(FULL)["multipart"].values()
        assert None not in asdict(FULL_STAGED)["staged"].values()
        assert None not in FULL.metadata.model_dump().values()

    def test_what_others_are_still_to_be_told_is_found(self, records: RecordStore) -> None:
        """By each event, and until it is taken out; the document stays until then."""
        events = (OutboxEvent.READY, OutboxEvent.DELETED)
        rows = [a_record(an_id(1)), a_record(an_id(2), outbox=events[:1]), a_record(an_id(3), outbox=events)]
        records.add_many(rows)

        assert {row.upload_id for row in records.with_outbox(OutboxEvent.READY, 9)} == {an_id(2), an_id(3)}
        assert records.with_outbox(OutboxEvent.DELETED, 9) == [rows[2]]
        assert records.with_outbox(OutboxEvent.BACKFILL, 9) == []
        assert [row.upload_id for row in records.with_outbox(OutboxEvent.READY, 1)] == [an_id(2)]
        assert [row.upload_id for row in records.with_outbox(OutboxEvent.READY, 9, an_id(2))] == [an_id(3)]
        assert not records.remove(an_id(3), {"outbox": ()})
        assert not records.change(an_id(3), {"outbox": events[:1]}, {"outbox": ()})
        assert records.change(an_id(3), {"outbox": events}, {"outbox": events[1:]})
        assert records.change(an_id(3), {"outbox": events[1:]}, {"outbox": ()})
        assert records.with_outbox(OutboxEvent.DELETED, 9) == []
        assert records.remove(an_id(3), {"outbox": ()})

    def test_an_unknown_id_gives_none(self, records: RecordStore) -> None:
        """In every call that takes an id."""
        assert records.get("01JD8ZK3V0X5W9QH2M4N6P7R8S") is None
        assert records.change("01JD8ZK3V0X5W9QH2M4N6P7R8S", {}, {"etag": "x"}) is None
        assert not records.remove("01JD8ZK3V0X5W9QH2M4N6P7R8S", {})

    def test_an_object_key_is_taken_once(self, records: RecordStore) -> None:
        """When adding and when changing; the refused call changes nothing."""
        first, second = a_record(an_id(1)), a_record(an_id(2))
        records.add(first)
        records.add(second)

        with pytest.raises(ObjectKeyTaken):
            records.add(a_record(an_id(3), object_key=first.object_key))
        with pytest.raises(ObjectKeyTaken):
            records.change(second.upload_id, {}, {"object_key": first.object_key, "etag": "x"})

        assert records.get(an_id(3)) is None
        assert records.get(second.upload_id) == second

    def test_many_are_found_by_their_idempotency_keys(self, records: RecordStore) -> None:
        """Only the owner's; inserting one of them again is reported."""
        given = [a_record(an_id(number), idempotency_key=f"k{number}") for number in range(3)]
        records.add_many(given)
        records.add(a_record(an_id(3), owner="bob", idempotency_key="k0"))

        started = records.started_by_many("alice", ["k0", "k2", "other"])

        assert sorted(started, key=lambda upload: upload.upload_id) == [given[0], given[2]]
        with pytest.raises(IdempotencyKeyReused):
            records.add_many([a_record(an_id(4), idempotency_key="k4"), a_record(an_id(5), idempotency_key="k1")])
        assert records.get(an_id(5)) is None

    def test_of_uploads_with_one_idempotency_key_one_is_written(self, records: RecordStore) -> None:
        """If the same request is sent twice at once; another owner may use the same key."""

        def add(number: int) -> int | None:
            try:
                records.add(a_record(an_id(number), idempotency_key="k"))
            except IdempotencyKeyReused:
                return None
            return number

        with ThreadPoolExecutor(8) as pool:
            won = [number for number in pool.map(add, range(16)) if number is not None]

        assert len(won) == 1
        assert records.started_by("alice", "k") == a_record(an_id(won[0]), idempotency_key="k")
        records.add(a_record(an_id(90), owner="bob", idempotency_key="k"))
        records.add(a_record(an_id(91), idempotency_key="K"))
        records.add(a_record(an_id(92)))
        assert records.started_by("carol", "k") is None
        assert records.remove(an_id(won[0]), {})
        assert records.started_by("alice", "k") is None

    def test_a_change_takes_place_where_all_is_as_expected(self, records: RecordStore) -> None:
        """It returns the new state."""
        upload = a_record()
        records.add(upload)
        changes = {"status": UploadStatus.READY, "etag": "e", "version_id": "v", "confirmed_at": LATER}

        changed = records.change(
            upload.upload_id, {"status": UploadStatus.PENDING, "version_id": None, "owner": "alice"}, changes
        )

        assert changed == replace(upload, **changes)
        assert records.get(upload.upload_id) == changed

    @pytest.mark.parametrize(
        "expected",
        [
            {"status": UploadStatus.READY},
            {"status": UploadStatus.PENDING, "etag": "other"},
            {"expires_at": None},
            {"expires_at": LATER},
        ],
    )
    def test_a_change_of_another_state_is_none(self, records: RecordStore, expected: dict[str, object]) -> None:
        """Somebody else was first; nothing is written."""
        upload = a_record()
        records.add(upload)

        assert records.change(upload.upload_id, expected, {"etag": "x"}) is None
        assert records.get(upload.upload_id) == upload

    def test_of_changes_at_once_one_wins(self, records: RecordStore) -> None:
        """Eight threads confirm: one writes, and the others get None."""
        for number in range(20):
            records.add(a_record(an_id(number)))

            def confirm(thread: int, upload_id: str = an_id(number)) -> Upload | None:
                changes = {"status": UploadStatus.READY, "etag": f"e{thread}"}
                return records.change(upload_id, {"status": UploadStatus.PENDING}, changes)

            with ThreadPoolExecutor(8) as pool:
                won = [upload for upload in pool.map(confirm, range(8)) if upload]

            assert len(won) == 1
            assert records.get(an_id(number)) == won[0]

    def test_a_changed_none_is_none(self, records: RecordStore) -> None:
        """For example, a finished file no longer has `expires_at`."""
        records.add(FULL)

        changed = records.change(FULL.upload_id, {}, {"expires_at": None, "checksum": None, "version_id": None})

        assert changed == replace(FULL, expires_at=None, checksum=None, version_id=None)
        assert records.change(FULL.upload_id, {"expires_at": None}, {"etag": "e"}) is not None

    def test_many_change_by_one_call(self, records: RecordStore) -> None:
        """Each if it is as expected; the call returns them all as they are now, except missing ones."""
        ready = {"status": UploadStatus.READY, "expires_at": None}
        given = [a_record(an_id(0)), a_record(an_id(1)), a_record(an_id(2), status=UploadStatus.ABORTED)]
        for upload in given:
            records.add(upload)
        changes = {an_id(number): {**ready, "etag": str(number)} for number in range(4)}

        after = records.change_many(changes, {"status": UploadStatus.PENDING})

        first, second = (replace(given[number], **ready, etag=str(number)) for number in range(2))
        assert sorted(after, key=lambda upload: upload.upload_id) == [first, second, given[2]]
        assert [records.get(an_id(number)) for number in range(4)] == [first, second, given[2], None]
        assert records.change_many({}, {}) == []

    def test_metadata_that_says_nothing_is_left_alone(self, records: RecordStore) -> None:
        """Each given field replaces only its own earlier value."""
        records.add(FULL)

        silent = records.change(FULL.upload_id, {}, {"metadata": FileMetadata()})
        spoken = records.change(FULL.upload_id, {}, {"metadata": FileMetadata(title="New", tags=[])})

        assert silent == FULL
        assert spoken is not None
        assert spoken.metadata == FileMetadata(
            mood="sad", title="New", artist="日本", album="Blå", duration_seconds=215.4, tags=[], visibility="public"
        )
        assert records.get(FULL.upload_id) == spoken

    def test_covers_are_found_by_their_file_and_listed_nowhere(self, records: RecordStore) -> None:
        """Those in one state, oldest first."""
        song = a_record(an_id(0), status=UploadStatus.READY)
        states = (UploadStatus.ATTACHED, UploadStatus.PENDING, UploadStatus.ATTACHED, UploadStatus.DELETED)
        covers = [a_record(an_id(n), status=state, cover_of=song.upload_id) for n, state in enumerate(states, 1)]
        others = [a_record(an_id(9), status=UploadStatus.ATTACHED, cover_of=an_id(8)), a_record(an_id(10))]
        for upload in (song, *reversed(covers), *others):
            records.add(upload)

        assert records.covers_of(song.upload_id, UploadStatus.ATTACHED) == [covers[0], covers[2]]
        assert records.covers_of(song.upload_id, UploadStatus.PENDING) == [covers[1]]
        assert records.covers_of(an_id(10), UploadStatus.ATTACHED) == []
        assert records.page(UploadQuery("alice")) == [song]
        assert records.page(UploadQuery("alice", UploadStatus.PENDING)) == [others[1]]
        assert records.count("alice", "happy") == 1

    def test_no_more_covers_are_found_at_once_than_fit_a_call(self, records: RecordStore) -> None:
        """The caller asks again until there are none."""
        for number in range(101):
            records.add(a_record(an_id(number), status=UploadStatus.ATTACHED, cover_of=an_id(999)))

        covers = records.covers_of(an_id(999), UploadStatus.ATTACHED)

        assert [cover.upload_id for cover in covers] == [an_id(number) for number in range(100)]

    def test_pending_uploads_are_counted(self, records: RecordStore) -> None:
        """Of all owners."""
        for number, status in enumerate((UploadStatus.PENDING, UploadStatus.READY, UploadStatus.PENDING)):
            records.add(a_record(an_id(number), owner=f"owner-{number}", status=status))

        assert records.count_pending() == 2

    def test_a_document_is_removed_where_it_is_as_expected(self, records: RecordStore) -> None:
        """Only once."""
        upload = a_record()
        records.add(upload)

        assert not records.remove(upload.upload_id, {"status": UploadStatus.READY})
        assert records.get(upload.upload_id) == upload
        assert records.remove(upload.upload_id, {"status": UploadStatus.PENDING})
        assert not records.remove(upload.upload_id, {"status": UploadStatus.PENDING})
        assert records.get(upload.upload_id) is None

    def test_a_file_is_found_by_its_key(self, records: RecordStore) -> None:
        """Only the owner's, and only if it is a file."""
        records.add(a_record(an_id(1), object_key="uploads/alice/a"))
        assert records.file_by_key("alice", "uploads/alice/a") is None
        ready = records.change(an_id(1), {}, {"status": UploadStatus.READY})

        assert records.file_by_key("alice", "uploads/alice/a") == ready
        assert records.file_by_key("bob", "uploads/alice/a") is None
        assert records.file_by_key("alice", "uploads/alice/b") is None

    def test_staged_uploads_of_a_key_come_oldest_first(self, records: RecordStore) -> None:
        """Only the owner's pending ones for exactly that key."""
        staged = [self.a_staged(number) for number in (3, 1, 2)]
        others = [
            self.a_staged(4, owner="bob"),
            self.a_staged(5, target_key="uploads/alice/b"),
            self.a_staged(6, status=UploadStatus.READY),
            a_record(an_id(7)),
        ]
        for upload in staged + others:
            records.add(upload)

        listed = records.staged_for("alice", "uploads/alice/a")

        assert listed == sorted(staged, key=lambda upload: upload.upload_id)

    @staticmethod
    def a_staged(number: int, **changes: object) -> Upload:
        return a_record(
            an_id(number),
            **{
                "kind": TransferKind.STAGED,
                "object_key": f"incoming/alice/{number}",
                "target_key": "uploads/alice/a",
                **changes,
            },
        )

    def test_a_staged_upload_is_written_unless_its_key_has_a_file(self, records: RecordStore) -> None:
        """A ready one of the same owner; also of many at once, each gets its own answer."""
        file = self.a_staged(1, status=UploadStatus.READY, object_key="uploads/alice/taken")
        pending = self.a_staged(2, object_key="uploads/alice/pending")
        foreign = self.a_staged(3, owner="bob", status=UploadStatus.READY, object_key="uploads/alice/foreign")
        for upload in (file, pending, foreign):
            records.add(upload)
        targets = ("uploads/alice/taken", "uploads/alice/pending", "uploads/alice/foreign", "uploads/alice/free")
        new = [self.a_staged(10 + number, target_key=targets[number % 4]) for number in range(24)]
        start = Barrier(len(new))

        def add(upload: Upload) -> Upload | None:
            start.wait()
            return records.add_unless_file(upload)

        with ThreadPoolExecutor(len(new)) as pool:
            outcomes = list(pool.map(add, new))

        assert outcomes == [file, None, None, None] * 6
        written = [upload for upload, other in zip(new, outcomes, strict=True) if other is None]
        assert [records.get(upload.upload_id) for upload in new[0::4]] == [None] * 6
        assert [records.get(upload.upload_id) for upload in written] == written
        assert records.file_by_key("alice", "uploads/alice/taken") == file

    def test_of_staged_uploads_of_one_object_key_one_is_written(self, records: RecordStore) -> None:
        """The error of one does not affect the others, whose documents are written."""
        start = Barrier(12)

        def add(number: int) -> str:
            taken = {"object_key": "incoming/alice/taken"} if number % 2 else {}
            start.wait()
            try:
                assert records.add_unless_file(self.a_staged(number, **taken)) is None
            except ObjectKeyTaken:
                return "taken"
            return "added"

        with ThreadPoolExecutor(12) as pool:
            outcomes = list(pool.map(add, range(12)))

        assert outcomes[0::2] == ["added"] * 6
        assert sorted(outcomes[1::2]) == ["added"] + ["taken"] * 5
        added = {an_id(number) for number, outcome in enumerate(outcomes) if outcome == "added"}
        assert {upload.upload_id for upload in records.get_many([an_id(number) for number in range(12)])} == added

    def test_all_that_may_name_a_version_of_a_key_is_found(self, records: RecordStore) -> None:
        """The key's own document in any state, and the uploads that it replaced."""
        there = self.a_staged(1, status=UploadStatus.READY, object_key="uploads/alice/a")
        replaced = [self.a_staged(number, status=UploadStatus.REPLACED) for number in (2, 3)]
        others = [
            self.a_staged(4),
            self.a_staged(5, status=UploadStatus.DELETED),
            self.a_staged(6, status=UploadStatus.REPLACED, target_key="uploads/alice/ab"),
        ]
        for upload in [there, *replaced, *others]:
            records.add(upload)

        uploads = records.at_key("uploads/alice/a")

        assert sorted(uploads, key=lambda upload: upload.upload_id) == [there, *replaced]
        assert records.at_key("uploads/alice/none") == []

    def test_sums_what_is_under_way(self, records: RecordStore) -> None:
        """Pending uploads and tombstones that still wait for bytes, but no files and no other owner's."""
        rows: list[tuple[UploadStatus, int | None, int]] = [
            (UploadStatus.PENDING, 1, -1),
            (UploadStatus.PENDING, 2, 1),
            (UploadStatus.PENDING, None, 1),
            (UploadStatus.ABORTED, 4, 1),
            (UploadStatus.REJECTED, 8, 1),
            (UploadStatus.EXPIRED, 16, 1),
            (UploadStatus.DELETED, 32, 1),
            (UploadStatus.DELETED, 64, -1),
            (UploadStatus.ABORTED, 128, 0),
            (UploadStatus.READY, 256, 1),
            (UploadStatus.ATTACHED, 512, 1),
            (UploadStatus.REPLACED, 1024, 1),
        ]
        for number, (status, size_bytes, seconds) in enumerate(rows):
            until = CREATED_AT + timedelta(seconds=seconds)
            records.add(a_record(an_id(number), status=status, size_bytes=size_bytes, expires_at=until))
        records.add(a_record(an_id(90), owner="bob", size_bytes=2048))

        assert records.pending_bytes("alice", CREATED_AT, 10_000) == 63 + 10_000
        assert records.pending_bytes("alice", CREATED_AT, 2**40) == 63 + 2**40
        assert records.pending_bytes("carol", CREATED_AT, 10_000) == 0

    def test_what_was_found_of_an_undeclared_size_counts_where_it_is_more(self, records: RecordStore) -> None:
        """If a size was declared, only that counts."""
        for number, size_bytes in enumerate((None, 5)):
            records.add(a_record(an_id(number), size_bytes=size_bytes))
            records.change(an_id(number), {}, {"stored_bytes": 700})

        assert records.pending_bytes("alice", CREATED_AT, 10) == 705
        assert records.pending_bytes("alice", CREATED_AT, 10_000) == 10_005

    def test_pages_are_newest_first_and_complete(self, records: RecordStore) -> None:
        """For any page size, with many documents of the same millisecond."""
        uploads = [
            a_record(an_id(n), created_at=CREATED_AT + timedelta(milliseconds=n // 5), status=UploadStatus.READY)
            for n in range(23)
        ]
        for upload in uploads:
            records.add(upload)
        records.add(a_record(an_id(90), owner="bob", status=UploadStatus.READY))
        records.add(a_record(an_id(91)))

        for limit in (1, 4, 23, 50):
            seen: list[Upload] = []
            after = None
            while page := records.page(UploadQuery("alice", after=after, limit=limit)):
                assert len(page) <= limit
                seen += page
                after = Position(page[-1].created_at, page[-1].upload_id)
            assert seen == uploads[::-1]

    def test_a_page_of_a_mood_has_only_that_mood(self, records: RecordStore) -> None:
        """And so has its count."""
        for number in range(9):
            mood = ("happy", "sad", None)[number % 3]
            records.add(a_record(an_id(number), status=UploadStatus.READY, metadata=FileMetadata(mood=mood)))
        records.add(a_record(an_id(20), metadata=FileMetadata(mood="sad")))
        records.add(a_record(an_id(21), owner="bob", status=UploadStatus.READY, metadata=FileMetadata(mood="sad")))

        page = records.page(UploadQuery("alice", mood="sad"))

        assert [upload.upload_id for upload in page] == [an_id(7), an_id(4), an_id(1)]
        assert [records.count("alice", mood) for mood in ("happy", "sad", "neutral")] == [3, 3, 0]
        assert records.count("carol", "sad") == 0

    def test_what_is_due_comes_oldest_first(self, records: RecordStore) -> None:
        """In any state, up to the limit, and never a finished file."""
        states = list(UploadStatus)
        due = [
            a_record(an_id(n), status=states[n % len(states)], expires_at=CREATED_AT + timedelta(milliseconds=50 - n))
            for n in range(2 * len(states))
        ]
        for upload in due:
            records.add(upload)
        records.add(a_record(an_id(80), status=UploadStatus.READY, expires_at=None))
        records.add(a_record(an_id(81), expires_at=CREATED_AT + timedelta(milliseconds=51)))
        now = CREATED_AT + timedelta(milliseconds=50)

        assert list(records.due(now, 100)) == due[::-1]
        assert list(records.due(now, 3)) == due[::-1][:3]
        assert list(records.due(CREATED_AT, 100)) == []

    def test_what_nobody_confirmed_comes_oldest_first(self, records: RecordStore) -> None:
        """Only pending uploads, and only when their check is due."""
        waiting = [a_record(an_id(n), next_check_at=CREATED_AT + timedelta(milliseconds=50 - n)) for n in range(10)]
        for upload in waiting:
            records.add(upload)
        records.add(a_record(an_id(80), status=UploadStatus.READY, next_check_at=CREATED_AT))
        records.add(a_record(an_id(81), next_check_at=None))
        records.add(a_record(an_id(82), next_check_at=CREATED_AT + timedelta(milliseconds=51)))
        now = CREATED_AT + timedelta(milliseconds=50)

        assert list(records.unconfirmed(now, 100)) == waiting[::-1]
        assert list(records.unconfirmed(now, 3)) == waiting[::-1][:3]
        assert list(records.unconfirmed(CREATED_AT, 100)) == []
        records.change(an_id(9), {"status": UploadStatus.PENDING}, {"status": UploadStatus.READY})
        assert list(records.unconfirmed(now, 1)) == [waiting[8]]

    def test_states_are_read_by_their_ids(self, records: RecordStore) -> None:
        """Of those that exist, whoever owns them."""
        uploads = [a_record(an_id(1), owner="bob", status=UploadStatus.ABORTED), a_record(an_id(2), size_bytes=None)]
        records.add_many([*uploads, a_record(an_id(3))])

        states = records.states([an_id(number) for number in (0, 1, 2)])

        assert sorted(states, key=lambda state: state.upload_id) == [
            UploadState(an_id(1), "bob", UploadStatus.ABORTED, len(SONG)),
            UploadState(an_id(2), "alice", UploadStatus.PENDING, None),
        ]
        assert records.states([]) == []

    def test_usage_counts_what_is_alive(self, records: RecordStore) -> None:
        """The owner's pending uploads, files and covers; none of those that are named."""
        for number, status in enumerate(UploadStatus):
            records.add(a_record(an_id(number), status=status, size_bytes=10**number))
        records.add(a_record(an_id(20), size_bytes=None))
        records.add(a_record(an_id(21), size_bytes=None, stored_bytes=500))
        records.add(a_record(an_id(22), size_bytes=7, status=UploadStatus.READY))
        records.add(a_record(an_id(23), owner="bob", size_bytes=5 * 1024**4, status=UploadStatus.READY))

        usage = records.usage("alice", without=[an_id(22), an_id(23), an_id(99)], unknown_bytes=300)

        assert usage == Amounts(1 + 10 + 100 + 300 + 500, files=5, pending=3)
        assert records.usage("alice", without=[], unknown_bytes=300) == usage + Amounts(7, 1)
        assert records.usage("bob", without=[], unknown_bytes=0) == Amounts(5 * 1024**4, 1)
        assert records.usage("carol", without=[], unknown_bytes=0) == Amounts()

    def test_what_is_recorded_comes_in_the_order_of_keys(self, records: RecordStore) -> None:
        """One bucket's documents in any state, over several pages, sorted by bytes as stores sort."""
        odd = ["Z", "a", "a.b", "a/b", "a0", "é", "日本", "\uffff", "🎵"]
        keys = [f"uploads/alice/{name}" for name in [*odd, *(f"n{number:04d}" for number in range(1100))]]
        records.add_many([a_record(f"id {key}", object_key=key) for key in reversed(keys)])
        records.add(replace(FULL, object_key="incoming/alice/1"))
        records.add(a_record(an_id(2), bucket="videos"))

        rows = list(records.iter_recorded("mybucket"))

        assert [row.object_key.encode() for row in rows] == sorted(key.encode() for key in ["incoming/alice/1", *keys])
        # Its bytes moved here after the confirm.
        facts = (FULL.upload_id, UploadStatus.READY, FULL.etag, FULL.version_id, FULL.moved_at, FULL.size_bytes)
        assert rows[0] == RecordedObject("incoming/alice/1", *facts, "mybucket")
        assert (rows[1].upload_id, rows[1].status) == (f"id {rows[1].object_key}", UploadStatus.PENDING)
        assert [row.upload_id for row in records.iter_recorded("videos")] == [an_id(2)]
        assert list(records.iter_recorded("another")) == []

    def test_files_that_left_a_copy_are_found_by_its_bucket(self, records: RecordStore) -> None:
        """In the order of their keys, over several pages, wherever the files are now."""
        keys = [f"uploads/alice/n{number:04d}" for number in range(1100)]
        copy = LeftCopy("2:moved", "v1", "etag", CREATED_AT)
        records.add_many([a_record(f"id {key}", object_key=key, left=copy) for key in reversed(keys)])
        records.add(a_record(an_id(1), object_key="uploads/z", bucket="2:moved", left=replace(copy, bucket="mybucket")))
        records.add(a_record(an_id(2), bucket="2:moved"))

        assert list(records.iter_left("2:moved")) == [f"id {key}" for key in keys]
        assert list(records.iter_left("mybucket")) == [an_id(1)]
        assert list(records.iter_left("moved")) == []
        records.change(an_id(1), {}, {"left": None})
        assert list(records.iter_left("mybucket")) == []

    def test_files_in_other_buckets_are_recorded_elsewhere(self, records: RecordStore) -> None:
        """Those whose bytes exist, in the order of their keys, over several pages."""
        ready = {"status": UploadStatus.READY, "expires_at": None}
        keys = [f"uploads/alice/n{number:04d}" for number in range(1100)]
        records.add_many([a_record(f"id {key}", object_key=key, bucket="old", **ready) for key in reversed(keys)])
        records.add(a_record(an_id(1), bucket="older", object_key="uploads/z", **ready | {"status": "attached"}))
        records.add(a_record(an_id(2), bucket="old"))
        records.add(a_record(an_id(3), bucket="videos", **ready))
        records.add(FULL)

        rows = list(records.iter_recorded_elsewhere(["mybucket", "videos"]))

        old = [("old", key) for key in keys]
        assert [(row.bucket, row.object_key) for row in rows] == [*old, ("older", "uploads/z")]
        assert list(records.iter_recorded_elsewhere(["mybucket", "videos", "old", "older"])) == []

    def test_preparing_again_changes_nothing(self, records: RecordStore) -> None:
        """Each worker prepares at each start."""
        records.add(FULL)

        records.prepare()
        records.ping()

        assert records.get(FULL.upload_id) == FULL
