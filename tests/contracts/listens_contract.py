"""What every store of listens promises, whatever keeps them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from service.listening.model import CountedListen, HistoryQuery, Listen
from service.listening.ports.listens import Listens
from service.shared.ports.collection import Place
from tests.contracts.record_store_contract import an_id

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


def a_listen(number: int = 0, owner: str = "alice", **changes: object) -> Listen:
    """Return a listen to a file of its own, the later the larger the number."""
    listen = Listen(
        f"{owner:_>8}{number:024x}",
        owner,
        an_id(number),
        "audio",
        heard_at=NOW + number * SECOND,
        listened_seconds=30.0,
        duration_seconds=200.0,
    )
    return replace(listen, **changes)  # type: ignore[arg-type]


def history(listens: Listens, owner: str = "alice", **query: object) -> list[Listen]:
    return listens.page(HistoryQuery(owner, **{"limit": 100, **query}))  # type: ignore[arg-type]


class ListensContract:
    """Promises of any store of listens."""

    def test_a_listen_comes_back_as_it_was_kept(self, listens: Listens) -> None:
        whole = a_listen(1, mood="happy", source="face", kind="video")
        bare = a_listen(0, duration_seconds=None)
        listens.keep([bare, whole])
        listens.keep([])

        assert history(listens) == [whole, bare]
        assert history(listens, "bob") == []

    def test_of_many_reports_the_longest_stays_whatever_their_order(self, listens: Listens) -> None:
        """A doubled or late one changes nothing, nor does one that says something else."""
        for seconds in (30.0, 200.0, 90.0, 200.0):
            listens.keep([a_listen(listened_seconds=seconds)])
        other = a_listen(listened_seconds=1.0, mood="sad", heard_at=NOW + DAY, counted_at=NOW)
        listens.keep([other, other])

        assert history(listens) == [a_listen(listened_seconds=200.0)]

    def test_a_listen_counts_once(self, listens: Listens) -> None:
        """Of eight at once one hears that it was the first."""
        listen = a_listen()
        listens.keep([listen])

        with ThreadPoolExecutor(8) as pool:
            firsts = list(pool.map(lambda _: listens.mark_counted(listen, NOW), range(8)))

        assert sorted(firsts) == [False] * 7 + [True]
        assert history(listens) == [replace(listen, counted_at=NOW)]
        assert listens.count_plays([listen.file_id, an_id(9)]) == {listen.file_id: 1}

    def test_what_is_gone_does_not_count(self, listens: Listens) -> None:
        assert not listens.mark_counted(a_listen(), NOW)
        assert listens.count_plays([a_listen().file_id]) == {}

    def test_many_first_reports_of_one_listen_make_one(self, listens: Listens) -> None:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda number: listens.keep([a_listen(listened_seconds=float(number))]), range(8)))

        assert history(listens) == [a_listen(listened_seconds=7.0)]

    def test_pages_follow_each_other_whatever_comes_in_between(self, listens: Listens) -> None:
        """Also among listens of one moment."""
        stored = [a_listen(number, heard_at=NOW + number // 3 * SECOND) for number in range(10)]
        listens.keep(stored)
        expected = sorted(stored, key=lambda one: (one.heard_at, one.listen_id), reverse=True)

        seen: list[Listen] = []
        while page := history(listens, limit=2, after=seen[-1].place if seen else None):
            listens.keep([a_listen(100 + len(seen))])
            seen += page

        assert seen == expected

    def test_a_page_may_be_of_one_kind_and_begin_at_a_moment(self, listens: Listens) -> None:
        song, film, late = a_listen(0), a_listen(1, kind="video"), a_listen(2)
        listens.keep([song, film, late])

        assert history(listens, kind="video") == [film]
        assert history(listens, kind="audio") == [late, song]
        assert history(listens, since=film.heard_at) == [late, film]
        assert history(listens, since=film.heard_at, after=Place(late.heard_at, late.listen_id)) == [film]

    def test_the_newest_that_count_are_listed(self, listens: Listens) -> None:
        stored = [a_listen(number) for number in range(4)]
        listens.keep([*stored, a_listen(3, "bob")])
        for listen in stored[:3]:
            listens.mark_counted(listen, NOW + DAY)

        newest = listens.list_counted("alice", NOW + SECOND, 10)

        assert newest == [
            CountedListen(one.file_id, one.heard_at, one.listened_seconds, one.duration_seconds)
            for one in (stored[2], stored[1])
        ]
        assert listens.list_counted("alice", NOW, 1) == newest[:1]
        assert listens.count_counted(NOW, 10) == 3
        assert listens.count_counted(NOW, 2) == 2
        assert listens.count_counted(NOW + DAY, 10) == 0

    def test_everyone_who_listened_is_named_once(self, listens: Listens) -> None:
        listens.keep([a_listen(number, owner) for number in range(3) for owner in ("carol", "alice", "bob")])

        assert list(listens.iter_owners()) == ["alice", "bob", "carol"]

    def test_only_its_owner_removes_a_listen(self, listens: Listens) -> None:
        listen, other = a_listen(0), a_listen(1)
        listens.keep([listen, other])

        assert listens.remove("bob", listen.listen_id) is None
        assert listens.remove("alice", listen.listen_id) == listen
        assert listens.remove("alice", listen.listen_id) is None
        assert history(listens) == [other]

    def test_all_of_a_person_is_removed_or_all_of_one_file(self, listens: Listens) -> None:
        again = a_listen(9, file_id=an_id(0))
        listens.keep([a_listen(0), a_listen(1), again, a_listen(0, "bob")])

        listens.remove_of_owner("alice", an_id(0))
        assert history(listens) == [a_listen(1)]
        listens.remove_of_owner("alice")
        assert history(listens) == []
        assert history(listens, "bob") == [a_listen(0, "bob")]

    def test_a_file_goes_with_everyones_listens_and_its_plays(self, listens: Listens) -> None:
        listens.keep([a_listen(0), a_listen(0, "bob"), a_listen(1)])
        for listen in (a_listen(0), a_listen(1)):
            listens.mark_counted(listen, NOW)

        listens.remove_of_file(an_id(0))

        assert [one.file_id for one in history(listens) + history(listens, "bob")] == [an_id(1)]
        assert listens.count_plays([an_id(0), an_id(1)]) == {an_id(1): 1}

    def test_what_is_old_goes_a_number_at_a_time(self, listens: Listens) -> None:
        stored = [a_listen(number) for number in range(5)]
        listens.keep(stored)

        removed = [listens.remove_before(stored[3].heard_at, 2) for _ in range(3)]

        assert removed == [2, 1, 0]
        assert history(listens) == [stored[4], stored[3]]

    def test_listens_move_to_another_person(self, listens: Listens) -> None:
        mine, theirs = a_listen(0, "guest"), a_listen(1)
        listens.keep([mine, theirs])

        for _ in range(2):
            listens.change_owner("guest", "alice")

        assert history(listens) == [theirs, replace(mine, owner="alice")]
        assert history(listens, "guest") == []
