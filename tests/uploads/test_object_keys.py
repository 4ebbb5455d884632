"""Object keys: our own are always plain, and a client's are accepted or refused, but never altered."""

import posixpath
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from service.app import new_ulid
from service.shared.model import Caller
from service.uploads.errors import InvalidObjectKey, KeyOutsidePrefix
from service.uploads.model import TransferKind, Upload
from service.uploads.object_keys import (
    derived_key,
    derived_prefix,
    final_key,
    is_made_here,
    named_key,
    owner_slug,
    parse_derived,
    staging_key,
)
from tests.builders import a_record

ANY_TEXT = st.text(max_size=200)
OWNERS = ANY_TEXT | st.from_regex(r"h\.[0-9a-f]{40}", fullmatch=True) | st.sampled_from(["alice", ".", "..", "a/b"])
ALICE = Caller("alice", frozenset())
ANYBODY = Caller("local", frozenset(), any_prefix=True)


@given(OWNERS, ANY_TEXT | st.from_regex(r".{0,9}\..{0,9}"))
@example("alice", "a.mp3\n")
@example("alice", "x.\N{FULLWIDTH LATIN CAPITAL LETTER M}\N{ARABIC-INDIC DIGIT THREE}")
def test_a_key_made_here_is_plain_and_of_fixed_depth(owner: str, filename: str) -> None:
    """For any owner and file name, because stores differ in how they treat others."""
    upload_id = new_ulid()

    final, staging = final_key(owner, upload_id, filename), staging_key(owner, upload_id)

    assert re.fullmatch(r"uploads/[A-Za-z0-9_.-]{1,64}/[0-9A-Z]{26}(\.[a-z0-9]{1,8})?", final)
    assert re.fullmatch(r"incoming/[A-Za-z0-9_.-]{1,64}/[0-9A-Z]{26}", staging)
    assert posixpath.normpath(final) == final


@given(OWNERS, OWNERS)
@example("alice", "h." + "0" * 40)
def test_no_owner_gets_anothers_folder(one: str, other: str) -> None:
    """Not even an owner named like another's hash."""
    assume(one != other)

    assert owner_slug(one) != owner_slug(other)


@pytest.mark.parametrize(
    ("filename", "extension"),
    [
        ("a.MP3", ".mp3"),
        ("a.tar.gz", ".gz"),
        ("a", ""),
        (".bashrc", ""),
        ("a.", ""),
        ("a.b c", ""),
        ("a.123456789", ""),
    ],
)
def test_a_key_ends_with_the_extension_where_it_is_plain(filename: str, extension: str) -> None:
    """For people who look into the bucket."""
    assert final_key("alice", "ID", filename) == f"uploads/alice/ID{extension}"


@pytest.mark.parametrize(
    "key",
    [
        "uploads/alice/a b.mp3", "uploads/alice/été/日本 🎵.mp3", "uploads/alice/a+b&c%20=#?.mp3",
        "uploads/alice/...", "uploads/alice/" + "x" * 255,
    ],
)  # fmt: skip
def test_a_key_of_the_callers_own_is_taken_as_it_is(key: str) -> None:
    """Spaces and Unicode included, as the seed's clients send them."""
    assert named_key(ALICE, key) == key


@pytest.mark.parametrize(
    "key",
    [
        "", "..", "/uploads/alice/a", "uploads//alice/a", "uploads/alice/../bob/a", "uploads/alice/./a",
        "uploads/alice/a/", "uploads/alice/a/..", "../uploads/alice/a", "uploads\\alice\\a", "uploads/alice/a\\b",
        "uploads/alice/a\nb", "uploads/alice/a\x00", "uploads/alice/\x7f", "uploads/alice/\x85", "uploads/alice/\ud800",
        "uploads/alice/" + "x" * 256, "uploads/alice/" + "é" * 128, "uploads/alice/" + "x/" * 600 + "x", "//", "./a",
    ],
)  # fmt: skip
@pytest.mark.parametrize("caller", [ALICE, ANYBODY], ids=["alice", "anybody"])
def test_an_odd_key_is_refused(caller: Caller, key: str) -> None:
    """For everybody."""
    with pytest.raises(InvalidObjectKey):
        named_key(caller, key)


