"""A bucket and a database of a million files, made up on demand, and the cost of comparing them.

`python -m tests.helpers.many_files 1000000` prints by how many KiB the process grew, and the seconds it took.
"""

import resource
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import monotonic

from dev.in_memory import in_memory_ports
from service.ports import Ports
from service.settings import Settings
from service.store.model import ObjectEntry, StoredObject
from service.uploads.model import RecordedObject, UploadStatus
from service.uploads.usecases.upkeep.reconcile import Tally, reconcile
from tests.builders import KEYRING

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=9)


class ManyFiles:
    """Both sides; of 100,000 files, one has no document, and one has no object and is deleted by the second check."""

    def __init__(self, count: int) -> None:
        self._count = count

    def _keys(self, bucket: str, missing: int) -> Iterator[str]:
        return (f"uploads/u/{n:09d}" for n in range(self._count) if n % 100_000 != missing)

    def iter_objects(self, bucket: str, prefix: str = "") -> Iterator[ObjectEntry]:
        keys = self._keys(bucket, 7) if prefix.startswith("uploads") else iter(())
        return (ObjectEntry(key, 1, "e", LONG_AGO) for key in keys)

    def iter_recorded(self, bucket: str) -> Iterator[RecordedObject]:
        return (RecordedObject(key, key[-9:], UploadStatus.READY, "e", None) for key in self._keys(bucket, 3))

    def iter_recorded_elsewhere(self, buckets: Sequence[str]) -> Iterator[RecordedObject]:
        return iter(())

    def head(self, bucket: str, object_key: str, version_id: str | None = None) -> StoredObject:
        return StoredObject(1, "audio/mpeg", "e", None, {}, None, LONG_AGO)

    def at_key(self, object_key: str) -> list[None]:
        return []

    def get(self, upload_id: str) -> None:
        return None


def many_files(count: int) -> Ports:
    """Return ports with so many files, good for reconcile alone."""
    both, settings = ManyFiles(count), Settings(auth_mode="open")
    ports = in_memory_ports(settings, KEYRING, lambda: NOW)
    return replace(ports, objects=both, records=both, authenticators=())


def _high_water_kib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> None:
    """Warm up with a thousand; then print what so many add."""
    for _ in reconcile(many_files(1000), Tally()):
        pass
    before, begun, tally = _high_water_kib(), monotonic(), Tally()
    for _ in reconcile(many_files(int(sys.argv[1])), tally):
        pass
    grown, took = _high_water_kib() - before, monotonic() - begun
    sys.stdout.write(f"{tally.objects} {grown} {took:.1f}\n")


if __name__ == "__main__":
    main()
