"""How a large file is cut into parts."""

from dataclasses import dataclass
from typing import Protocol, Self

from moodrop.model import UploadChecksum


class Planned(Protocol):
    """An answer that tells how a file is cut."""

    @property
    def part_size_bytes(self) -> int | None: ...
    @property
    def part_count(self) -> int | None: ...
    @property
    def part_checksum_algorithm(self) -> UploadChecksum | None: ...


@dataclass(frozen=True, slots=True)
class PartPlan:
    """All parts have `part_size_bytes`, the last has the rest."""

    size_bytes: int
    part_size_bytes: int
    part_count: int
    checksum_algorithm: UploadChecksum | None

    @classmethod
    def of(cls, size_bytes: int, planned: Planned) -> Self | None:
        """None where the file goes in one piece."""
        if planned.part_size_bytes is None or planned.part_count is None:
            return None
        return cls(size_bytes, planned.part_size_bytes, planned.part_count, planned.part_checksum_algorithm)

    def offset_of(self, part_number: int) -> int:
        return (part_number - 1) * self.part_size_bytes

    def size_of(self, part_number: int) -> int:
        return min(self.part_size_bytes, self.size_bytes - self.offset_of(part_number))
