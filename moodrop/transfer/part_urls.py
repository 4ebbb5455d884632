"""The signed URLs of an upload's parts: requested when they are needed, many with one call where possible."""

import threading
from collections.abc import Mapping, Sequence
from typing import Any

from moodrop.calls.signed_requests import SignedRequest, StartedUpload
from moodrop.errors import ServerUnknown
from moodrop.transfer.context import ClientContext
from moodrop.transfer.digests import Digests, digest_of
from moodrop.transfer.plan import PartPlan
from moodrop.transfer.sources import OpenSource

URLS_PER_CALL = 100


class PartUrls:
    """Signs parts. Thread-safe.

    `missing` are the numbers of the parts to send; `signed` are the requests that came with the start.
    """

    def __init__(
        self,
        context: ClientContext,
        path: str,
        plan: PartPlan,
        source: OpenSource,
        digests: Digests | None,
        missing: Sequence[int],
        signed: Mapping[int, SignedRequest],
    ) -> None:
        self._context = context
        self._path = path
        self._plan = plan
        self._source = source
        self._digests = digests
        self._missing = missing
        self._signed = dict(signed)
        self._lock = threading.Lock()

    def sign(self, part_number: int) -> SignedRequest:
        """Return a fresh request each time: whoever asks again was refused by the store."""
        algorithm = self._plan.checksum_algorithm
        if algorithm is None or self._known_digest(part_number):
            return self._take(part_number)
        # Read by the thread that sends the part next, while it is in the system's cache.
        chunks = self._source.read(self._plan.offset_of(part_number), self._plan.size_of(part_number))
        signed = self._request({"parts": [_row(part_number, digest_of(chunks, algorithm))]})
        return _part_of(signed, part_number)

    def _take(self, part_number: int) -> SignedRequest:
        """Take a request that is at hand; if there is none, get those of the next hundred missing parts."""
        with self._lock:
            signed = self._signed.pop(part_number, None)
            if signed is None or signed.is_expired:
                following = [number for number in self._missing if number >= part_number][:URLS_PER_CALL]
                self._signed |= self._request(self._body(following))
                signed = _part_of(self._signed, part_number)
                del self._signed[part_number]
            return signed

    def _body(self, part_numbers: Sequence[int]) -> Mapping[str, Any]:
        if self._plan.checksum_algorithm is None:
            return {"part_numbers": part_numbers}
        return {"parts": [_row(number, self._known_digest(number)) for number in part_numbers]}

    def _known_digest(self, part_number: int) -> str | None:
        if self._digests is None:
            return None
        return self._digests.of_part(part_number, self._plan.part_size_bytes, self._plan.checksum_algorithm)

    def _request(self, body: Mapping[str, Any]) -> dict[int, SignedRequest]:
        return StartedUpload.of(self._context.service.call("POST", self._path, body=body)).parts


def _part_of(signed: Mapping[int, SignedRequest], part_number: int) -> SignedRequest:
    if part_number not in signed:
        raise ServerUnknown(f"the service gives no URL for part {part_number}")
    return signed[part_number]


def _row(part_number: int, checksum_base64: str | None) -> dict[str, Any]:
    return {"part_number": part_number, "checksum_base64": checksum_base64}
