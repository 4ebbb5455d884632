"""A song's cover: set, replaced and removed, by any caller and concurrently.

Whole means, after the sweeps: each file has either no cover or one whose bytes are stored, and store and database
contain nothing besides files and their covers.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from service.ports import Ports
from service.shared.errors import MoodropError, ScopeMissing, ValidationFailed
from service.shared.model import Caller
from service.shared.scopes import FILES_WRITE, UPLOADS_WRITE
from service.uploads.errors import (
    ContentTypeNotAllowed,
    CoverMissing,
    FileDeleted,
    FileNotFound,
    FileTooLarge,
    UploadFinished,
)
from service.uploads.metadata import FileMetadata
from service.uploads.model import Upload, UploadStatus
from service.uploads.policy import MAX_COVER_BYTES
from service.uploads.queries import UploadQuery
from service.uploads.search import prefixes_of
from service.uploads.usecases.covers import find_cover, remove_cover
from service.uploads.usecases.files.delete import delete_file
from service.uploads.usecases.files.download import DownloadOptions
from service.uploads.usecases.files.download_many import download_by_ids
from service.uploads.usecases.files.edit import edit_file
from service.uploads.usecases.files.read import count_by_mood, get_file, list_files
from service.uploads.usecases.starting.abort import abort_upload
from service.uploads.usecases.starting.read import list_uploads
from service.uploads.usecases.starting.start import start_upload
from service.uploads.usecases.upkeep.reconcile import Problem, Tally, reconcile
from service.uploads.usecases.upkeep.store_events import handle_object_created
from service.uploads.usecases.upkeep.sweep import sweep
from tests.builders import (
    ALICE,
    BOB,
    OTHER_PICTURE,
    PICTURE,
    a_covered_file,
    a_file,
    a_sent_cover,
    a_sent_upload,
    confirm_upload,
    fetch,
)
from tests.conftest import Clock
from tests.helpers.covers import LONG_AFTER, a_cover_in_parts, a_cover_of, confirm, cover_of, files, whole

NO_SUCH = "01JD8ZK3V0X5W9QH2M4N6P9999"


# --- what a cover is ---------------------------------------------------------------------------
def test_a_confirmed_cover_is_the_songs(ports: Ports, clock: Clock) -> None:
    """Every confirm returns the song in its new state."""
    song = a_file(ports)
    cover = a_sent_cover(ports, song)

    covered = confirm(ports, cover)

    assert covered == replace(song, cover_id=cover.upload_id, revision=song.revision + 1)
    assert confirm(ports, cover) == covered == get_file(ports, ALICE, song.upload_id)
    assert cover_of(ports, song) == PICTURE
    assert whole(ports, clock) == [PICTURE]


def test_a_cover_is_no_file(ports: Ports) -> None:
    """Nor is it listed among uploads that become files."""
    song = a_file(ports)
    waiting = a_sent_cover(ports, song)

    def shown_as_its_own() -> list[object]:
        pending = list_uploads(ports, ALICE, UploadQuery("alice", UploadStatus.PENDING))
        listed = list_files(ports, ALICE, UploadQuery("alice", prefixes=prefixes_of("cover")))
        [grant] = download_by_ids(ports, ALICE, [waiting.upload_id], DownloadOptions())
        return [pending, listed, type(grant), files(ports), count_by_mood(ports, ALICE)[None]]

    assert shown_as_its_own() == [[], [], FileNotFound, [song], 1]
    covered = confirm(ports, waiting)
    assert shown_as_its_own() == [[], [], FileNotFound, [covered], 1]
    calls: list[Callable[[], object]] = [
        lambda: get_file(ports, ALICE, waiting.upload_id),
        lambda: delete_file(ports, ALICE, waiting.upload_id),
        lambda: edit_file(ports, ALICE, waiting.upload_id, {"title": "x"}),
        lambda: a_sent_cover(ports, waiting),
        lambda: remove_cover(ports, ALICE, waiting.upload_id),
    ]
    for call in calls:
        with pytest.raises(FileNotFound):
            call()
    with pytest.raises(UploadFinished):
        abort_upload(ports, ALICE, waiting.upload_id)
    remove_cover(ports, ALICE, song.upload_id)
    for call in calls:
        with pytest.raises(FileNotFound):
            call()


def test_the_rest_of_the_song_is_as_it_was(ports: Ports) -> None:
    """Its metadata and edits stay, and a song confirmed by an event still waits for its client's description."""
    sent = a_sent_upload(ports)
    handle_object_created(ports, sent.bucket, sent.object_key)

    confirm(ports, a_sent_cover(ports, sent))
    confirmed = confirm_upload(ports, ALICE, sent.upload_id, FileMetadata(title="Blue"))
    edited = edit_file(ports, ALICE, sent.upload_id, {"artist": "A"}, revisions=[confirmed.revision])

    assert (edited.metadata.title, edited.metadata.artist, edited.confirmed_by) == ("Blue", "A", "client")
    assert cover_of(ports, sent) == PICTURE
    assert [file.upload_id for file in list_files(ports, ALICE, UploadQuery("alice", prefixes=("blue",)))] == [
        sent.upload_id
    ]


