"""A large file, sent in parts: several at once, each by a URL that is asked for when its turn comes."""

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol, Self

from moodrop.digests import digest_of
from moodrop.line import Line
from moodrop.model import UploadChecksum
from moodrop.progress import Meter
from moodrop.retries import Stop
from moodrop.sources import OpenSource
from moodrop.together import wait_for_all
from moodrop.wire import Signed, Started

URLS_PER_CALL = 100


class Planned(Protocol):
    """An answer that tells how a file is cut."""

    @property
    def part_size_bytes(self) -> int | None: ...
    @property
    def part_count(self) -> int | None: ...
    @property
    def part_checksum_algorithm(self) -> UploadChecksum | None: ...


@dataclass(frozen=True, slots=True)
class PartPlan:
    """How a file is cut: all parts have `part_size_bytes`, the last has the rest."""

    size_bytes: int
    part_size_bytes: int
    part_count: int
    checksum_algorithm: UploadChecksum | None

    @classmethod
    def of(cls, size_bytes: int, planned: Planned) -> Self | None:
        """None where the file goes in one piece."""
        if planned.part_size_bytes is None or planned.part_count is None:
            return None
        return cls(size_bytes, planned.part_size_bytes, planned.part_count, planned.part_checksum_algorithm)

    def offset_of(self, part_number: int) -> int:
        return (part_number - 1) * self.part_size_bytes

    def size_of(self, part_number: int) -> int:
        return min(self.part_size_bytes, self.size_bytes - self.offset_of(part_number))


class PartSender:
    """Sends the parts of one upload."""

    def __init__(
        self, line: Line, upload_id: str, source: OpenSource, plan: PartPlan, meter: Meter, parallel: int
    ) -> None:
        self._stop = Stop(parent=line.retries.stop)
        self._line = line.until(self._stop)
        self._path = f"/v1/uploads/{upload_id}/urls"
        self._source = source
        self._plan = plan
        self._meter = meter
        self._parallel = parallel
        self._lock = threading.Lock()
        self._signed: dict[int, Signed] = {}
        self._missing: list[int] = []

    def send(self, stored: set[int], signed: Mapping[int, Signed]) -> None:
        """Send all parts but the `stored` ones. Returns when the store has them; raises what the first failure was."""
        numbers = range(1, self._plan.part_count + 1)
        self._signed = dict(signed)
        self._missing = [number for number in numbers if number not in stored]
        self._meter.restart(sum(self._plan.size_of(number) for number in stored))
        with ThreadPoolExecutor(self._parallel, thread_name_prefix="moodrop-part") as pool:
            sent = [pool.submit(self._send, number) for number in self._missing]
            wait_for_all(sent, self._stop)

    def _send(self, part_number: int) -> None:
        self._stop.check()
        offset, size_bytes = self._plan.offset_of(part_number), self._plan.size_of(part_number)
        self._line.put(
            lambda: self._sign(part_number),
            lambda: self._source.read(offset, size_bytes),
            size_bytes,
            self._meter,
        )

    def _sign(self, part_number: int) -> Signed:
        algorithm = self._plan.checksum_algorithm
        if algorithm is None:
            return self._next_signed(part_number)
        chunks = self._source.read(self._plan.offset_of(part_number), self._plan.size_of(part_number))
        part = {"part_number": part_number, "checksum_base64": digest_of(chunks, algorithm)}
        return self._ask({"parts": [part]})[part_number]

    def _next_signed(self, part_number: int) -> Signed:
        """One of those at hand, or else a hundred more are asked for: those whose turn is next."""
        with self._lock:
            # Each is used once: when this part is asked for again, the store has refused the URL.
            at_hand = self._signed.pop(part_number, None)
            if at_hand is None or not at_hand.is_alive:
                following = [number for number in self._missing if number >= part_number][:URLS_PER_CALL]
                self._signed |= self._ask({"part_numbers": following})
                at_hand = self._signed.pop(part_number)
            return at_hand

    def _ask(self, body: Mapping[str, object]) -> dict[int, Signed]:
        return Started.of(self._line.service.call("POST", self._path, body=body)).parts
