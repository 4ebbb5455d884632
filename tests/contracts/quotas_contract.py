"""What every store of quotas promises; a store's tests are a subclass with a `quotas` fixture."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from service.uploads.ports.quotas import Quotas
from service.uploads.quota import NO_LIMIT, Amounts, ClosedEntry, Quota

LIMITS = Amounts(1000, 10, 5)
NOTHING = Amounts()
COUNTED_AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
WORKERS = 50

Reopen = Callable[[Amounts | None], Quotas]


def an_id(number: int) -> str:
    return f"01JD8ZK3V0X5W9QH2M4N6P{number:04d}"


def quota_of(quotas: Quotas, owner: str = "alice") -> Quota:
    quota = quotas.left(owner)
    assert quota is not None
    return quota


def counted(quotas: Quotas, used: Amounts = NOTHING, owner: str = "alice") -> Quota:
    """Make the owner's quota as a first use makes it."""
    quotas.add(owner)
    assert quotas.recount(quota_of(quotas, owner), used, counted_at=COUNTED_AT, took=timedelta(milliseconds=7))
    return quota_of(quotas, owner)


class QuotasContract:
    """Promises of any database."""

    def test_nobody_has_a_quota_at_first(self, quotas: Quotas) -> None:
        """And nothing can be taken from none."""
        assert quotas.left("alice") is None
        assert not quotas.reserve("alice", {an_id(1): 0})
        assert not quotas.close("alice", [ClosedEntry(an_id(1), 0, 0, 1)])
        assert not quotas.resize("alice", an_id(1), 0, 0)
        assert quotas.left("alice") is None

    def test_nothing_is_taken_before_the_files_are_counted(self, quotas: Quotas) -> None:
        """A new quota has the limits of the settings, and nothing left."""
        quotas.add("alice")
        quotas.add("alice")

        assert not quotas.reserve("alice", {an_id(1): 0})
        assert quota_of(quotas) == Quota("alice", allowed=LIMITS, left=Amounts())

    def test_a_count_leaves_what_is_not_used(self, quotas: Quotas) -> None:
        """It says when it was made, and how long it took."""
        quota = counted(quotas, Amounts(400, 3, 1))

        assert quota.left == Amounts(600, 7, 4)
        assert quota.used == Amounts(400, 3, 1)
        assert (quota.counted_at, quota.count_took) == (COUNTED_AT, timedelta(milliseconds=7))

    def test_a_count_of_a_quota_that_changed_meanwhile_is_not_written(self, quotas: Quotas) -> None:
        """Whoever reserved in between would be forgotten."""
        before = counted(quotas)
        quotas.reserve("alice", {an_id(1): 7})
        after = quota_of(quotas)

        assert not quotas.recount(before, Amounts(), counted_at=COUNTED_AT, took=timedelta())
        assert quota_of(quotas) == after
        assert quotas.recount(after, Amounts(100, 2, 0), counted_at=COUNTED_AT, took=timedelta())
        assert quota_of(quotas).left == Amounts(893, 7, 4)
        assert not quotas.recount(replace(after, owner="bob"), Amounts(), counted_at=COUNTED_AT, took=timedelta())

    def test_what_is_reserved_adds_up(self, quotas: Quotas) -> None:
        """Up to the last byte, and no further; what is refused takes nothing."""
        counted(quotas)

        assert quotas.reserve("alice", {an_id(1): 400, an_id(2): 599})
        assert not quotas.reserve("alice", {an_id(3): 1, an_id(4): 1})
        assert quotas.reserve("alice", {an_id(3): 1})
        assert quotas.reserve("alice", {an_id(4): 0})
        quota = quota_of(quotas)
        assert quota.left == Amounts(0, 6, 1)
        assert quota.reserved == {an_id(1): 400, an_id(2): 599, an_id(3): 1, an_id(4): 0}

    @pytest.mark.parametrize(
        ("used", "entries"),
        [(Amounts(0, 9), 2), (Amounts(0, 0, 4), 2), (Amounts(0, 0), 6), (Amounts(1001), 1), (Amounts(0, 11), 1)],
    )
    def test_each_limit_alone_is_enough_to_refuse(self, quotas: Quotas, used: Amounts, entries: int) -> None:
        """Files, pending uploads, bytes; also where more is used than is allowed by now."""
        counted(quotas, used)

        assert not quotas.reserve("alice", {an_id(number): 0 for number in range(entries)})
        assert quota_of(quotas).reserved == {}

    def test_closed_entries_give_back_what_they_name(self, quotas: Quotas) -> None:
        """All by one step, and once."""
        counted(quotas)
        quotas.reserve("alice", {an_id(1): 100, an_id(2): 200, an_id(3): 300})
        closed = [ClosedEntry(an_id(1), 100, 100, 1), ClosedEntry(an_id(2), 200, -50, 0)]

        assert quotas.close("alice", closed)
        assert not quotas.close("alice", closed)
        assert not quotas.close("alice", [ClosedEntry(an_id(3), 300, 300, 1), *closed])
        assert not quotas.close("alice", [ClosedEntry(an_id(3), 299, 299, 1)])
        assert not quotas.close("bob", [ClosedEntry(an_id(3), 300, 300, 1)])
        quota = quota_of(quotas)
        assert quota.reserved == {an_id(3): 300}
        assert quota.left == Amounts(450, 8, 4)

    def test_an_entry_is_resized_as_far_as_there_is_room(self, quotas: Quotas) -> None:
        """A smaller one always, even if too much is used."""
        counted(quotas)
        quotas.reserve("alice", {an_id(1): 100, an_id(2): 0})

        assert quotas.resize("alice", an_id(1), 100, 1000)
        assert not quotas.resize("alice", an_id(1), 100, 1)
        assert not quotas.resize("alice", an_id(2), 0, 1)
        assert not quotas.resize("alice", an_id(3), 0, 0)
        assert quotas.resize("alice", an_id(1), 1000, 999)
        assert quotas.resize("alice", an_id(2), 0, 1)
        assert quota_of(quotas).left == Amounts(0, 8, 3)
        assert quota_of(quotas).reserved == {an_id(1): 999, an_id(2): 1}

    def test_a_forgotten_entry_is_added_whatever_is_left(self, quotas: Quotas) -> None:
        """Once; also to a quota that the database forgot as a whole, which has to be counted then."""
        counted(quotas, Amounts(1000, 10, 5))
        quotas.restore("alice", {an_id(1): 7, an_id(2): 8})
        quotas.restore("alice", {an_id(1): 7})
        quotas.restore("bob", {an_id(3): 9})

        assert quota_of(quotas).left == Amounts(-15, -2, -2)
        assert quota_of(quotas).reserved == {an_id(1): 7, an_id(2): 8}
        assert quota_of(quotas, "bob").reserved == {an_id(3): 9}
        assert not quotas.reserve("bob", {an_id(4): 0})
        assert counted(quotas, owner="bob").left == Amounts(991, 9, 4)

    @pytest.mark.parametrize("after", [Amounts(1500, 7, 9), Amounts(NO_LIMIT, NO_LIMIT, 2000), Amounts(100, 1, 1)])
    def test_another_limit_moves_what_is_left(self, quotas: Quotas, reopen: Reopen, after: Amounts) -> None:
        """Raised or lowered, once, and back; what is used stays."""
        counted(quotas)
        quotas.reserve("alice", {an_id(1): 300})
        before = quota_of(quotas)
        for limits in (after, after, LIMITS):
            reopen(limits).prepare()

            assert quota_of(quotas).allowed == limits
            assert quota_of(quotas).left == limits - Amounts(300, 1, 1)
        quotas.prepare()
        assert quota_of(quotas).left == before.left

    def test_limits_of_an_owner_s_own_stay(self, quotas: Quotas, reopen: Reopen) -> None:
        """Until they are taken back; others follow the settings."""
        counted(quotas, Amounts(300, 1, 1))
        counted(quotas, owner="bob")
        quotas.set_limits("alice", Amounts(5000, 50, 25))
        quotas.set_limits("carol", Amounts(7, 7, 7))
        now = reopen(Amounts(2000, 20, 10))
        now.prepare()

        assert (quota_of(quotas).is_custom, quota_of(quotas).left) == (True, Amounts(4700, 49, 24))
        assert (quota_of(quotas, "bob").is_custom, quota_of(quotas, "bob").left) == (False, Amounts(2000, 20, 10))
        assert counted(quotas, owner="carol").left == Amounts(7, 7, 7)
        now.set_limits("alice", None)
        assert (quota_of(quotas).is_custom, quota_of(quotas).left) == (False, Amounts(1700, 19, 9))

    def test_the_quotas_of_several_owners_are_read_at_once(self, quotas: Quotas) -> None:
        """Those who have none are left out."""
        counted(quotas)
        counted(quotas, owner="bob")

        assert quotas.of(["alice", "carol"]) == {"alice": quota_of(quotas)}
        assert quotas.of([]) == {}

    def test_after_a_time_without_quotas_all_is_counted_anew(self, quotas: Quotas, reopen: Reopen) -> None:
        """Nobody reserved in that time."""
        counted(quotas)
        counted(quotas, owner="bob")
        quotas.set_limits("bob", Amounts(5000, 50, 25))
        reopen(None).prepare()
        quotas.prepare()

        assert not quotas.reserve("alice", {an_id(1): 0})
        assert not quotas.reserve("bob", {an_id(1): 0})
        assert counted(quotas, Amounts(990, 1)).left == Amounts(10, 9, 5)
        assert counted(quotas, owner="bob").left == Amounts(5000, 50, 25)

    def test_a_removed_quota_is_gone(self, quotas: Quotas) -> None:
        """Safe to repeat."""
        counted(quotas)
        quotas.remove("alice")
        quotas.remove("alice")

        assert quotas.left("alice") is None

    def test_owners_with_entries_are_listed(self, quotas: Quotas) -> None:
        """Each once, however many there are."""
        for number in range(450):
            owner = f"owner {number}"
            counted(quotas, owner=owner)
            if number % 2:
                quotas.reserve(owner, {an_id(number): 1})
        quotas.close("owner 7", [ClosedEntry(an_id(7), 1, 1, 1)])

        expected = {f"owner {number}" for number in range(450) if number % 2 and number != 7}
        listed = list(quotas.owners_with_entries())
        assert len(listed) == len(expected)
        assert set(listed) == expected

    @pytest.mark.parametrize("owner", ["a.b", "$set", "a b/é", "01JD8ZK3V0X5W9QH2M4N6P7R8S"])
    def test_any_owner_has_a_quota(self, quotas: Quotas, owner: str) -> None:
        """A name is no path and no operator."""
        counted(quotas, owner=owner)

        assert quotas.reserve(owner, {an_id(1): 1})
        assert quota_of(quotas, owner).left == Amounts(999, 9, 4)

    def test_of_many_at_once_exactly_as_many_win(self, quotas: Quotas) -> None:
        """Fifty threads, four places."""
        counted(quotas, Amounts(0, 6, 0))

        with ThreadPoolExecutor(WORKERS) as pool:
            won = list(pool.map(lambda number: quotas.reserve("alice", {an_id(number): 7}), range(WORKERS)))

        assert won.count(True) == 4
        assert quota_of(quotas).left == Amounts(1000 - 28, 0, 1)

    def test_of_closings_at_once_one_gives_back(self, quotas: Quotas) -> None:
        """And a resize, or the closing."""
        counted(quotas)
        quotas.reserve("alice", {an_id(1): 100})

        with ThreadPoolExecutor(WORKERS) as pool:
            won = list(pool.map(lambda _: quotas.close("alice", [ClosedEntry(an_id(1), 100, 100, 1)]), range(WORKERS)))

        assert won.count(True) == 1
        assert quota_of(quotas).left == LIMITS