def test_whoever_may_see_the_song_may_see_its_cover(ports: Ports) -> None:
    """The cover has no visibility of its own."""
    song = a_covered_file(ports)

    with pytest.raises(FileNotFound):
        get_file(ports, BOB, song.upload_id)
    edit_file(ports, ALICE, song.upload_id, {"visibility": "public"})

    assert fetch(ports, find_cover(ports, get_file(ports, BOB, song.upload_id))) == PICTURE
    assert list_files(ports, BOB, UploadQuery(None)) == [get_file(ports, ALICE, song.upload_id)]


@pytest.mark.parametrize("cover_id", ["", NO_SUCH])
def test_a_cover_that_is_not_there_is_said_to_be_missing(ports: Ports, cover_id: str) -> None:
    """If there is none, or another than the requested one."""
    with pytest.raises(CoverMissing):
        find_cover(ports, a_file(ports), cover_id or None)
    with pytest.raises(CoverMissing):
        find_cover(ports, a_covered_file(ports), cover_id or "x")


# --- what may be one ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"content_type": "audio/mpeg"}, ContentTypeNotAllowed),
        ({"content_type": "application/pdf"}, ContentTypeNotAllowed),
        ({"content_type": "image/svg+xml"}, ContentTypeNotAllowed),
        ({"size_bytes": MAX_COVER_BYTES + 1}, FileTooLarge),
        ({"metadata": FileMetadata(mood="happy")}, ValidationFailed),
        ({"metadata": FileMetadata(title="x", visibility="public")}, ValidationFailed),
        ({"cover_of": NO_SUCH}, FileNotFound),
    ],
)
def test_what_cannot_be_a_cover_is_refused(ports: Ports, changes: dict[str, Any], error: type[MoodropError]) -> None:
    """Before anything is written."""
    song = a_file(ports)

    with pytest.raises(error):
        start_upload(ports, ALICE, a_cover_of(song, **changes))

    assert [row.upload_id for row in ports.records.iter_recorded("mybucket")] == [song.upload_id]


def test_a_cover_of_the_largest_size_is_taken(ports: Ports) -> None:
    """In every picture type; if the service allows no pictures, in none."""
    song = a_file(ports)
    audio_only = replace(ports, policy=replace(ports.policy, allowed_content_types=("audio/*",)))

    for content_type in ports.policy.cover_content_types:
        start_upload(ports, ALICE, a_cover_of(song, content_type=content_type, size_bytes=MAX_COVER_BYTES))
        with pytest.raises(ContentTypeNotAllowed):
            start_upload(audio_only, ALICE, a_cover_of(song, content_type=content_type))

    assert len(ports.policy.cover_content_types) == 5
    assert audio_only.policy.cover_content_types == ()


def test_only_the_owner_of_a_file_sets_its_cover(ports: Ports) -> None:
    """Uploading does not imply changing files, even public ones; and the song must be a file."""
    public = edit_file(ports, ALICE, a_file(ports).upload_id, {"visibility": "public"})

    for call in (
        lambda: start_upload(ports, BOB, a_cover_of(public)),
        lambda: remove_cover(ports, BOB, public.upload_id),
    ):
        with pytest.raises(FileNotFound):
            call()
    with pytest.raises(FileNotFound):
        start_upload(ports, ALICE, a_cover_of(a_sent_upload(ports)))
    with pytest.raises(ScopeMissing):
        start_upload(ports, Caller("alice", frozenset({UPLOADS_WRITE})), a_cover_of(public))
    with pytest.raises(ScopeMissing):
        start_upload(ports, Caller("alice", frozenset({FILES_WRITE})), a_cover_of(public))
    with pytest.raises(ScopeMissing):
        remove_cover(ports, Caller("alice", frozenset({UPLOADS_WRITE})), public.upload_id)


def test_a_confirm_of_a_cover_says_nothing_of_it(ports: Ports) -> None:
    """Its start accepts no metadata either."""
    cover = a_sent_cover(ports, a_file(ports))

    with pytest.raises(ValidationFailed):
        confirm_upload(ports, ALICE, cover.upload_id, FileMetadata(title="x"))

    assert ports.records.get(cover.upload_id) == cover


def test_a_repeated_start_is_the_same_cover(ports: Ports) -> None:
    """By its Idempotency-Key; the same picture for another song is another cover."""
    first, second = a_file(ports), a_file(ports)

    ids = [start_upload(ports, ALICE, a_cover_of(first), "key")[0].upload_id for _ in range(2)]

    assert ids[0] == ids[1]
    with pytest.raises(MoodropError, match="with another body"):
        start_upload(ports, ALICE, a_cover_of(second), "key")


# --- which one stays ---------------------------------------------------------------------------
def test_a_new_cover_takes_the_place_of_the_old(ports: Ports, clock: Clock) -> None:
    """The old bytes are removed at once, and the old URL cannot bring them back."""
    song = a_covered_file(ports)
    old = find_cover(ports, song)

    covered = confirm(ports, a_sent_cover(ports, song, OTHER_PICTURE))

    assert cover_of(ports, song) == OTHER_PICTURE
    assert covered.revision == song.revision + 1
    assert ports.objects.head(old.bucket, old.object_key) is None
    with pytest.raises(FileDeleted):
        confirm(ports, old)
    assert whole(ports, clock) == [OTHER_PICTURE]


