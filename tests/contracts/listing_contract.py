"""What every RecordStore promises about lists: filters, order, and pages while others write."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from fnmatch import fnmatchcase
from itertools import count, product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.uploads.metadata import FileMetadata
from service.uploads.model import Upload, UploadStatus
from service.uploads.ports.records import RecordStore
from service.uploads.queries import FileGroup, GroupBy, Position, Sort, UploadQuery
from service.uploads.search import NONE_LAST, index_fields, name_key, prefixes_of
from tests.builders import CREATED_AT, a_record

TITLES = ["Tönë", "tone", "Straße 1", "b", "B side", "日本の歌", "", None]
ARTISTS = ["Zoë", "zoe", None, "Ärger", "b", "\N{COMBINING ACUTE ACCENT}"]
ALBUMS = ["Blue", None, "blue", "Above", "日本"]
LENGTHS = [None, 3.5, 200.0, 0.0, 3.5]
MOODS = ["happy", "sad", None]
TAGS: list[list[str] | None] = [["live"], ["live", "b-side"], [], None]
SIZES = [0, 3, 3_000_000_000]
TYPES = ["audio/mpeg", "audio/ogg", "audio0/x", "video/mp4"]
VISIBILITIES = ["public", "private", None]
# Examples of one test share a database, never a document.
NUMBERS = count()


def a_listed(number: int, **changes: Any) -> Upload:
    """Return a file as listing knows it: words and sort key follow from its metadata."""
    upload_id = f"01JD8ZK3V0X5W9QH{number:010d}"
    file = a_record(upload_id, **{"status": UploadStatus.READY, "object_key": f"uploads/{upload_id}", **changes})
    return replace(file, **index_fields(file.filename, file.metadata))


def various() -> Iterator[Upload]:
    """Return files of two owners with many combinations of values, and uploads that are not files."""
    cycles = (_cycled(some) for some in (TITLES, MOODS, TAGS, TYPES, VISIBILITIES, SIZES))
    names = zip(_cycled(ARTISTS), _cycled(ALBUMS), _cycled(LENGTHS), strict=False)
    for number, title, mood, tags, content_type, visibility, size in zip(range(200), *cycles, strict=False):
        artist, album, seconds = next(names)
        yield a_listed(
            next(NUMBERS),
            owner=("alice", "alice", "bob")[number // 3 % 3],
            status=UploadStatus.PENDING if number % 11 == 5 else UploadStatus.READY,
            metadata=FileMetadata(
                title=title,
                mood=mood,
                tags=tags,
                visibility=visibility,
                artist=artist,
                album=album,
                duration_seconds=seconds,
            ),
            content_type=content_type,
            size_bytes=size,
            filename=f"my_song-{number % 5}.mp3",
            created_at=CREATED_AT + timedelta(milliseconds=number * 7 % 30),
        )


def _cycled(values: list[Any]) -> Iterator[Any]:
    # A different stride for each length, so that the lists stay out of step.
    return (values[(number + number // len(values) * (len(values) - 1)) % len(values)] for number in count())


def _matches(file: Upload, query: UploadQuery) -> bool:
    words, metadata = file.words, file.metadata
    return all(
        (
            file.owner == query.owner if query.owner else metadata.visibility == "public",
            file.status is query.status,
            query.mood is None or metadata.mood == query.mood,
            query.tag is None or query.tag in (metadata.tags or []),
            not query.sizes or file.size_bytes in query.sizes,
            query.artist in (None, file.sort_artist),
            query.album in (None, file.sort_album),
            query.content_type is None or fnmatchcase(file.content_type, query.content_type),
            all([word for word in words if word.startswith(prefix)] for prefix in query.prefixes),
        )
    )


def _in_order(files: Iterable[Upload], sort: Sort) -> list[Upload]:
    def place(file: Upload) -> tuple[Any, ...]:
        keys: dict[Sort, tuple[Any, ...]] = {
            Sort.TITLE: (file.sort_title,),
            Sort.ARTIST: (file.sort_artist, file.sort_album),
            Sort.ALBUM: (file.sort_album,),
            Sort.LONGEST: (file.sort_length,),
        }
        return (*keys.get(sort, (file.created_at,)), file.upload_id)

    return sorted(files, key=place, reverse=sort in (Sort.NEWEST, Sort.LONGEST))


def paged(
    records: RecordStore, query: UploadQuery, between: Callable[[], object] = lambda: None
) -> Iterator[list[Upload]]:
    """Yield the pages of a list as a client turns them; a test may act before each."""
    after = query.after
    while page := records.page(replace(query, after=after)):
        yield page
        after = Position.of(page[-1], query.sort)
        between()


class ListingContract:
    """Promises of any database."""

    def test_what_was_added_together_is_got_back(self, records: RecordStore) -> None:
        """All of it, by ids in one call; unknown and repeated ids do not matter."""
        added = list(various())
        records.add_many(added)
        records.add_many([])

        ids = [upload.upload_id for upload in added]
        stored = records.get_many([*ids, ids[0], "01JD8ZK3V0X5W9QH2M4N6P7R8S"])

        assert sorted(stored, key=lambda upload: upload.upload_id) == added
        assert records.get_many([]) == []

    def test_files_are_found_by_many_keys(self, records: RecordStore) -> None:
        """Only the owner's own, and only files."""
        added = list(various())
        records.add_many(added)
        keys = [upload.object_key for upload in added]

        files = records.files_by_keys("alice", [*keys, keys[0], "uploads/none"])

        expected = [u for u in added if u.owner == "alice" and u.status is UploadStatus.READY]
        assert sorted(files, key=lambda upload: upload.upload_id) == expected
        assert records.files_by_keys("alice", []) == []

    @pytest.mark.parametrize("sort", Sort)
    @pytest.mark.parametrize("owner", ["alice", None])
    def test_every_filter_and_their_every_combination(
        self, records: RecordStore, sort: Sort, owner: str | None
    ) -> None:
        """Exactly the matching files, in order, page by page."""
        added = list(various())
        records.add_many(added)
        asked = product(
            [None, "sad"],
            [None, "live"],
            [None, "audio/mpeg", "audio/*"],
            [(), (0, 3_000_000_000)],
            ["", "tON", "str 1", "日本", "song 3", "zz"],
        )
        nonempty = 0
        for mood, tag, content_type, sizes, q in asked:
            query = UploadQuery(
                owner,
                mood=mood,
                tag=tag,
                content_type=content_type,
                sizes=sizes,
                prefixes=prefixes_of(q),
                sort=sort,
                limit=9,
            )

            listed = [file for page in paged(records, query) for file in page]

            assert listed == _in_order((file for file in added if _matches(file, query)), sort), query
            nonempty += bool(listed)
        assert nonempty > 24

    @pytest.mark.parametrize("sort", Sort)
    def test_one_artist_and_one_album_in_any_order(self, records: RecordStore, sort: Sort) -> None:
        """Page by page; the empty name stands for files without one. All matches are counted, whatever the page."""
        added = list(various())
        records.add_many(added)
        for artist, album in product([None, "ZOË", "", "Zo"], [None, "blue", ""]):
            keys = [None if name is None else name_key(name) for name in (artist, album)]
            query = UploadQuery("alice", artist=keys[0], album=keys[1], sort=sort, limit=4)

            listed = [file for page in paged(records, query) for file in page]

            assert listed == _in_order((file for file in added if _matches(file, query)), sort), query
            assert records.count_matching(query) == len(listed)
            assert bool(listed) == (artist != "Zo")

    @pytest.mark.parametrize("sort", [Sort.ARTIST, Sort.ALBUM, Sort.LONGEST])
    def test_files_without_keys_are_in_the_list_too(self, records: RecordStore, sort: Sort) -> None:
        """A worker of an older version may have written them: they are at one end, and none is missed."""
        added = [a_listed(next(NUMBERS), owner="carol", metadata=FileMetadata(title=str(n))) for n in range(9)]
        missing = {"sort_artist": None, "sort_album": None, "sort_length": None}
        older = [replace(file, **missing) if n % 2 else file for n, file in enumerate(added)]
        records.add_many(older)

        listed = [file for page in paged(records, UploadQuery("carol", sort=sort, limit=2)) for file in page]

        assert sorted(file.upload_id for file in listed) == [file.upload_id for file in added]
        ends = [file.sort_length is None for file in listed]
        assert ends == sorted(ends, reverse=sort is not Sort.LONGEST)

    @pytest.mark.parametrize("by", GroupBy)
    def test_artists_and_albums_are_counted(self, records: RecordStore, by: GroupBy) -> None:
        """By name, page by page; files without one are in no group, nor are uploads that are not files."""
        added = list(various())
        records.add_many(added)
        expected: dict[str, list[Upload]] = {}
        for file in sorted(added, key=lambda one: one.upload_id):
            key = str(getattr(file, by.value))
            if file.owner == "alice" and file.status is UploadStatus.READY and key != NONE_LAST:
                expected.setdefault(key, []).append(file)

        all_of = UploadQuery("alice")
        first = records.groups(all_of, by, "", 2)
        groups = [*first, *records.groups(all_of, by, first[-1].key, 50)]

        assert [group.key for group in groups] == sorted(expected)
        for group in groups:
            files = expected[group.key]
            mixed = len({(one.sort_artist, one.sort_album) for one in files}) > 1
            assert group == FileGroup(group.key, len(files), files[0].upload_id, mixed)
        assert records.groups(all_of, by, groups[-1].key, 50) == records.groups(UploadQuery("nobody"), by, "", 50) == []

    @pytest.mark.parametrize("by", GroupBy)
    @pytest.mark.parametrize(
        "which", [{"mood": "sad"}, {"prefixes": ("my",)}, {"content_type": "audio/*"}, {"artist": "zoe"}, {"album": ""}]
    )
    def test_artists_and_albums_are_those_of_the_files_that_match(
        self, records: RecordStore, by: GroupBy, which: dict[str, Any]
    ) -> None:
        """With the number of those files alone, whatever the page that the query asks for."""
        records.add_many(list(various()))
        query = UploadQuery("alice", **which)
        counts: dict[str, int] = {}
        for file in records.page(replace(query, limit=1000)):
            key = str(getattr(file, by.value))
            if key != NONE_LAST:
                counts[key] = counts.get(key, 0) + 1

        groups = records.groups(replace(query, limit=1), by, "", 50)

        assert {group.key: group.files for group in groups} == counts

    def test_the_words_of_an_owner_are_found_by_their_beginnings(self, records: RecordStore) -> None:
        """For a search that found nothing."""
        records.add_many(list(various()))

        assert set(records.words_of("alice", ["ton", "my"])) == {"tone", "my"}
        assert len(records.words_of("alice", ["my"], limit=3)) == 3
        assert records.words_of("nobody", ["my"]) == records.words_of("alice", [".*"]) == []

    def test_a_pending_upload_is_found_by_its_fingerprint(self, records: RecordStore) -> None:
        """The owner's own, newest first, in that state and with exactly that fingerprint."""
        later = CREATED_AT + timedelta(seconds=5)
        changes: list[dict[str, Any]] = [
            {},
            {"created_at": later},
            {"fingerprint": "a|2"},
            {"owner": "bob"},
            {"status": UploadStatus.READY},
            {"fingerprint": None},
        ]
        added = [
            a_record(f"01JD8ZK3V0X5W9QH{n:010d}", **{"fingerprint": "a|1", **one}) for n, one in enumerate(changes)
        ]
        records.add_many(added)

        page = records.page(UploadQuery("alice", UploadStatus.PENDING, fingerprint="a|1"))

        assert page == [added[1], added[0]]

    def test_what_a_narrowed_token_started_is_listed_by_itself(self, records: RecordStore) -> None:
        """The owner's own, in one state, page by page; uploads of no token are left out."""
        changes: list[dict[str, Any]] = [
            {},
            {"owner": "bob"},
            {"status": UploadStatus.ABORTED},
            {"started_with": "t2"},
            {"started_with": None},
            {"cover_of": "01JD8ZK3V0X5W9QH2M4N6P7R8S"},
            {},
        ]
        added = [
            a_record(f"01JD8ZK3V0X5W9QH{n:010d}", **{"started_with": "t1", **one}) for n, one in enumerate(changes)
        ]
        records.add_many(added)

        def list_started(status: UploadStatus) -> list[Upload]:
            pages = paged(records, UploadQuery("alice", status, started_with="t1", limit=1))
            return [upload for page in pages for upload in page]

        assert list_started(UploadStatus.PENDING) == [added[6], added[0]]
        assert list_started(UploadStatus.ABORTED) == [added[2]]

    @pytest.mark.parametrize("prefix", [".", ".*", "^", "$", "[a", "(", "a|b", "\\", "\\E", "to.e", "(?i)TONE"])
    def test_a_prefix_is_no_pattern(self, records: RecordStore, prefix: str) -> None:
        """Even if it would be a regular expression."""
        records.add_many(list(various()))

        assert records.page(UploadQuery("alice", prefixes=(prefix,))) == []

    @pytest.mark.parametrize("sort", Sort)
    def test_pages_miss_nothing_and_repeat_nothing_while_others_write(self, records: RecordStore, sort: Sort) -> None:
        """A file that exists throughout is seen exactly once, in order, whatever else comes and goes."""
        place = st.tuples(st.integers(0, 3), st.sampled_from(["a", "b", "ab", ""]))
        writes = st.lists(place | st.integers(0, 40), max_size=4)

        @settings(
            max_examples=40,
            deadline=None,
            derandomize=True,
            suppress_health_check=[HealthCheck.function_scoped_fixture],
        )
        @given(start=st.lists(place, max_size=14), meanwhile=st.lists(writes, max_size=8), limit=st.integers(1, 5))
        def ask(start: list[tuple[int, str]], meanwhile: list[list[Any]], limit: int) -> None:
            owner, there, todo = f"owner{next(NUMBERS)}", [], iter(meanwhile)

            def add(at: tuple[int, str]) -> Upload:
                names = {"title": at[1], "artist": at[1], "album": "ab"[at[0] % 2], "duration_seconds": float(at[0])}
                metadata, time = FileMetadata(**names), CREATED_AT + timedelta(milliseconds=at[0])
                file = a_listed(next(NUMBERS), owner=owner, metadata=metadata, created_at=time)
                records.add(file)
                there.append(file)
                return file

            def write() -> None:
                for what in next(todo, []):
                    if isinstance(what, tuple):
                        add(what)
                    elif what < len(there):
                        removed = there.pop(what)
                        records.remove(removed.upload_id, {})
                        stayed.discard(removed.upload_id)

            stayed = {add(at).upload_id for at in start}
            query = UploadQuery(owner, sort=sort, limit=limit)

            # Others could add behind the last page for ever; here they stop.
            seen = [file for page in paged(records, query, write) for file in page]

            ids = [file.upload_id for file in seen]
            assert len(ids) == len(set(ids)), "a file twice"
            assert stayed <= set(ids), "a file missed"
            assert seen == _in_order(seen, sort)

        ask()
