"""How a large file is divided into parts."""

from dataclasses import dataclass
from typing import Protocol, Self

from moodrop.errors import ServerUnknown
from moodrop.model import UploadChecksum

MOST_PARTS = 10_000  # the limit of S3


class DividedUpload(Protocol):
    """A response that says how a file is divided."""

    @property
    def part_size_bytes(self) -> int | None: ...
    @property
    def part_count(self) -> int | None: ...
    @property
    def part_checksum_algorithm(self) -> UploadChecksum | None: ...


@dataclass(frozen=True, slots=True)
class PartPlan:
    """All parts have `part_size_bytes`; the last one has the rest."""

    size_bytes: int
    part_size_bytes: int
    part_count: int
    checksum_algorithm: UploadChecksum | None

    @classmethod
    def of(cls, size_bytes: int, upload: DividedUpload) -> Self | None:
        """Return the plan, or None if the file is sent in one piece. Raises ServerUnknown if it makes no sense."""
        if upload.part_size_bytes is None or upload.part_count is None:
            return None
        part_size_bytes = upload.part_size_bytes
        part_count = upload.part_count
        if part_size_bytes < 1 or part_count > MOST_PARTS or part_count != max(1, -(-size_bytes // part_size_bytes)):
            raise ServerUnknown(f"the service divides {size_bytes} bytes into {part_count} parts of {part_size_bytes}")
        return cls(size_bytes, part_size_bytes, part_count, upload.part_checksum_algorithm)

    def offset_of(self, part_number: int) -> int:
        return (part_number - 1) * self.part_size_bytes

    def size_of(self, part_number: int) -> int:
        return min(self.part_size_bytes, self.size_bytes - self.offset_of(part_number))