def test_the_cover_that_was_started_last_stays(ports: Ports, clock: Clock) -> None:
    """Even if an older one arrives later: nobody wants a replaced cover back."""
    song = a_file(ports)
    older, newer = a_sent_cover(ports, song), a_sent_cover(ports, song, OTHER_PICTURE)

    confirm(ports, newer)
    with pytest.raises(FileDeleted):
        confirm(ports, older)

    assert whole(ports, clock) == [OTHER_PICTURE]


def test_an_older_cover_that_the_sweeper_finds_changes_nothing(ports: Ports, clock: Clock) -> None:
    """Its client disconnected after the last byte, and later sent another one."""
    song = a_file(ports)
    a_sent_cover(ports, song)
    confirm(ports, a_sent_cover(ports, song, OTHER_PICTURE))

    assert whole(ports, clock) == [OTHER_PICTURE]


def test_a_cover_that_nobody_confirms_is_found(ports: Ports, clock: Clock) -> None:
    """By the store's event or the sweeper."""
    notified, silent = a_file(ports), a_file(ports)
    cover = a_sent_cover(ports, notified)
    a_sent_cover(ports, silent, OTHER_PICTURE)

    handle_object_created(ports, cover.bucket, cover.object_key)

    assert cover_of(ports, notified) == PICTURE
    clock.pass_(70)
    sweep(ports)
    assert cover_of(ports, silent) == OTHER_PICTURE
    assert sorted(map(str, whole(ports, clock))) == sorted([str(PICTURE), str(OTHER_PICTURE)])


def test_a_cover_in_parts_is_one_as_well(ports: Ports, clock: Clock) -> None:
    confirm(ports, a_cover_in_parts(ports))

    assert whole(ports, clock) == [PICTURE]
    assert ports.objects.open_multiparts() == []


def test_confirms_at_once_leave_one_cover(make_ports: Callable[[], tuple[Ports, Clock]]) -> None:
    """Eight covers, each confirmed twice: the one started last stays, and earlier ones are told so."""
    for _ in range(5):
        ports, clock = make_ports()
        song = a_file(ports)
        pictures = [PICTURE + bytes([number]) for number in range(8)]
        covers = [a_sent_cover(ports, song, picture) for picture in pictures]

        def outcome_of(cover: Upload, ports: Ports = ports) -> str:
            try:
                return str(confirm(ports, cover).cover_id)
            except FileDeleted:
                return "removed"

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(outcome_of, covers * 2))

        assert answers[7] == answers[15] == covers[7].upload_id
        for cover, answer in zip(covers * 2, answers, strict=True):
            assert answer in (cover.upload_id, "removed")
        assert whole(ports, clock) == [pictures[7]]


# --- taken away --------------------------------------------------------------------------------
def test_a_cover_is_taken_away(ports: Ports, clock: Clock) -> None:
    """Including pending ones; removing it again succeeds."""
    song = a_covered_file(ports)
    waiting = a_sent_cover(ports, song, OTHER_PICTURE)

    for _ in range(2):
        remove_cover(ports, ALICE, song.upload_id)

    assert cover_of(ports, song) is None
    assert get_file(ports, ALICE, song.upload_id) == replace(song, cover_id=None, revision=song.revision + 1)
    with pytest.raises(MoodropError):
        confirm(ports, waiting)
    assert whole(ports, clock) == [None]


def test_a_song_takes_its_covers_with_it(ports: Ports, clock: Clock) -> None:
    """The current one and pending ones."""
    song = a_covered_file(ports)
    waiting = a_sent_cover(ports, song, OTHER_PICTURE)

    delete_file(ports, ALICE, song.upload_id)

    assert ports.objects.keys() == []
    with pytest.raises(MoodropError):
        confirm(ports, waiting)
    assert whole(ports, clock) == []


def test_a_song_that_is_swept_at_once_takes_its_covers_with_it(ports: Ports, clock: Clock) -> None:
    """Its URL has expired long ago, so no tombstone is left."""
    song = a_covered_file(ports)
    clock.pass_(LONG_AFTER)

    delete_file(ports, ALICE, song.upload_id)

    assert ports.records.get(song.upload_id) is None
    assert ports.objects.keys() == []
    assert whole(ports, clock) == []


def test_a_cover_without_bytes_is_told_as_lost(ports: Ports, clock: Clock) -> None:
    """Like a file; and an intact cover is not reported as unknown."""
    song = a_covered_file(ports)
    clock.pass_(2 * LONG_AFTER)
    assert list(reconcile(ports, Tally())) == []
    cover = find_cover(ports, song)
    ports.objects.purge(cover.bucket, cover.object_key)

    [finding] = reconcile(ports, Tally())

    assert (finding.problem, finding.upload_id) == (Problem.LOST_FILE, cover.upload_id)
