"""What every store of neighbours promises."""

from service.listening.ports.neighbours import NeighbourStore
from service.listening.recommend.model import Neighbours, mood_item

ONE, TWO, THREE = (f"{number:026d}" for number in range(3))
FIRST, SECOND = "2026-05-01T10:00", "2026-05-01T10:10"
HAPPY = mood_item("happy")


def item(item_id: str, fit: str = FIRST, **changes: tuple[str, ...]) -> Neighbours:
    return Neighbours(item_id, changes.get("ids", (TWO, THREE)), (2.5, 0.25), fit)


class NeighboursContract:
    """Each test gets an empty store as `neighbours`."""

    def test_items_are_found_by_their_ids(self, neighbours: NeighbourStore) -> None:
        neighbours.put_many([item(ONE), item(HAPPY)])

        assert neighbours.get_many([ONE, HAPPY, THREE]) == {ONE: item(ONE), HAPPY: item(HAPPY)}
        assert neighbours.get_many([]) == {}

    def test_a_later_fit_replaces_an_item(self, neighbours: NeighbourStore) -> None:
        neighbours.put_many([item(ONE)])
        neighbours.put_many([item(ONE, SECOND, ids=(THREE, TWO))])

        assert neighbours.get_many([ONE]) == {ONE: item(ONE, SECOND, ids=(THREE, TWO))}

    def test_what_earlier_fits_left_is_removed(self, neighbours: NeighbourStore) -> None:
        """A fit that comes late removes nothing of a newer one."""
        neighbours.put_many([item(ONE), item(TWO, SECOND)])
        neighbours.remove_before(FIRST)
        assert set(neighbours.get_many([ONE, TWO])) == {ONE, TWO}

        neighbours.remove_before(SECOND)
        assert set(neighbours.get_many([ONE, TWO])) == {TWO}

    def test_nothing_to_write(self, neighbours: NeighbourStore) -> None:
        neighbours.put_many([])

    def test_a_stale_model_is_noted_until_the_next_fit(self, neighbours: NeighbourStore) -> None:
        assert not neighbours.is_stale()

        neighbours.mark_stale()
        neighbours.mark_stale()
        neighbours.remove_before(SECOND)
        assert neighbours.is_stale()

        neighbours.clear_stale()
        assert not neighbours.is_stale()
