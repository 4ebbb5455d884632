"""What every ObjectStore promises a move between two stores; mixed into the tests of each store."""

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from service.store.errors import StoreUnavailable
from service.store.model import OpenObject
from service.store.s3.transfers import PART_BYTES
from tests.builders import OTHER, SONG
from tests.contracts.object_store_contract import KEY, World

SENT = {"content-type": "audio/mpeg", "cache-control": "no-store", "x-amz-meta-by": "alice"}
LARGE = b"x" * PART_BYTES + SONG


def opened(body: bytes) -> OpenObject:
    """Return an object of another store, in pieces that no part begins with."""
    pieces = [body[at : at + 700_000] for at in range(0, len(body), 700_000)]
    return OpenObject(len(body), SENT, iter(pieces))


def cut_off(body: bytes) -> Iterator[bytes]:
    yield body
    raise StoreUnavailable("the other store hung up")


class TransfersContract:
    """Whole objects are read, and written as they were read."""

    @pytest.mark.parametrize("body", [b"", SONG, LARGE], ids=["empty", "small", "in parts"])
    def test_what_is_written_is_read_with_all_that_was_sent_with_it(self, world: World, body: bytes) -> None:
        """A digest of a whole object is shown only where the store made one."""
        made = world.store.write(world.bucket, KEY, opened(body))

        there = world.store.read(world.bucket, KEY, made.version_id, if_match=made.etag)

        assert there is not None
        assert (there.size_bytes, dict(there.headers)) == (len(body), SENT)
        assert b"".join(there.chunks) == body
        assert replace(made, checksums={}) == replace(world.head(), checksums={})
        assert made.checksums.get("sha256") in (None, b64encode(hashlib.sha256(body).digest()).decode())

    def test_the_version_that_is_asked_for_is_read(self, world: World) -> None:
        first = world.put(SONG)
        world.put(OTHER)

        there = world.store.read(world.bucket, KEY, first.version_id, if_match=first.etag)

        assert there is not None
        assert b"".join(there.chunks) == SONG

    def test_other_bytes_and_bytes_that_are_gone_are_none(self, world: World) -> None:
        stored = world.put()

        assert world.store.read(world.bucket, KEY, stored.version_id, if_match="0" * 32) is None
        assert world.store.read(world.bucket, "uploads/alice/none", None, if_match=stored.etag) is None
        world.store.delete_version(world.bucket, KEY, stored.version_id)
        assert world.store.read(world.bucket, KEY, stored.version_id, if_match=stored.etag) is None

    @pytest.mark.parametrize("body", [SONG, LARGE], ids=["small", "in parts"])
    def test_of_a_source_that_breaks_off_nothing_is_left(self, world: World, body: bytes) -> None:
        """Not even parts, which nobody lists but the store counts."""
        with pytest.raises(StoreUnavailable, match="hung up"):
            world.store.write(world.bucket, KEY, OpenObject(len(body) + 5, SENT, cut_off(body)))

        assert world.store.head(world.bucket, KEY) is None

    def test_a_source_that_is_shorter_than_it_says_is_no_copy(self, world: World) -> None:
        with pytest.raises(StoreUnavailable, match="does not show the copy"):
            world.store.write(world.bucket, KEY, OpenObject(len(SONG) + 1, SENT, iter([SONG])))

    def test_a_small_object_is_put(self, world: World) -> None:
        before = datetime.now(UTC)

        world.store.put_small(world.bucket, "moodrop/mark.json", b"{}")
        world.store.put_small(world.bucket, "moodrop/mark.json", b'{"a": 1}')

        stored = world.head("moodrop/mark.json")
        there = world.store.read(world.bucket, "moodrop/mark.json", stored.version_id, if_match=stored.etag)
        assert there is not None
        assert b"".join(there.chunks) == b'{"a": 1}'
        assert (stored.modified_at - before).total_seconds() > -5
