"""Which digests are computed, and how often the file is read for them."""

import base64
import hashlib
import os
from collections.abc import Iterator

import pytest

from moodrop.transfer.digests import USUAL_PART_BYTES, digest_of, digests_of
from service.uploads.part_plan import plan_parts
from tests.client.recording import MIB


def test_crc32c_has_the_value_of_the_standard() -> None:
    """RFC 3720 and every catalogue of CRCs say that 123456789 gives E3069283."""
    assert base64.b64decode(digest_of([b"1234", b"56789"], "crc32c")).hex() == "e3069283"


@pytest.mark.parametrize(
    ("algorithm", "of_nothing"),
    [
        ("sha256", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
        ("md5", "1B2M2Y8AsgTpgAmY7PhCfg=="),
        ("crc32c", base64.b64encode(bytes(4)).decode()),
    ],
)
def test_an_empty_file_has_a_digest(algorithm: str, of_nothing: str) -> None:
    assert digest_of([], algorithm) == of_nothing  # type: ignore[arg-type]  # one of the three


class Reader:
    """Reads like OpenSource, and counts what it was asked for."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.read_bytes = 0

    def read(self, offset: int, size_bytes: int) -> Iterator[bytes]:
        self.read_bytes += size_bytes
        for start in range(offset, offset + size_bytes, MIB):
            yield self.content[start : min(start + MIB, offset + size_bytes)]


def test_the_parts_come_with_the_whole_for_one_reading() -> None:
    """If they are the parts into which the service divides such a file."""
    content = os.urandom(2 * USUAL_PART_BYTES + 5)
    reader, plan = Reader(content), plan_parts(len(content))

    digests = digests_of(reader.read, len(content), "crc32c")

    assert reader.read_bytes == len(content)
    assert digests.whole_base64 == digest_of([content], "crc32c")
    for number in range(1, 4):
        part = content[(number - 1) * USUAL_PART_BYTES : number * USUAL_PART_BYTES]
        assert digests.of_part(number, plan.part_size_bytes, "crc32c") == digest_of([part], "crc32c")


def test_other_parts_have_to_be_read() -> None:
    """Parts of another size or with another algorithm, as an older upload may have."""
    content = bytes(USUAL_PART_BYTES + 1)
    digests = digests_of(Reader(content).read, len(content), "crc32c")

    assert digests.of_part(1, USUAL_PART_BYTES // 2, "crc32c") is None
    assert digests.of_part(1, USUAL_PART_BYTES, "sha256") is None


def test_a_sha256_of_parts_is_left_to_those_who_send_them() -> None:
    """It takes as long as sending, and several threads send at once."""
    content = bytes(USUAL_PART_BYTES + 1)

    digests = digests_of(Reader(content).read, len(content), "sha256")

    assert base64.b64decode(digests.whole_base64) == hashlib.sha256(content).digest()
    assert digests.of_part(1, USUAL_PART_BYTES, "sha256") is None
