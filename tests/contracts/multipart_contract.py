"""What every ObjectStore promises of multipart uploads; see object_store_contract.py."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from service.store.errors import StoreUnavailable
from service.store.memory.multipart import digest_of
from service.store.model import (
    PartChecksumAlgorithm,
    PresignedRequest,
    StoredObject,
    StoredPart,
)
from tests.builders import OTHER, SONG
from tests.contracts.object_store_contract import KEY, World

PART = bytes(range(256)) * 20480  # 5 MiB: the smallest size of every part but the last
ALGORITHMS: list[PartChecksumAlgorithm] = ["sha256", "crc32c"]
NOBODYS = "ZGUxNzYzOTAtZmM5My00ZGQ5LThmOTAtNjQyNmY4MGVkYTg4"


@dataclass(frozen=True)
class Multipart:
    """An open multipart upload and the client that sends its parts."""

    world: World
    object_key: str
    store_upload_id: str
    algorithm: PartChecksumAlgorithm | None

    @classmethod
    def open(cls, world: World, algorithm: PartChecksumAlgorithm | None = None, *, key: str = KEY) -> "Multipart":
        store_upload_id = world.store.create_multipart(
            world.bucket, key, content_type="audio/mpeg", part_checksum_algorithm=algorithm
        )
        return cls(world, key, store_upload_id, algorithm)

    def presign(
        self, body: bytes, part_number: int = 1, *, age: float = 0, store_upload_id: str = ""
    ) -> PresignedRequest:
        digest = {f"x-amz-checksum-{self.algorithm}": digest_of(self.algorithm, body)} if self.algorithm else {}
        return self.world.store.presign_part(
            self.world.bucket,
            self.object_key,
            store_upload_id or self.store_upload_id,
            part_number,
            headers={"content-length": str(len(body)), **digest},
            at=datetime.now(UTC) - timedelta(seconds=age),
            expires_in=60,
        )

    def send(self, body: bytes, part_number: int = 1) -> int:
        return self.world.send(self.presign(body, part_number), body, None).status

    def sent(self, *bodies: bytes) -> list[StoredPart]:
        assert [self.send(body, number) for number, body in enumerate(bodies, 1)] == [200] * len(bodies)
        return self.parts()

    def parts(self) -> list[StoredPart]:
        parts = self.listed()
        assert parts is not None
        return parts

    def listed(self) -> list[StoredPart] | None:
        return self.world.store.list_parts(self.world.bucket, self.object_key, self.store_upload_id)

    def complete(self, parts: Sequence[StoredPart]) -> bool:
        return self.world.store.complete_multipart(self.world.bucket, self.object_key, self.store_upload_id, parts)

    def abort(self) -> None:
        self.world.store.abort_multipart(self.world.bucket, self.object_key, self.store_upload_id)

    def object(self) -> StoredObject | None:
        return self.world.store.head(self.world.bucket, self.object_key)


class MultipartContract:
    """Promises of any store, even of one that enforces nothing."""

    def test_parts_become_the_object_when_completed(self, world: World) -> None:
        """Not before, and with the type from its start."""
        multipart = Multipart.open(world)
        parts = multipart.sent(PART, SONG)
        assert multipart.object() is None

        assert multipart.complete(parts)

        stored = world.head()
        assert (stored.size_bytes, stored.content_type) == (len(PART + SONG), "audio/mpeg")
        assert '"' not in stored.etag
        assert stored.version_id
        assert world.get().body == PART + SONG

    def test_one_small_part_is_enough(self, world: World) -> None:
        """If PUTs cannot be sealed, every file is sent this way."""
        multipart = Multipart.open(world)

        assert multipart.complete(multipart.sent(SONG))
        assert world.get().body == SONG

    def test_parts_are_listed_by_number_with_their_sizes(self, world: World) -> None:
        """In any order of arrival; of each number, only the last."""
        multipart = Multipart.open(world)
        assert multipart.parts() == []
        for number, body in ((7, SONG), (2, OTHER), (7, b"!")):
            assert multipart.send(body, number) == 200

        parts = multipart.parts()

        assert [(part.part_number, part.size_bytes) for part in parts] == [(2, len(OTHER)), (7, 1)]
        assert all(part.etag and '"' not in part.etag for part in parts)

    def test_an_aborted_multipart_is_gone(self, world: World) -> None:
        """With its parts; aborting again succeeds."""
        multipart = Multipart.open(world)
        multipart.sent(SONG)

        for _ in range(2):
            multipart.abort()

        assert multipart.listed() is None
        assert multipart.object() is None

    def test_what_was_never_opened_is_no_multipart(self, world: World) -> None:
        """An unknown id has nothing to list or abort."""
        multipart = Multipart(world, KEY, NOBODYS, None)

        multipart.abort()

        assert multipart.listed() is None

    def test_all_multiparts_of_a_key_are_aborted_at_once(self, world: World) -> None:
        """Also those that no document names; keys with the same beginning are spared."""
        ours = [Multipart.open(world) for _ in range(3)]
        others = [Multipart.open(world, key=f"{KEY}{more}") for more in ("2", "/1")]

        for _ in range(2):
            world.store.abort_multiparts(world.bucket, KEY)

        assert [multipart.listed() for multipart in ours] == [None] * 3
        assert [multipart.listed() for multipart in others] == [[], []]

    def test_objects_are_iterated_in_the_order_of_their_keys(self, world: World) -> None:
        """Each once, with its newest version; open multiparts do not count."""
        for key in ("b", "a/2", "a b", "a/1", "é"):
            world.put(SONG, key=f"uploads/alice/{key}")
        newest = world.put(OTHER + b"!", key="uploads/alice/a/1")
        world.put(key="uploads/bob/1")
        Multipart.open(world, key="uploads/alice/open")

        entries = list(world.store.iter_objects(world.bucket, "uploads/alice/"))

        assert [entry.object_key.removeprefix("uploads/alice/") for entry in entries] == ["a b", "a/1", "a/2", "b", "é"]
        assert (entries[1].size_bytes, entries[1].etag) == (newest.size_bytes, newest.etag)
        assert abs(entries[1].modified_at - datetime.now(UTC)) < timedelta(seconds=5)
        assert len(list(world.store.iter_objects(world.bucket))) == 6
        assert list(world.store.iter_objects(world.bucket, "uploads/carol/")) == []

    def test_a_bucket_that_is_not_there_has_no_absent_multiparts(self, world: World) -> None:
        """Otherwise a wrong setting would look like 'dropped by the store'."""
        missing = replace(world, bucket="no-such-bucket-here")

        with pytest.raises(StoreUnavailable):
            Multipart.open(missing)
        with pytest.raises(StoreUnavailable):
            Multipart(missing, KEY, NOBODYS, None).listed()
        with pytest.raises(StoreUnavailable):
            list(world.store.iter_objects("no-such-bucket-here"))


class EnforcingMultipartContract(MultipartContract):
    """Promises of a store that is safe for production."""

    def test_a_part_is_bound_to_its_length(self, world: World) -> None:
        """Not a byte more or less."""
        multipart = Multipart.open(world)
        transfer = multipart.presign(SONG)

        assert [world.send(transfer, body, None).status for body in (SONG + b"!", SONG[:-1], b"")] == [403] * 3
        assert multipart.parts() == []

    @pytest.mark.parametrize("algorithm", ALGORITHMS)
    def test_a_part_is_bound_to_its_digest(self, world: World, algorithm: PartChecksumAlgorithm) -> None:
        """Other bytes of the same length, a missing digest and another digest are refused."""
        multipart = Multipart.open(world, algorithm)
        transfer, name = multipart.presign(SONG), f"x-amz-checksum-{algorithm}"
        bare = {header: value for header, value in transfer.headers.items() if header != name}
        other = {**transfer.headers, name: digest_of(algorithm, OTHER)}

        answers = [world.send(transfer, *sent).status for sent in ((OTHER, None), (SONG, bare), (OTHER, other))]

        assert all(400 <= status < 500 for status in answers)
        assert multipart.parts() == []
        assert [part.checksum_base64 for part in multipart.sent(SONG)] == [digest_of(algorithm, SONG)]

    def test_a_part_without_the_digest_it_was_opened_for_is_refused(self, world: World) -> None:
        """Even if its URL binds none."""
        bound = Multipart.open(world, "sha256")

        assert replace(bound, algorithm=None).send(SONG) == 400
        assert bound.parts() == []

    def test_the_store_adds_up_the_crc32c_of_the_parts(self, world: World) -> None:
        """So confirm can compare it with that of the whole file."""
        multipart = Multipart.open(world, "crc32c")

        assert multipart.complete(multipart.sent(PART, SONG))

        assert world.head().checksums == {"sha256": None, "crc32c": digest_of("crc32c", PART + SONG)}

    def test_digests_of_parts_are_none_of_the_file(self, world: World) -> None:
        """A store returns a digest of digests under the same name."""
        multipart = Multipart.open(world, "sha256")

        assert multipart.complete(multipart.sent(PART, SONG))

        assert world.head().checksums == {"sha256": None, "crc32c": None}

    def test_part_numbers_go_from_1_to_10000(self, world: World) -> None:
        """Others are refused."""
        multipart = Multipart.open(world)

        assert [multipart.send(SONG, number) for number in (0, 10_001, 10_000)] == [400, 400, 200]
        assert [part.part_number for part in multipart.parts()] == [10_000]

    def test_a_part_url_is_for_its_own_multipart_and_number_alone(self, world: World) -> None:
        """An edited URL is refused."""
        multipart = Multipart.open(world)
        transfer = multipart.presign(SONG, 11)
        unknown = multipart.presign(SONG, store_upload_id=NOBODYS)

        assert world.send(unknown, SONG, None).status == 404
        assert multipart.parts() == []
        assert transfer.method == "PUT"
        assert transfer.expires_at - datetime.now(UTC) <= timedelta(seconds=60)
        assert world.send(multipart.presign(SONG, age=61), SONG, None).status == 403

    def test_a_part_that_comes_late_is_refused(self, world: World) -> None:
        """After completion or abort, and the object stays."""
        done, dropped = Multipart.open(world), Multipart.open(world, key=f"{KEY}2")
        assert done.complete(done.sent(SONG))
        dropped.abort()

        assert [done.send(OTHER), dropped.send(OTHER)] == [404, 404]
        assert world.get().body == SONG
        assert done.listed() is None

    def test_all_parts_but_the_last_have_5_mib(self, world: World) -> None:
        """The error can be corrected: the multipart stays open."""
        multipart = Multipart.open(world)
        parts = multipart.sent(PART[:-1], SONG)

        assert not multipart.complete(parts)
        assert multipart.object() is None
        assert multipart.complete(multipart.sent(PART))

    @pytest.mark.parametrize("algorithm", [None, *ALGORITHMS])
    def test_other_parts_than_those_it_holds_are_refused(
        self, world: World, algorithm: PartChecksumAlgorithm | None
    ) -> None:
        """A replaced part, a missing part, or the wrong order; no object is made."""
        multipart = Multipart.open(world, algorithm)
        seen = multipart.sent(PART, OTHER)
        multipart.send(SONG, 2)
        now = multipart.parts()

        wrong = (seen, [now[0], replace(now[1], part_number=3)], now[::-1])
        assert [multipart.complete(parts) for parts in wrong] == [False] * 3

        assert multipart.object() is None
        assert multipart.complete(now)
        assert world.get().body == PART + SONG

    def test_what_was_never_opened_cannot_be_completed(self, world: World) -> None:
        """Nor can an aborted one."""
        dropped = Multipart.open(world)
        parts = dropped.sent(SONG)
        dropped.abort()

        assert not Multipart(world, KEY, NOBODYS, None).complete(parts)
        assert not dropped.complete(parts)
        assert dropped.object() is None

    def test_an_object_that_is_there_is_not_replaced(self, world: World) -> None:
        """Whether a PUT or another multipart made it."""
        put, multipart = world.put(SONG), Multipart.open(world)

        assert not multipart.complete(multipart.sent(OTHER))

        assert world.head() == put

    def test_of_many_completions_at_once_one_makes_the_object(self, world: World) -> None:
        """All racing confirms see the same object, in one version."""
        multipart = Multipart.open(world)
        parts = multipart.sent(PART, SONG)

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: multipart.complete(parts), range(8)))

        assert any(answers)
        first = world.head()
        world.store.delete_version(world.bucket, KEY, first.version_id)
        assert world.store.head(world.bucket, KEY) is None
