"""MAX_PENDING_BYTES limits the pending bytes of one owner, whichever call starts the uploads."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from threading import Event, Semaphore
from time import sleep
from typing import Any, cast

import pytest

from service.bounded import bounded
from service.companion.usecases.parts import sign_parts
from service.companion.usecases.uploads import FileToCome, start_multipart, start_single
from service.ports import Ports
from service.settings import Settings
from service.shared.errors import DatabaseUnavailable, MoodropError
from service.shared.model import Caller, Grant
from service.shared.scopes import ALL_SCOPES
from service.uploads.allowances import MOST_OWNERS, Allowances
from service.uploads.errors import GrantExhausted, TooMuchPending
from service.uploads.metadata import FileMetadata
from service.uploads.model import Upload
from service.uploads.policy import Policy
from service.uploads.ports.records import RecordStore
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.files.delete import delete_file
from service.uploads.usecases.starting.abort import abort_upload
from service.uploads.usecases.starting.start import start_staged, start_upload
from service.uploads.usecases.starting.start_many import start_uploads
from service.uploads.usecases.upkeep.sweep import sweep
from tests.builders import (
    ALICE,
    BOB,
    MIN_PART,
    NO_METADATA,
    PICTURE,
    SONG,
    STAGED_KEY,
    a_declaration,
    a_file,
    a_sent_upload,
    later,
    send,
)
from tests.conftest import Clock

ROOM = 10 * len(SONG)


@pytest.fixture
def bound(ports: Ports) -> Ports:
    """Return ports with room for ten songs, each of the largest size."""
    return with_room(ports, ROOM)


def with_room(ports: Ports, room: int, largest: int = len(SONG)) -> Ports:
    return replace(ports, policy=replace(ports.policy, max_pending_bytes=room, max_upload_bytes=largest))


def pending(ports: Ports, owner: str = "alice") -> int:
    return ports.records.pending_bytes(owner, ports.now(), ports.policy.undeclared_bytes)


def fill(ports: Ports, count: int) -> list[Upload]:
    return [start_upload(ports, ALICE, a_declaration())[0] for _ in range(count)]


def single(ports: Ports, caller: Caller = ALICE) -> Any:
    return start_upload(ports, caller, a_declaration())


def named(ports: Ports, caller: Caller = ALICE) -> Any:
    return start_upload(ports, caller, a_declaration(), idempotency_key="again")


def of_a_batch(ports: Ports, caller: Caller = ALICE) -> Any:
    [result] = start_uploads(ports, caller, [a_declaration()])
    if isinstance(result, MoodropError):
        raise result
    return result


def staged(ports: Ports, caller: Caller = ALICE) -> Any:
    return start_staged(ports, caller, f"uploads/{caller.owner}/a.mp3")


FILE = FileToCome("song.mp3", "audio/mpeg", FileMetadata())
SIZED = replace(FILE, size_bytes=len(SONG))


def a_form(ports: Ports, caller: Caller = ALICE) -> Any:
    return start_single(ports, caller, FILE, sends_headers=False)


def a_sealed_put(ports: Ports, caller: Caller = ALICE) -> Any:
    return start_single(ports, caller, SIZED, sends_headers=True)


def undeclared_parts(ports: Ports, caller: Caller = ALICE) -> Any:
    return start_multipart(ports, caller, FILE)


def parts_without_a_type(ports: Ports, caller: Caller = ALICE) -> Any:
    return start_multipart(ports, caller, replace(FILE, content_type=None))


STARTS = [single, named, of_a_batch, staged, a_form, a_sealed_put, undeclared_parts, parts_without_a_type]


@pytest.mark.parametrize("start", STARTS)
def test_beyond_the_bound_nothing_is_started(bound: Ports, start: Callable[..., Any]) -> None:
    """In every call; an undeclared size counts as the largest allowed one."""
    fill(bound, 9)
    start(bound)
    assert pending(bound) == ROOM

    with pytest.raises(TooMuchPending, match=f"{ROOM} bytes are under way"):
        start(bound) if start is not named else single(bound)

    assert pending(bound) == ROOM
    start(bound, BOB)  # who has his own room


def test_a_cover_needs_room_too(ports: Ports) -> None:
    """Until it is attached, it is an upload like others."""
    file = a_file(ports)
    bound = with_room(ports, len(PICTURE), len(PICTURE))
    fields: dict[str, Any] = {"filename": "cover.jpg", "content_type": "image/jpeg", "metadata": NO_METADATA}
    cover = a_declaration(PICTURE, cover_of=file.upload_id, **fields)
    start_upload(bound, ALICE, cover)

    with pytest.raises(TooMuchPending):
        start_upload(bound, ALICE, cover)


def test_the_rows_of_a_batch_that_fit_are_started(bound: Ports) -> None:
    """As if each had come alone; a small one behind a large one still fits."""
    fill(bound, 8)
    rows = [a_declaration(), a_declaration(SONG[:10]), a_declaration(), a_declaration(SONG[:10])]

    started = start_uploads(bound, ALICE, rows)

    assert [isinstance(row, TooMuchPending) for row in started] == [False, False, True, False]
    assert pending(bound) == ROOM


def test_a_repeated_request_counts_once(bound: Ports) -> None:
    """It gets its own upload, even if there is no more room."""
    first, _ = named(bound)
    fill(bound, 9)

    again, _ = named(bound)

    assert again.upload_id == first.upload_id
    assert pending(bound) == ROOM


def ids_of(started: list[Any]) -> list[str]:
    return [row[0].upload_id for row in started if not isinstance(row, MoodropError)]


def test_a_repeated_batch_counts_once(bound: Ports) -> None:
    """Row by row: started ones are found again, and refused ones refused again."""
    first = start_uploads(bound, ALICE, [a_declaration()] * 12, "key")
    again = start_uploads(bound, ALICE, [a_declaration()] * 12, "key")

    assert [isinstance(row, MoodropError) for row in first] == [False] * 10 + [True] * 2
    assert [isinstance(row, TooMuchPending) for row in again] == [False] * 10 + [True] * 2
    assert ids_of(again) == ids_of(first)
    assert pending(bound) == ROOM


def test_a_refused_start_takes_nothing_from_its_token(bound: Ports) -> None:
    """Otherwise retries would use up the token."""
    grant = Grant(max_files=1, usage_id="once", expires_at=bound.now())
    once = Caller("alice", frozenset(ALL_SCOPES), grant=grant)
    ten = fill(bound, 10)
    for start in (single, of_a_batch, staged, a_form, undeclared_parts):
        with pytest.raises(TooMuchPending):
            start(bound, once)

    bound.records.remove(ten[0].upload_id, {})
    single(bound, once)
    bound.records.remove(ten[1].upload_id, {})
    with pytest.raises(GrantExhausted):
        single(bound, once)


def confirm_all(ports: Ports, uploads: list[Upload]) -> None:
    for upload in uploads:
        confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)


def test_a_confirm_gives_room(bound: Ports) -> None:
    """A file no longer counts as pending."""
    sent = [a_sent_upload(bound) for _ in range(10)]
    with pytest.raises(TooMuchPending):
        single(bound)

    confirm_all(bound, sent)

    fill(bound, 10)


def test_an_abort_gives_room_when_its_url_is_dead(bound: Ports) -> None:
    """Until then the URL may still bring bytes, repeatedly."""
    for upload in fill(bound, 10):
        abort_upload(bound, ALICE, upload.upload_id)
    with pytest.raises(TooMuchPending):
        single(bound)

    fill(later(bound, seconds=700), 10)


def test_a_deleted_file_takes_room_only_while_its_url_lives(bound: Ports) -> None:
    """Its URL could bring the bytes back; an old file has none."""
    old = [a_file(bound) for _ in range(10)]
    after = later(bound, days=1)
    for file in old:
        delete_file(after, ALICE, file.upload_id)

    young = [a_sent_upload(after) for _ in range(10)]
    confirm_all(after, young)
    for file in young:
        delete_file(after, ALICE, file.upload_id)

    with pytest.raises(TooMuchPending):
        single(after)


def test_the_sweeper_gives_room(bound: Ports, clock: Clock) -> None:
    """A day later, for uploads that nobody sent."""
    fill(bound, 10)
    clock.pass_(100_000)
    sweep(bound)

    fill(later(bound, seconds=1000), 10)


def test_of_fifty_starts_at_once_exactly_ten_are_taken(bound: Ports, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one process: starts that need a sum wait until the others' documents are written."""
    add = bound.records.add

    def add_slowly(upload: Upload) -> None:
        sleep(0.005)
        add(upload)

    monkeypatch.setattr(bound.records, "add", add_slowly)

    def start(number: int) -> bool:
        try:
            STARTS[number % 8](bound) if STARTS[number % 8] is not named else single(bound)
        except TooMuchPending:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        taken = list(pool.map(start, range(50)))

    assert sum(taken) == 10
    assert pending(bound) == ROOM


