"""What every store of positions promises, whatever keeps them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from service.listening.model import Position
from service.listening.ports.positions import Positions
from service.listening.rules import position_id_of
from tests.contracts.record_store_contract import an_id

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def a_position(number: int = 0, owner: str = "alice", **changes: object) -> Position:
    """Return a position in a film of its own, the later the larger the number."""
    file_id = an_id(number)
    position = Position(
        position_id_of(owner, file_id),
        owner,
        file_id,
        f"{number:032x}",
        "video",
        position_seconds=100.0,
        duration_seconds=5400.0,
        at=NOW + number * SECOND,
    )
    return replace(position, **changes)  # type: ignore[arg-type]


class PositionsContract:
    """Promises of any store of positions."""

    def test_the_newest_come_first(self, positions: Positions) -> None:
        stored = [a_position(number) for number in range(4)]
        positions.note([*stored, a_position(9, "bob")])
        positions.note([])

        assert positions.list_unfinished("alice", 3) == [stored[3], stored[2], stored[1]]
        assert positions.list_unfinished("carol", 3) == []

    @pytest.mark.parametrize("order", [1, -1], ids=["in order", "reordered"])
    def test_the_latest_stays_whatever_their_order(self, positions: Positions, order: int) -> None:
        later = a_position(position_seconds=20.0, at=NOW + SECOND)
        for position in [a_position(), later][::order]:
            positions.note([position])
            positions.note([position])

        assert positions.list_unfinished("alice", 3) == [later]

    def test_what_is_finished_is_not_brought_back(self, positions: Positions) -> None:
        positions.note([a_position(), a_position(finished=True, at=NOW + SECOND)])
        positions.note([a_position()])

        assert positions.list_unfinished("alice", 3) == []

    def test_a_position_goes_with_its_listen_alone(self, positions: Positions) -> None:
        position = a_position()
        positions.note([position])

        positions.remove_of_listen(position.position_id, "f" * 32)
        assert positions.list_unfinished("alice", 3) == [position]
        positions.remove_of_listen(position.position_id, position.listen_id)
        assert positions.list_unfinished("alice", 3) == []

    def test_all_of_a_person_or_of_a_file_is_removed(self, positions: Positions) -> None:
        bobs = [a_position(0, "bob"), a_position(1, "bob")]
        positions.note([a_position(0), a_position(1), a_position(2), *bobs])

        positions.remove_of_owner("alice", an_id(0))
        assert positions.list_unfinished("alice", 9) == [a_position(2), a_position(1)]
        positions.remove_of_file(an_id(1))
        assert positions.list_unfinished("alice", 9) == [a_position(2)]
        positions.remove_of_owner("alice")
        assert positions.list_unfinished("alice", 9) == []
        assert positions.list_unfinished("bob", 9) == [bobs[0]]

    def test_what_is_old_goes_a_number_at_a_time(self, positions: Positions) -> None:
        stored = [a_position(number, finished=number == 1) for number in range(4)]
        positions.note(stored)

        assert [positions.remove_before(stored[3].at, 2) for _ in range(3)] == [2, 1, 0]
        assert positions.list_unfinished("alice", 9) == [stored[3]]

    def test_positions_move_to_another_person_who_keeps_the_later_ones(self, positions: Positions) -> None:
        own = [a_position(0, at=NOW - SECOND), a_position(1, at=NOW + 9 * SECOND)]
        positions.note([*own, a_position(0, "guest"), a_position(1, "guest")])

        for _ in range(2):
            positions.change_owner("guest", "alice")

        assert positions.list_unfinished("alice", 9) == [own[1], a_position(0)]
        assert positions.list_unfinished("guest", 9) == []
