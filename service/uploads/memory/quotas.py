"""Quotas on a dict, for fast tests of the use cases."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from service.uploads.quota import Amounts, ClosedEntry, Quota, amounts_of


class MemoryQuotas:
    """The Quotas port on a dict, under one lock."""

    def __init__(self, limits: Amounts | None, quotas: dict[str, Quota] | None = None) -> None:
        self._limits = limits
        self._quotas = {} if quotas is None else quotas
        self._lock = threading.RLock()

    def prepare(self) -> None:
        with self._lock:
            for quota in list(self._quotas.values()):
                if self._limits is None:
                    self._change(quota, counted_at=None)
                elif not quota.is_custom:
                    self._limit(quota, self._limits, is_custom=False)

    def reserve(self, owner: str, entries: Mapping[str, int]) -> bool:
        with self._lock:
            quota, asked = self._quotas.get(owner), amounts_of(entries)
            if quota is None or quota.counted_at is None or not quota.left.covers(asked):
                return False
            self._change(quota, left=quota.left - asked, reserved={**quota.reserved, **entries})
            return True

    def close(self, owner: str, entries: Sequence[ClosedEntry]) -> bool:
        with self._lock:
            quota = self._quotas.get(owner)
            if quota is None or any(quota.reserved.get(entry.upload_id) != entry.reserved_bytes for entry in entries):
                return False
            closed = {entry.upload_id for entry in entries}
            reserved = {upload_id: size for upload_id, size in quota.reserved.items() if upload_id not in closed}
            self._change(quota, left=sum((entry.amounts for entry in entries), quota.left), reserved=reserved)
            return True

    def resize(self, owner: str, upload_id: str, reserved_bytes: int, size_bytes: int) -> bool:
        more = Amounts(size_bytes - reserved_bytes)
        with self._lock:
            quota = self._quotas.get(owner)
            if quota is None or quota.reserved.get(upload_id) != reserved_bytes:
                return False
            if more.size_bytes > 0 and quota.left.size_bytes < more.size_bytes:
                return False
            self._change(quota, left=quota.left - more, reserved={**quota.reserved, upload_id: size_bytes})
            return True

    def restore(self, owner: str, entries: Mapping[str, int]) -> None:
        with self._lock:
            self.add(owner)
            quota = self._quotas[owner]
            lost = {upload_id: size for upload_id, size in entries.items() if upload_id not in quota.reserved}
            self._change(quota, left=quota.left - amounts_of(lost), reserved={**quota.reserved, **lost})

    def recount(self, quota: Quota, used: Amounts, *, counted_at: datetime, took: timedelta) -> bool:
        with self._lock:
            now = self._quotas.get(quota.owner)
            if now is None or now.revision != quota.revision:
                return False
            self._change(now, left=now.left_after_count(used), counted_at=counted_at, count_took=took)
            return True

    def add(self, owner: str) -> None:
        with self._lock:
            self._quotas.setdefault(owner, Quota(owner, allowed=self._limits or Amounts(), left=Amounts()))

    def left(self, owner: str) -> Quota | None:
        return self._quotas.get(owner)

    def of(self, owners: Sequence[str]) -> Mapping[str, Quota]:
        return {owner: self._quotas[owner] for owner in owners if owner in self._quotas}

    def set_limits(self, owner: str, allowed: Amounts | None) -> None:
        with self._lock:
            self.add(owner)
            self._limit(self._quotas[owner], allowed or self._limits or Amounts(), is_custom=allowed is not None)

    def remove(self, owner: str) -> None:
        self._quotas.pop(owner, None)

    def owners_with_entries(self) -> Iterator[str]:
        return iter([quota.owner for quota in list(self._quotas.values()) if quota.reserved])

    def _limit(self, quota: Quota, allowed: Amounts, *, is_custom: bool) -> None:
        self._change(quota, allowed=allowed, left=quota.left + allowed - quota.allowed, is_custom=is_custom)

    def _change(self, quota: Quota, **changes: object) -> None:
        self._quotas[quota.owner] = replace(quota, revision=quota.revision + 1, **changes)  # type: ignore[arg-type]
