"""Listens in memory, for fast tests: the same promises as in MongoDB."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from service.listening.model import CountedListen, HistoryQuery, Listen, PlayCounts


class MemoryListens:
    """The Listens port on a dict, under one lock."""

    def __init__(self) -> None:
        self._listens: dict[str, Listen] = {}
        self._plays: Counter[str] = Counter()
        self._lock = threading.Lock()

    def prepare(self) -> None:
        return

    def keep(self, listens: Sequence[Listen]) -> None:
        with self._lock:
            for listen in listens:
                there = self._listens.setdefault(listen.listen_id, replace(listen, counted_at=None))
                seconds = max(there.listened_seconds, listen.listened_seconds)
                self._listens[listen.listen_id] = replace(there, listened_seconds=seconds)

    def mark_counted(self, listen: Listen, at: datetime) -> bool:
        with self._lock:
            there = self._listens.get(listen.listen_id)
            if there is None or there.counted_at:
                return False
            self._listens[listen.listen_id] = replace(there, counted_at=at)
            self._plays[listen.file_id] += 1
            return True

    def count_plays(self, file_ids: Sequence[str]) -> PlayCounts:
        with self._lock:
            return {file_id: self._plays[file_id] for file_id in file_ids if self._plays[file_id]}

    def page(self, query: HistoryQuery) -> list[Listen]:
        return self._newest(lambda listen: _matches(listen, query), query.limit)

    def list_counted(self, owner: str, since: datetime, limit: int) -> list[CountedListen]:
        rows = self._newest(lambda one: one.owner == owner and one.heard_at >= since and bool(one.counted_at), limit)
        return [CountedListen(one.file_id, one.heard_at, one.listened_seconds, one.duration_seconds) for one in rows]

    def count_counted(self, since: datetime, limit: int) -> int:
        return len(self._newest(lambda one: bool(one.counted_at and one.counted_at > since), limit))

    def iter_owners(self) -> Iterator[str]:
        with self._lock:
            owners = sorted({listen.owner for listen in self._listens.values()})
        yield from owners

    def remove(self, owner: str, listen_id: str) -> Listen | None:
        with self._lock:
            listen = self._listens.get(listen_id)
            return self._listens.pop(listen_id) if listen and listen.owner == owner else None

    def remove_of_owner(self, owner: str, file_id: str | None = None) -> None:
        self._remove(lambda one: one.owner == owner and file_id in (None, one.file_id))

    def remove_of_file(self, file_id: str) -> None:
        self._remove(lambda listen: listen.file_id == file_id)
        with self._lock:
            self._plays.pop(file_id, None)

    def remove_before(self, moment: datetime, limit: int) -> int:
        return self._remove(lambda listen: listen.heard_at < moment, limit)

    def change_owner(self, owner: str, to: str) -> None:
        with self._lock:
            for listen_id, listen in self._listens.items():
                if listen.owner == owner:
                    self._listens[listen_id] = replace(listen, owner=to)

    def _newest(self, matches: Callable[[Listen], bool], limit: int) -> list[Listen]:
        with self._lock:
            listens = [listen for listen in self._listens.values() if matches(listen)]
        return sorted(listens, key=lambda one: (one.heard_at, one.listen_id), reverse=True)[:limit]

    def _remove(self, matches: Callable[[Listen], bool], limit: int | None = None) -> int:
        with self._lock:
            ids = [listen_id for listen_id, listen in self._listens.items() if matches(listen)][:limit]
            for listen_id in ids:
                del self._listens[listen_id]
            return len(ids)


def _matches(listen: Listen, query: HistoryQuery) -> bool:
    after = query.after
    return (
        listen.owner == query.owner
        and query.kind in (None, listen.kind)
        and (query.since is None or listen.heard_at >= query.since)
        and (after is None or (listen.heard_at, listen.listen_id) < (after.moment, after.item_id))
    )
