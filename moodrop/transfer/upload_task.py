"""Sends one upload, in one piece or in parts, from its start or from what the store has, until it is confirmed."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from moodrop.calls.parsing import parse
from moodrop.calls.service import SEND_FIRST
from moodrop.calls.signed_requests import SignedRequest, StartedUpload
from moodrop.errors import Conflict, FileChanged, MoodropError, StoreRefused
from moodrop.model import File, Upload
from moodrop.transfer.context import ClientContext
from moodrop.transfer.declare import DeclaredFile
from moodrop.transfer.parts import PartSender
from moodrop.transfer.plan import PartPlan
from moodrop.transfer.progress import ProgressMeter

# Codes of a confirm that mean: send bytes again.
SEND_AGAIN = SEND_FIRST | {"part_mismatch"}


@dataclass
class UploadTask:
    """Sends the bytes of one upload and confirms it."""

    context: ClientContext
    declared: DeclaredFile
    meter: ProgressMeter
    parallel: int
    upload_id: str

    @property
    def path(self) -> str:
        return f"/v1/uploads/{self.upload_id}"

    def run(self, started: StartedUpload) -> File:
        """Send and confirm an upload that was just started."""
        return self._send_and_confirm(lambda: self.send(started))

    def send(self, started: StartedUpload) -> None:
        """Send an upload that was just started, without confirming it. Raises FileChanged, StoreRefused."""
        plan = PartPlan.of(self.declared.source.size_bytes, started.transfer)
        if plan is None:
            put = started.put
            self._send_unchanged(lambda: self._put(put))
        else:
            sender = self._part_sender(plan)
            self._send_unchanged(lambda: sender.send(set(), started.parts))

    def resume(self) -> File:
        """Send what the store does not have, and confirm."""
        return self._send_and_confirm(self._send_missing)

    def _send_and_confirm(self, send: Callable[[], None]) -> File:
        """Send and confirm. Send again what the service or the store then miss."""
        tries = 0
        while True:
            try:
                send()
                content = self.context.service.call("POST", f"{self.path}/confirm", body=self.declared.metadata)
                return parse(File, content)
            except (Conflict, StoreRefused) as error:
                # 404: the store has dropped the upload. The service opens it again when it is next asked about it.
                is_retried = error.code in SEND_AGAIN or error.status == 404
                if not is_retried or tries >= self.context.retries.count:
                    raise
                self.context.cancel.sleep(self.context.retries.pause_s(tries, error))
            tries += 1
            send = self._send_missing

    def _send_missing(self) -> None:
        upload = parse(Upload, self.context.service.call("GET", self.path))
        plan = PartPlan.of(self.declared.source.size_bytes, upload)
        if plan is None:
            return self._send_unchanged(lambda: self._put(None))
        stored = {
            part.part_number for part in upload.stored_parts or () if part.size_bytes == plan.size_of(part.part_number)
        }
        sender = self._part_sender(plan)
        return self._send_unchanged(lambda: sender.send(stored, {}))

    def _send_unchanged(self, send: Callable[[], None]) -> None:
        """Send, and abort the upload if the file changes meanwhile."""
        try:
            send()
            self.declared.source.raise_if_changed()
        except FileChanged:
            # The stored bytes belong to no file any more. If this call fails, the service sweeps them later.
            with suppress(MoodropError):
                self.context.service.delete(self.path)
            raise

    def _part_sender(self, plan: PartPlan) -> PartSender:
        source = self.declared.source
        return PartSender(self.context, self.path, source, self.declared.digests, plan, self.meter, self.parallel)

    def _put(self, signed: SignedRequest | None) -> None:
        source = self.declared.source
        self.context.put(
            lambda: StartedUpload.of(self.context.service.call("POST", f"{self.path}/urls", body={})).put,
            source.piece(0, source.size_bytes),
            self.meter,
            first=signed,
        )
