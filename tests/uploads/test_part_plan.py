"""Every file that S3 accepts is divided into parts that S3 accepts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.uploads.errors import PartNumberInvalid
from service.uploads.part_plan import plan_parts

MIB = 1024 * 1024
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
SMALLEST_PART, LARGEST_PART, MOST_PARTS, LARGEST_OBJECT = 5 * MIB, 5 * 1024 * MIB, 10_000, 5 * 1024 * 1024 * MIB


@given(st.one_of(st.integers(1, LARGEST_OBJECT), st.integers(1, 300_000).map(lambda mib: mib * MIB)))
def test_the_parts_are_such_as_stores_take_and_add_up_to_the_file(size_bytes: int) -> None:
    """Only the last may be small, none is too large, their number is allowed, and they cover the file."""
    plan = plan_parts(size_bytes)

    last = plan.size_of(plan.part_count)
    assert SMALLEST_PART <= plan.part_size_bytes <= LARGEST_PART
    assert 1 <= plan.part_count <= MOST_PARTS
    assert 1 <= last <= plan.part_size_bytes
    assert (plan.part_count - 1) * plan.part_size_bytes + last == size_bytes


@pytest.mark.parametrize(
    ("size_bytes", "part_mib", "count"),
    [
        (1, 16, 1),
        (16 * MIB, 16, 1),
        (16 * MIB + 1, 16, 2),
        (10_000 * 16 * MIB, 16, 10_000),
        (10_000 * 16 * MIB + 1, 17, 9412),
        (LARGEST_OBJECT, 525, 9987),
    ],
)
def test_parts_are_of_16_mib_until_there_would_be_too_many(size_bytes: int, part_mib: int, count: int) -> None:
    """Then the smallest whole number of MiB that is enough."""
    plan = plan_parts(size_bytes)

    assert (plan.part_size_bytes, plan.part_count) == (part_mib * MIB, count)


@pytest.mark.parametrize("part_number", [-1, 0, 3, 10_001, 2**70])
def test_there_are_no_parts_beyond_the_plan(part_number: int) -> None:
    """Numbers go from 1 to the last."""
    with pytest.raises(PartNumberInvalid, match="1 to 2"):
        plan_parts(17 * MIB).size_of(part_number)