def test_those_who_wait_for_a_sum_hold_no_more_threads_than_other_calls(
    bound: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise one owner near the limit, with a slow database, could block a worker."""
    monkeypatch.setattr("service.uploads.allowances.LONGEST_WAIT_S", 60)
    answered, records = Event(), bound.records

    class Slow:
        def __getattr__(self, name: str) -> Any:
            return getattr(records, name)

        def pending_bytes(self, owner: str, now: datetime, undeclared_bytes: int) -> int:
            answered.wait(60)
            return records.pending_bytes(owner, now, undeclared_bytes)

    gated = bounded(replace(bound, records=cast(RecordStore, Slow())), threads=8)
    with ThreadPoolExecutor(8) as pool:
        starts = [pool.submit(single, gated) for _ in range(8)]
        try:
            wait(starts, timeout=3)
            refused = [start for start in starts if start.done()]
        finally:
            answered.set()

    assert len(refused) == 4
    assert all(isinstance(start.exception(), DatabaseUnavailable) for start in refused)
    assert all(start.result() for start in starts if start not in refused)


def fill_up(ports: Ports) -> None:
    with suppress(TooMuchPending):
        fill(ports, 1000)


def test_several_processes_exceed_the_bound_by_what_they_were_allowed_at_most(bound: Ports) -> None:
    """Each may start a sixteenth of what it found free without asking again."""
    roomy = with_room(bound, 160 * len(SONG))
    others = [replace(roomy, allowances=Allowances()) for _ in range(3)]
    for other in others:
        single(other)

    for each in (roomy, *others):
        fill_up(each)

    assert 160 * len(SONG) < pending(roomy) <= 160 * len(SONG) * (1 + 3 / 16)


def test_far_from_the_bound_nobody_asks_for_the_sum(ports: Ports) -> None:
    """Then a start is a single insert."""
    single(ports)
    asked: list[str] = []
    records = ports.records

    class Counts:
        def __getattr__(self, name: str) -> Any:
            asked.append(name)
            return getattr(records, name)

    for _ in range(100):
        single(replace(ports, records=Counts()))  # type: ignore[arg-type]

    assert asked == ["add"] * 100


def test_those_who_come_at_once_share_a_sum(ports: Ports) -> None:
    """Otherwise each would sum anew, and meanwhile more would come: many clients at once would never leave this."""
    records, are_all_here, came = ports.records, Event(), Semaphore(0)
    sums: list[str] = []

    class Watched:
        def __getattr__(self, name: str) -> Any:
            return getattr(records, name)

        @contextmanager
        def many(self, owner: str) -> Iterator[None]:
            came.release()
            with records.many(owner):
                yield

        def pending_bytes(self, owner: str, now: datetime, undeclared_bytes: int) -> int:
            are_all_here.wait(60)
            sums.append(owner)
            return records.pending_bytes(owner, now, undeclared_bytes)

    watched = replace(with_room(ports, 1000 * len(SONG)), records=cast(RecordStore, Watched()))
    with ThreadPoolExecutor(8) as pool:
        starts = [pool.submit(single, watched) for _ in range(8)]
        for _ in starts:
            assert came.acquire(timeout=60)
        are_all_here.set()
        assert all(start.result(timeout=60) for start in starts)

    assert sums == ["alice"]
    assert pending(ports) == 8 * len(SONG)


def test_a_start_that_could_not_be_written_frees_its_room(bound: Ports) -> None:
    """The next sum comes from the database."""

    class Down:
        many = bound.records.many
        pending_bytes = bound.records.pending_bytes

        def add(self, _: Upload) -> None:
            raise OSError("cut off")

    for _ in range(20):
        with pytest.raises(OSError, match="cut off"):
            single(replace(bound, records=Down()))  # type: ignore[arg-type]

    fill(bound, 10)


def test_the_largest_file_always_finds_room(ports: Ports) -> None:
    """A limit below MAX_UPLOAD_BYTES would refuse it for ever; 0 means no limit."""
    low = Policy.from_settings(Settings(auth_mode="open", max_pending_bytes=1, max_upload_bytes=len(SONG)))
    off = Policy.from_settings(Settings(auth_mode="open", max_pending_bytes=0, max_upload_bytes=len(SONG)))

    assert low.max_pending_bytes == len(SONG)
    fill(replace(ports, policy=off), 50)


def test_only_the_owners_seen_last_are_remembered() -> None:
    """A returning owner is summed again."""
    allowances = Allowances()
    first = allowances.of("first")
    for number in range(MOST_OWNERS):
        allowances.of(str(number))

    assert allowances.of("0") is not allowances.of("1")
    assert allowances.of("first") is not first


def test_the_pending_state_counts_until_it_is_ended(bound: Ports) -> None:
    """Even after its expiry, because its bytes may be stored until the sweeper has run."""
    fill(bound, 10)

    with pytest.raises(TooMuchPending):
        single(later(bound, days=9))


def test_staged_uploads_take_room_by_the_limit(bound: Ports) -> None:
    """Even repeatedly for one key, since each URL may bring its own file."""
    for _ in range(10):
        start_staged(bound, ALICE, STAGED_KEY)
    with pytest.raises(TooMuchPending):
        start_staged(bound, ALICE, STAGED_KEY)


def test_urls_that_bring_nothing_take_little_room() -> None:
    """Some backends request thousands with one token, and most are never used."""
    policy = Policy.from_settings(Settings(auth_mode="open"))

    assert policy.max_pending_bytes / policy.pending_bytes_of(None) > 50_000


def two_songs_staged(ports: Ports) -> None:
    _, transfer = start_staged(ports, ALICE, STAGED_KEY)
    for _ in range(2):
        assert send(ports, transfer, bytes(2 * MIN_PART), {"content-type": "audio/mpeg"}).status == 200


def parts_of_two_songs(ports: Ports) -> None:
    upload = start_multipart(ports, ALICE, FILE)
    for request in sign_parts(ports, ALICE, upload.upload_id, None, [1, 2]).values():
        assert send(ports, request, bytes(MIN_PART)).status == 200


@pytest.mark.parametrize("begun", [two_songs_staged, parts_of_two_songs])
def test_what_a_look_finds_of_an_undeclared_size_counts(
    ports: Ports, clock: Clock, begun: Callable[[Ports], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """So stored bytes are limited, except those that arrive before the next check."""
    monkeypatch.setattr("service.uploads.policy.UNDECLARED_BYTES", MIN_PART)
    roomy = with_room(ports, 3 * MIN_PART, 2 * MIN_PART)
    roomy = replace(roomy, policy=replace(roomy.policy, upload_url_expires_in=900))
    begun(roomy)
    assert pending(roomy) == MIN_PART
    clock.pass_(60)
    sweep(roomy)

    assert pending(roomy) == 2 * MIN_PART
    staged(roomy)
    with pytest.raises(TooMuchPending):
        staged(roomy)
