"""Digests, with and without the fast library."""

import base64
import os

import pytest

from moodrop.digests import PlainCrc32c, digest_of, new_digest


def test_crc32c_has_the_value_of_the_standard() -> None:
    """RFC 3720, and every catalogue of CRCs: 123456789 gives E3069283."""
    plain = PlainCrc32c()
    plain.update(b"1234")
    plain.update(b"56789")

    assert plain.digest().hex() == "e3069283"


def test_both_crc32c_are_one() -> None:
    """The extra is only faster."""
    data, plain, fast = os.urandom(100_003), PlainCrc32c(), new_digest("crc32c")
    for digest in (plain, fast):
        digest.update(data[:5])
        digest.update(data[5:])

    assert not isinstance(fast, PlainCrc32c)
    assert plain.digest() == fast.digest()


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
