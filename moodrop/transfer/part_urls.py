"""The URLs of the parts of an upload: asked for when their turn comes, many by one call where that can be."""

import threading
from collections.abc import Mapping, Sequence
from typing import Any

from moodrop.calls.signed_requests import Signed, Started
from moodrop.errors import ServerUnknown
from moodrop.transfer.context import Line
from moodrop.transfer.digests import Digests, digest_of
from moodrop.transfer.plan import PartPlan
from moodrop.transfer.sources import OpenSource

URLS_PER_CALL = 100


class PartUrls:
    """Thread-safe. `missing` are the parts that are to be sent, by number; `signed` is what the start brought along."""

    def __init__(
        self,
        line: Line,
        path: str,
        plan: PartPlan,
        source: OpenSource,
        digests: Digests | None,
        missing: Sequence[int],
        signed: Mapping[int, Signed],
    ) -> None:
        self._line, self._path = line, path
        self._plan, self._source, self._digests = plan, source, digests
        self._missing = missing
        self._signed = dict(signed)
        self._lock = threading.Lock()

    def sign(self, part_number: int) -> Signed:
        """A fresh one each time: whoever asks again was refused by the store."""
        algorithm = self._plan.checksum_algorithm
        if algorithm is None or self._known_digest(part_number):
            return self._next(part_number)
        # Read now, by the thread that sends it next.
        chunks = self._source.read(self._plan.offset_of(part_number), self._plan.size_of(part_number))
        return self._told(self._ask({"parts": [_row(part_number, digest_of(chunks, algorithm))]}), part_number)

    def _next(self, part_number: int) -> Signed:
        """One of those at hand, or else a hundred more are asked for: those whose turn is next."""
        with self._lock:
            at_hand = self._signed.pop(part_number, None)
            if at_hand is None or not at_hand.is_alive:
                following = [number for number in self._missing if number >= part_number][:URLS_PER_CALL]
                self._signed |= self._ask(self._wanted(following))
                at_hand = self._told(self._signed, part_number)
                del self._signed[part_number]
            return at_hand

    def _told(self, signed: Mapping[int, Signed], part_number: int) -> Signed:
        if part_number not in signed:
            raise ServerUnknown(f"the service tells no URL of part {part_number}")
        return signed[part_number]

    def _wanted(self, part_numbers: Sequence[int]) -> Mapping[str, Any]:
        if self._plan.checksum_algorithm is None:
            return {"part_numbers": part_numbers}
        return {"parts": [_row(number, self._known_digest(number)) for number in part_numbers]}

    def _known_digest(self, part_number: int) -> str | None:
        if self._digests is None:
            return None
        return self._digests.of_part(part_number, self._plan.part_size_bytes, self._plan.checksum_algorithm)

    def _ask(self, body: Mapping[str, Any]) -> dict[int, Signed]:
        return Started.of(self._line.service.call("POST", self._path, body=body)).parts


def _row(part_number: int, checksum_base64: str | None) -> dict[str, Any]:
    return {"part_number": part_number, "checksum_base64": checksum_base64}
