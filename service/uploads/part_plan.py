"""Cuts a large file into parts: a pure function of its size, the same for every client, forever.

S3 takes objects of up to 5 TiB, in at most 10,000 parts of 5 MiB to 5 GiB, the last one as small as it likes:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
"""

from dataclasses import dataclass

from service.store.limits import MAX_PARTS, MIB, SMALLEST_PART_BYTES
from service.uploads.errors import NotMultipart, PartNumberInvalid
from service.uploads.model import Upload

# Large enough that a request costs little compared to its bytes, small enough that a lost request costs little.
PREFERRED_PART_BYTES = 16 * MIB


@dataclass(frozen=True, slots=True)
class PartPlan:
    """The parts of one file: all of `part_size_bytes`, except the last, which has the rest."""

    size_bytes: int
    part_size_bytes: int

    @property
    def part_count(self) -> int:
        return max(1, -(-self.size_bytes // self.part_size_bytes))

    @property
    def part_numbers(self) -> range:
        return range(1, self.part_count + 1)

    def size_of(self, part_number: int) -> int:
        """Return the bytes of that part; the first part is 1. Raises PartNumberInvalid."""
        if part_number not in self.part_numbers:
            raise PartNumberInvalid(f"there is no part {part_number}; the parts are 1 to {self.part_count}")
        return min(self.part_size_bytes, self.size_bytes - (part_number - 1) * self.part_size_bytes)


def plan_parts(size_bytes: int) -> PartPlan:
    """Plan a file of 1 byte to 5 TiB: parts of 16 MiB, or of as many whole MiB as 10,000 parts need."""
    least = -(-size_bytes // MAX_PARTS)
    whole_mib = -(-least // MIB) * MIB
    return PartPlan(size_bytes, max(PREFERRED_PART_BYTES, whole_mib))


def plan_chunks(size_bytes: int, chunk_bytes: int = 0) -> PartPlan:
    """Plan a file as a client does that cuts it by itself, like Uppy's `getChunkSize`, but never with too small parts.

    Uppy's default is 5 MiB, and for larger files a ten-thousandth. An empty file is one empty part.
    """
    return PartPlan(size_bytes, max(SMALLEST_PART_BYTES, chunk_bytes, -(-size_bytes // MAX_PARTS)))


def plan_of(upload: Upload) -> PartPlan | None:
    """Return how this upload is cut, as decided at its start; None if it goes in one piece.

    None too if its client cuts it and has not declared its size.
    """
    state = upload.multipart
    if state is None or not state.part_size_bytes or upload.size_bytes is None:
        return None
    return PartPlan(upload.size_bytes, state.part_size_bytes)


def require_plan(upload: Upload) -> PartPlan:
    """Return how this upload is cut. Raises NotMultipart if that is not known, or if it goes in one piece."""
    plan = plan_of(upload)
    if plan is None:
        raise NotMultipart(f"upload {upload.upload_id} has no plan of parts")
    return plan
