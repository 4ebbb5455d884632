"""Sending one upload: in one piece or in parts, from its start or from what the store has, until it is confirmed."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from moodrop.calls.parsing import parse
from moodrop.calls.service import SEND_FIRST
from moodrop.calls.signed_requests import Signed, Started
from moodrop.errors import Conflict, FileChanged, MoodropError, StoreRefused
from moodrop.model import Checksum, File, Upload
from moodrop.transfer.context import Line
from moodrop.transfer.digests import Digests, digest_of
from moodrop.transfer.parts import PartSender
from moodrop.transfer.plan import PartPlan
from moodrop.transfer.progress import Meter
from moodrop.transfer.sources import OpenSource

# What a confirm says when bytes have to go again.
SEND_AGAIN = SEND_FIRST | {"part_mismatch"}


@dataclass(frozen=True, slots=True)
class Declared:
    """A file that is about to be sent: the body of its start, and the metadata within."""

    source: OpenSource
    body: Mapping[str, Any]
    metadata: Mapping[str, Any]
    digests: Digests | None = None

    def is_of(self, upload: Upload) -> bool:
        """Whether that unfinished upload is of this very file."""
        names = ("fingerprint", "size_bytes", "content_type")
        return all(getattr(upload, name) == self.body.get(name) for name in names) and self._has(upload.checksum)

    def _has(self, kept: Checksum | None) -> bool:
        """Whether that is its digest. Where one of them declares none, the fingerprint has to do."""
        if kept is None or self.digests is None:
            return True
        if kept.algorithm == self.digests.algorithm:
            return kept.value_base64 == self.digests.whole_base64
        return kept.value_base64 == digest_of(self.source.read(0, self.source.size_bytes), kept.algorithm)


@dataclass
class Sending:
    """The bytes of one upload on their way, up to its confirm."""

    line: Line
    declared: Declared
    meter: Meter
    parallel: int
    upload_id: str

    @property
    def path(self) -> str:
        return f"/v1/uploads/{self.upload_id}"

    def go(self, started: Started) -> File:
        """Send and confirm, from the answer of a start."""
        return self._finish(lambda: self.send(started))

    def send(self, started: Started) -> None:
        """Send what a start has asked for; not confirmed yet. Raises FileChanged, StoreRefused."""
        plan = PartPlan.of(self.declared.source.size_bytes, started.transfer)
        if plan is None:
            put = started.put
            self._move(lambda: self._put(put))
        else:
            sender = self._sender(plan)
            self._move(lambda: sender.send(set(), started.parts))

    def resume(self) -> File:
        """Send what the store does not have, and confirm."""
        return self._finish(self._send_rest)

    def _finish(self, send: Callable[[], None]) -> File:
        """Send, confirm; and again what the service or the store then miss."""
        tries = 0
        while True:
            try:
                send()
                answer = self.line.service.call("POST", f"{self.path}/confirm", body=self.declared.metadata)
                return parse(File, answer)
            except (Conflict, StoreRefused) as error:
                # 404: the store has dropped the upload; the service opens it anew when it is looked at.
                if not (error.code in SEND_AGAIN or error.status == 404) or tries >= self.line.retries.count:
                    raise
                self.line.retries.stop.wait(self.line.retries.pause_s(tries, error))
            tries, send = tries + 1, self._send_rest

    def _send_rest(self) -> None:
        known = parse(Upload, self.line.service.call("GET", self.path))
        plan = PartPlan.of(self.declared.source.size_bytes, known)
        if plan is None:
            return self._move(lambda: self._put(None))
        whole = (part for part in known.stored_parts or () if part.size_bytes == plan.size_of(part.part_number))
        stored, sender = {part.part_number for part in whole}, self._sender(plan)
        return self._move(lambda: sender.send(stored, {}))

    def _move(self, send: Callable[[], None]) -> None:
        try:
            send()
            self.declared.source.check_unchanged()
        except FileChanged:
            # What is there of it belongs to no file any more. (It is swept anyway, if this fails.)
            with suppress(MoodropError):
                self.line.service.delete(self.path)
            raise

    def _sender(self, plan: PartPlan) -> PartSender:
        known = self.declared
        return PartSender(self.line, self.path, known.source, known.digests, plan, self.meter, self.parallel)

    def _put(self, signed: Signed | None) -> None:
        source = self.declared.source
        self.line.put(
            lambda: Started.of(self.line.service.call("POST", f"{self.path}/urls", body={})).put,
            source.piece(0, source.size_bytes),
            self.meter,
            first=signed,
        )
