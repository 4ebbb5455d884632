"""The policy: types, sizes, moods, checksums, buckets and lifetimes."""

import base64
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.settings import Settings
from service.shared.errors import Invalid
from service.uploads.errors import (
    ChecksumInvalid,
    ContentTypeNotAllowed,
    FileTooLarge,
    MoodNotAllowed,
)
from service.uploads.model import Checksum
from service.uploads.policy import (
    DIGEST_BYTES,
    Policy,
    check_checksum,
    in_flight_grace,
)

POLICY = Policy.from_settings(Settings(auth_mode="open"))
GIB = 1024**3


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("audio/mpeg", "audio/mpeg"),
        ("AUDIO/MPEG", "audio/mpeg"),
        (" audio/ogg ; codecs=opus", "audio/ogg"),
        ("video/vnd.dlna.mpeg-tts", "video/vnd.dlna.mpeg-tts"),
        ("image/webp", "image/webp"),
        ("application/pdf", "application/pdf"),
    ],
)
def test_an_allowed_type_is_kept_in_lower_case_without_parameters(raw: str, expected: str) -> None:
    """The store compares text, so there must be only one spelling."""
    assert POLICY.check_content_type(raw) == expected


@pytest.mark.parametrize(
    "raw",
    [
        "text/html", "image/svg+xml", "application/octet-stream", "", "audio", "audio/", "/mpeg", "audio/mpeg/x",
        "audio/mp eg", "audio/mpeg\r\nx-evil: 1", "audio/*", "*/*", "audio/ünïcode", "audio/" + "x" * 200,
    ],
)  # fmt: skip
def test_any_other_type_is_refused(raw: str) -> None:
    """Types that run in a browser, malformed types and patterns."""
    with pytest.raises(ContentTypeNotAllowed):
        POLICY.check_content_type(raw)


@given(st.text(max_size=60) | st.from_regex(r"audio/.{0,20}"))
def test_no_text_gets_past_the_check_but_a_plain_type(raw: str) -> None:
    """The result goes into a signed header."""
    try:
        allowed = POLICY.check_content_type(raw)
    except ContentTypeNotAllowed:
        return

    assert re.fullmatch(r"[a-z]+/[a-z0-9!#$&^_.+-]+", allowed)
    assert POLICY.check_content_type(allowed) == allowed


@pytest.mark.parametrize("size_bytes", [0, 1, 5 * GIB])
def test_sizes_up_to_the_limit_are_fine(size_bytes: int) -> None:
    """Including 0 and the limit itself."""
    POLICY.check_size(size_bytes)


@pytest.mark.parametrize(("size_bytes", "error"), [(-1, Invalid), (5 * GIB + 1, FileTooLarge)])
def test_sizes_outside_are_refused(size_bytes: int, error: type[Exception]) -> None:
    """The answer names the size."""
    with pytest.raises(error, match=str(size_bytes)):
        POLICY.check_size(size_bytes)


def test_only_moods_of_the_list_are_taken() -> None:
    """None is fine; the empty text is no mood."""
    POLICY.check_mood(None)
    POLICY.check_mood("happy")
    for mood in ("", "Happy", "furious"):
        with pytest.raises(MoodNotAllowed):
            POLICY.check_mood(mood)


@given(st.sampled_from(sorted(DIGEST_BYTES)), st.binary(max_size=40))
def test_a_checksum_is_base64_of_the_right_length(algorithm: str, digest: bytes) -> None:
    """Of the digest itself, not of its hexadecimal text."""
    checksum = Checksum(algorithm, base64.b64encode(digest).decode())  # type: ignore[arg-type]

    if len(digest) == DIGEST_BYTES[algorithm]:
        check_checksum(checksum)
    else:
        with pytest.raises(ChecksumInvalid):
            check_checksum(checksum)


@pytest.mark.parametrize(
    "value", ["AAAAAA==\n", "AAAAAA", "AAAAAB==", "AAAA-_==", " AAAAAA==", "ÄÄÄÄÄÄ==", "\ud800AAAAA=="]
)
def test_a_checksum_has_one_way_of_writing_it(value: str) -> None:
    """The store compares text, so other spellings of the same bytes are refused too."""
    with pytest.raises(ChecksumInvalid):
        check_checksum(Checksum("crc32c", value))


def test_buckets_follow_the_type() -> None:
    """The first matching pattern decides; each bucket is listed once."""
    pairs = (("video/mp4", "films"), ("video/*", "videos"), ("image/*", "videos"))
    policy = replace(POLICY, bucket_by_type=pairs)

    buckets = [policy.bucket_for(content_type) for content_type in ("video/mp4", "video/webm", "audio/mpeg")]

    assert buckets == ["films", "videos", "mybucket"]
    assert policy.buckets == ("mybucket", "films", "videos")


@given(st.integers(0, 5 * GIB))
def test_a_url_lives_long_enough_for_its_size(size_bytes: int) -> None:
    """Never shorter than configured, never longer than an hour, and enough for a slow network."""
    lifetime = POLICY.upload_url_lifetime(size_bytes)

    assert 60 <= lifetime <= 3600
    assert lifetime == 3600 or lifetime >= size_bytes // (128 * 1024)
    assert in_flight_grace(size_bytes) >= max(600, size_bytes // (128 * 1024))
