"""The promises of every ledger of grants."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from service.shared.model import Grant, Spent
from service.uploads.ports.grants import GrantLedger

GRANT = Grant(max_bytes=100, max_files=3, usage_id="a token", expires_at=datetime(2099, 1, 1, tzinfo=UTC))
WORKERS = 50


class GrantLedgerContract:
    """Promises of any database."""

    def test_nothing_is_spent_at_first(self, ledger: GrantLedger) -> None:
        """For a token that nobody has used."""
        assert ledger.spent(GRANT) == Spent()

    def test_what_is_spent_adds_up(self, ledger: GrantLedger) -> None:
        """Up to exactly the last byte and file; a refused upload takes nothing."""
        assert ledger.spend(GRANT, 1, 40)
        assert ledger.spend(GRANT, 1, 59)
        assert not ledger.spend(GRANT, 1, 2)
        assert not ledger.spend(GRANT, 2, 0)
        assert ledger.spend(GRANT, 1, 1)
        assert not ledger.spend(GRANT, 1, 0)
        assert ledger.spent(GRANT) == Spent(3, 100)

    @pytest.mark.parametrize(("files", "size_bytes"), [(4, 0), (1, 101), (4, 101)])
    def test_more_than_all_is_refused_at_once(self, ledger: GrantLedger, files: int, size_bytes: int) -> None:
        """Also on the first call."""
        assert not ledger.spend(GRANT, files, size_bytes)
        assert ledger.spent(GRANT) == Spent()

    def test_one_limit_alone_is_enough(self, ledger: GrantLedger) -> None:
        """The other is still counted, and sizes may be large."""
        files = Grant(max_files=1, usage_id="files")
        size = Grant(max_bytes=2**50, usage_id="bytes")

        assert ledger.spend(files, 1, 2**60)
        assert not ledger.spend(files, 1, 0)
        assert ledger.spend(size, 1000, 2**50)
        assert not ledger.spend(size, 1, 1)
        assert (ledger.spent(files), ledger.spent(size)) == (Spent(1, 2**60), Spent(1000, 2**50))

    def test_zero_bytes_may_be_all_that_is_allowed(self, ledger: GrantLedger) -> None:
        """Empty files are files too."""
        nothing = Grant(max_bytes=0, usage_id="nothing")

        assert ledger.spend(nothing, 1, 0)
        assert not ledger.spend(nothing, 1, 1)

    def test_tokens_are_counted_apart(self, ledger: GrantLedger) -> None:
        """An exhausted token takes nothing from another."""
        assert ledger.spend(GRANT, 3, 0)
        assert ledger.spend(replace(GRANT, usage_id="another token"), 3, 0)

    def test_preparing_again_keeps_what_is_spent(self, ledger: GrantLedger) -> None:
        """A restart resets nothing."""
        ledger.spend(GRANT, 3, 0)
        ledger.prepare()

        assert not ledger.spend(GRANT, 1, 0)

    @pytest.mark.parametrize("round_", range(3))
    def test_of_many_at_once_exactly_as_many_win(self, ledger: GrantLedger, round_: int) -> None:
        """Fifty threads and ten files: ten win, even though they race to create the document."""
        ten = replace(GRANT, max_files=10, max_bytes=None)

        with ThreadPoolExecutor(WORKERS) as pool:
            won = list(pool.map(lambda _: ledger.spend(ten, 1, 7), range(WORKERS)))

        assert won.count(True) == 10
        assert ledger.spent(ten) == Spent(10, 70)

    def test_bytes_are_never_overspent_at_once(self, ledger: GrantLedger) -> None:
        """Whichever of the different sizes win, their sum stays within the limit."""
        sizes = [1 + number % 40 for number in range(WORKERS)]

        with ThreadPoolExecutor(WORKERS) as pool:
            won = list(pool.map(lambda size: ledger.spend(replace(GRANT, max_files=None), 1, size), sizes))

        taken = sum(size for size, ok in zip(sizes, won, strict=True) if ok)
        assert ledger.spent(GRANT) == Spent(won.count(True), taken)
        assert 60 < taken <= 100
