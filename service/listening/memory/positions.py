"""Positions in memory, for fast tests: the same promises as in MongoDB."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from service.listening.model import Position
from service.listening.rules import position_id_of


class MemoryPositions:
    """The Positions port on a dict, under one lock."""

    def __init__(self) -> None:
        self._positions: dict[str, Position] = {}
        self._lock = threading.Lock()

    def prepare(self) -> None:
        return

    def note(self, positions: Sequence[Position]) -> None:
        with self._lock:
            for position in positions:
                there = self._positions.get(position.position_id)
                if there is None or there.at <= position.at:
                    self._positions[position.position_id] = position

    def list_unfinished(self, owner: str, limit: int) -> list[Position]:
        with self._lock:
            own = [one for one in self._positions.values() if one.owner == owner and not one.finished]
        return sorted(own, key=lambda one: (one.at, one.position_id), reverse=True)[:limit]

    def remove_of_listen(self, position_id: str, listen_id: str) -> None:
        self._remove(lambda one: one.position_id == position_id and one.listen_id == listen_id)

    def remove_of_owner(self, owner: str, file_id: str | None = None) -> None:
        self._remove(lambda one: one.owner == owner and file_id in (None, one.file_id))

    def remove_of_file(self, file_id: str) -> None:
        self._remove(lambda one: one.file_id == file_id)

    def remove_before(self, moment: datetime, limit: int) -> int:
        return self._remove(lambda one: one.at < moment, limit)

    def change_owner(self, owner: str, to: str) -> None:
        with self._lock:
            moved = [one for one in self._positions.values() if one.owner == owner]
        self.note([replace(one, owner=to, position_id=position_id_of(to, one.file_id)) for one in moved])
        self.remove_of_owner(owner)

    def _remove(self, matches: Callable[[Position], bool], limit: int | None = None) -> int:
        with self._lock:
            position_ids = [one.position_id for one in self._positions.values() if matches(one)][:limit]
            for position_id in position_ids:
                del self._positions[position_id]
            return len(position_ids)
