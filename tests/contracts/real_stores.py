"""What only a real store can be asked, and how its URLs are used: over HTTP."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import urllib3

from service.store.model import PresignedPost, PresignedRequest, StoredPart
from tests.builders import StoreResponse, send_http
from tests.contracts.multipart_contract import EnforcingMultipartContract, Multipart
from tests.contracts.object_store_contract import KEY, SONG, TYPED, World


def over_http(transfer: PresignedRequest, body: bytes, headers: Mapping[str, str] | None) -> StoreResponse:
    return send_http(transfer, body, headers)


def form_over_http(form: PresignedPost, fields: Mapping[str, str], file: bytes) -> int:
    sent = {**fields, "file": ("song.ogg", file, "audio/ogg")}
    return urllib3.request("POST", form.url, fields=sent, retries=False, redirect=False, timeout=10).status


class RealMultipartContract(EnforcingMultipartContract):
    """Tests with too many requests to run on every store."""

    def test_more_parts_than_the_store_lists_at_once_are_all_listed(self, world: World) -> None:
        """VersityGW lists a thousand at a time; a plan may have ten thousand."""
        multipart = Multipart.open(world)
        numbers = [*range(1, 1003), 10_000]

        with ThreadPoolExecutor(8) as pool:
            answers = set(pool.map(lambda number: multipart.send(b"%d" % number, number), numbers))

        assert answers == {200}
        assert [part.part_number for part in multipart.parts()] == numbers

    def test_more_multiparts_than_the_store_lists_at_once_are_aborted(self, world: World) -> None:
        """As a client leaves them that starts and never sends."""
        with ThreadPoolExecutor(8) as pool:
            opened = list(pool.map(lambda _: Multipart.open(world), range(1005)))

        world.store.abort_multiparts(world.bucket, KEY)

        assert [opened[index].listed() for index in (0, 500, 999, 1004)] == [None] * 4
        assert not opened[-1].complete([StoredPart(1, 1, "0" * 32)])

    def test_more_objects_than_the_store_lists_at_once_are_listed_once(self, world: World) -> None:
        """Also if the last of a page is removed meanwhile, where VersityGW says that nothing follows."""
        folder = "uploads/alice/01JD8ZK3V0X5W9QH2M4N6P7R8S/"
        keys = [f"{folder}{number:04d}" for number in range(1005)]

        def put(key: str) -> int:
            return world.send(world.presign_put(TYPED, key=key), SONG, None).status

        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(put, keys)) == {200}
        assert self.keys_below(world, folder) == keys

        listing = world.store.iter_objects(world.bucket, folder)
        first = list(islice(listing, 1000))
        world.store.delete_version(world.bucket, first[-1].object_key, first[-1].version_id)
        assert [entry.object_key for entry in [*first, *listing]] == keys

        world.store.purge_below(world.bucket, folder)
        assert self.keys_below(world, folder) == []

    def test_more_versions_than_the_store_lists_at_once_are_removed(self, world: World) -> None:
        """As somebody leaves them who uses an upload URL again and again. The kept one stays, and other keys."""
        url = world.presign_put(TYPED)
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: world.send(url, SONG, None), range(1005)))
        newest, other = world.head(), world.put(key=f"{KEY}2")

        assert world.store.purge(world.bucket, KEY, keep=[newest.version_id])

        versions = {answer.headers["x-amz-version-id"] for answer in answers}
        assert [one for one in versions if world.store.head(world.bucket, KEY, one)] == [newest.version_id]
        assert world.head(f"{KEY}2") == other

    def keys_below(self, world: World, folder: str) -> list[str]:
        return [entry.object_key for entry in world.store.iter_objects(world.bucket, folder)]
