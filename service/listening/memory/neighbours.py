"""Neighbours in memory, for fast tests: the same promises as in MongoDB."""

from collections.abc import Sequence

from service.listening.recommend.model import Neighbours, NeighboursById


class MemoryNeighbours:
    """The NeighbourStore port on a dict."""

    def __init__(self) -> None:
        self._items: dict[str, Neighbours] = {}
        self._is_stale = False

    def prepare(self) -> None:
        return

    def put_many(self, items: Sequence[Neighbours]) -> None:
        self._items |= {item.item_id: item for item in items}

    def get_many(self, item_ids: Sequence[str]) -> NeighboursById:
        return {item_id: self._items[item_id] for item_id in item_ids if item_id in self._items}

    def remove_before(self, fit: str) -> None:
        self._items = {item_id: item for item_id, item in self._items.items() if item.fit >= fit}

    def mark_stale(self) -> None:
        self._is_stale = True

    def is_stale(self) -> bool:
        return self._is_stale

    def clear_stale(self) -> None:
        self._is_stale = False