@pytest.mark.parametrize(
    "key",
    [
        "a",
        "uploads",
        "uploads/alice",
        "uploads/bob/a",
        "incoming/alice/a",
        "Uploads/alice/a",
        "uploads/alice2/a",
        "x/y/z",
    ],
)
def test_a_key_outside_the_callers_prefix_is_refused(key: str) -> None:
    """Also one that merely begins like it."""
    with pytest.raises(KeyOutsidePrefix):
        named_key(ALICE, key)


def test_the_local_user_may_name_any_users_key() -> None:
    """But nothing outside uploads/."""
    assert named_key(ANYBODY, "uploads/u1/a") == "uploads/u1/a"
    for key in ("incoming/local/a", "uploads/u1", "other/u1/a"):
        with pytest.raises(KeyOutsidePrefix):
            named_key(ANYBODY, key)


@given(st.text(st.characters(codec=None), max_size=60).map(lambda text: f"uploads/alice/{text}") | ANY_TEXT)
def test_a_key_is_taken_unaltered_or_not_at_all(key: str) -> None:
    """An accepted key stays under the caller's prefix however a store normalises it."""
    try:
        taken = named_key(ALICE, key)
    except (InvalidObjectKey, KeyOutsidePrefix):
        return

    assert taken == key == posixpath.normpath(key)
    assert key.startswith("uploads/alice/")
    assert ".." not in key.split("/")
    assert not re.search(r"[\\\x00-\x1f\x7f]", key)
    assert len(key.encode()) <= 1024


def a_file(owner: str, **changes: Any) -> Upload:
    file_id = new_ulid()
    return a_record(file_id, **{"owner": owner, "object_key": final_key(owner, file_id, "a.mp3"), **changes})


@given(OWNERS, st.integers(1, 2**53), st.from_regex(r"[a-z0-9.-]{1,40}", fullmatch=True))
def test_the_key_of_a_derived_object_tells_what_it_belongs_to(owner: str, token: int, name: str) -> None:
    """So that what nobody names any more can be found and removed; and no client may name such a key."""
    file = a_file(owner)

    key = derived_key(file, "image", token, name)

    assert key.startswith(derived_prefix(file))
    assert parse_derived(key) == (file.upload_id, "image", token, name)
    assert is_made_here(key)


@given(OWNERS, OWNERS)
def test_derived_objects_are_found_after_the_file_has_changed_hands(owner: str, other: str) -> None:
    """Also when it is deleted then, and a staged one has given up its key."""
    file_id = new_ulid()
    named = f"uploads/{owner_slug(owner)}/my song.mp3"
    given_key = a_file(owner)
    staged = a_file(owner, kind=TransferKind.STAGED, target_key=named, object_key=named)
    deleted = replace(staged, owner=other, object_key=staging_key(other, file_id))

    assert derived_prefix(replace(given_key, owner=other)) == derived_prefix(given_key)
    assert derived_prefix(deleted) == derived_prefix(staged)


@given(st.text(min_size=1).filter(lambda segment: "/" not in segment))
def test_a_folder_that_only_the_local_user_may_name_is_made_plain(segment: str) -> None:
    """In open mode a key may lie below any folder."""
    key = derived_key(a_file("local", object_key=f"uploads/{segment}/a.mp3"), "image", 1, "96.webp")

    assert parse_derived(key)


@pytest.mark.parametrize("name", ["", "../x", "a/b", "A.webp", "x" * 41, "a\n"])
def test_an_odd_name_of_a_derived_object_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="derived object"):
        derived_key(a_file("alice"), "image", 1, name)


def test_other_keys_are_not_taken_for_derived_ones() -> None:
    file_id = new_ulid()

    assert parse_derived(final_key("alice", file_id, "a.mp3")) is None
    assert parse_derived(f"derived/alice/{file_id}/image/0/96.webp") is None
    assert parse_derived(f"derived/alice/{file_id}/image/1/96.webp\n") is None
