"""What only a real store can be asked, and how its URLs are used: over HTTP."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import urllib3

from service.store.model import PresignedPost, PresignedRequest, StoredPart
from tests.builders import StoreResponse, send_http
from tests.contracts.multipart_contract import EnforcingMultipartContract, Multipart
from tests.contracts.object_store_contract import KEY, World


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
