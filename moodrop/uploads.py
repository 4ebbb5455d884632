"""One upload from its declaration to its file: started or found again, sent, confirmed."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from moodrop.digests import digest_of
from moodrop.errors import Conflict, FileChanged, Gone, MoodropError, NotFound, StoreRefused
from moodrop.line import Line
from moodrop.model import File, NewFile, Upload
from moodrop.parsing import parse
from moodrop.parts import PartPlan, PartSender
from moodrop.progress import Meter
from moodrop.service import SEND_FIRST
from moodrop.sources import OpenSource
from moodrop.tags import Tags, content_type_of, has_tags, read_tags
from moodrop.wire import Signed, Started

# What a confirm says when bytes have to go again.
SEND_AGAIN = SEND_FIRST | {"part_mismatch"}
PER_PAGE = 200


@dataclass(frozen=True, slots=True)
class Declared:
    """A file that is about to be sent: the body of its start, and the metadata within."""

    source: OpenSource
    body: Mapping[str, Any]
    metadata: Mapping[str, Any]

    def is_of(self, upload: Upload) -> bool:
        """Whether that unfinished upload is of this very file."""
        said = self.body.get("checksum")
        mine = (said["algorithm"], said["value_base64"]) if said else None
        kept = upload.checksum
        # Another client may have declared no checksum, or another one: then the fingerprint has to do.
        other = mine and kept and kept.algorithm == mine[0] and kept.value_base64 != mine[1]
        return not other and all(
            getattr(upload, name) == self.body.get(name) for name in ("fingerprint", "size_bytes", "content_type")
        )


def declare(source: OpenSource, new: NewFile) -> Declared:
    """Read the whole file once for its checksum, and its tags for what was not given."""
    content_type = new.content_type or content_type_of(source.name)
    metadata = _metadata(source, new, content_type)
    body = {"filename": source.name, "content_type": content_type, "size_bytes": source.size_bytes, **metadata}
    if source.fingerprint:
        body["fingerprint"] = source.fingerprint
    if new.checksum:
        digest = digest_of(source.read(0, source.size_bytes), new.checksum)
        body["checksum"] = {"algorithm": new.checksum, "value_base64": digest}
        body["part_checksum_algorithm"] = new.checksum
    return Declared(source, body, metadata)


def _metadata(source: OpenSource, new: NewFile, content_type: str) -> dict[str, Any]:
    wanted = new.read_tags and has_tags(content_type) and not (new.title and new.artist)
    tags = read_tags(source.file) if wanted else Tags()
    said = {
        "mood": new.mood,
        "title": new.title or tags.title,
        "artist": new.artist or tags.artist,
        "tags": list(new.tags) or None,
        "visibility": new.visibility,
    }
    return {name: value for name, value in said.items() if value is not None}


def find(line: Line, declared: Declared) -> Upload | None:
    """The unfinished upload of this file, by its fingerprint."""
    fingerprint = declared.body.get("fingerprint")
    if fingerprint is None:
        return None
    params = {"status": "pending", "fingerprint": fingerprint, "limit": PER_PAGE}
    rows = line.service.call("GET", "/v1/uploads", params=params).get("uploads", ())
    return next(filter(declared.is_of, (parse(Upload, row) for row in rows)), None)


def upload(line: Line, declared: Declared, meter: Meter, *, parallel: int, found: Upload | None) -> File:
    """Send the file and return it; `found` goes on where it was left."""
    if found is not None:
        # Between the search and now it may have been confirmed, aborted or swept.
        with suppress(Conflict, Gone, NotFound):
            return _Sending(line, declared, meter, parallel, found.upload_id).resume()
    body, key = declared.body, {"Idempotency-Key": str(uuid4())}
    started = Started.of(line.service.call("POST", "/v1/uploads", body=body, headers=key))
    return _Sending(line, declared, meter, parallel, started.upload_id).go(started)


@dataclass
class _Sending:
    line: Line
    declared: Declared
    meter: Meter
    parallel: int
    upload_id: str

    @property
    def path(self) -> str:
        return f"/v1/uploads/{self.upload_id}"

    def go(self, started: Started) -> File:
        """From the answer of a start."""
        transfer = started.transfer
        plan = PartPlan.of(self.declared.source.size_bytes, transfer)
        if plan is None:
            return self._finish(lambda: self._put(started.put))
        sender = PartSender(self.line, self.upload_id, self.declared.source, plan, self.meter, self.parallel)
        return self._finish(lambda: sender.send(set(), started.parts))

    def resume(self) -> File:
        """From what the store has."""
        return self._finish(self._send_rest)

    def _finish(self, send: Any) -> File:
        """Send, confirm; and again what the service or the store then miss."""
        tries = 0
        while True:
            try:
                send()
                self.declared.source.check_unchanged()
                answer = self.line.service.call("POST", f"{self.path}/confirm", body=self.declared.metadata)
                return parse(File, answer)
            except FileChanged:
                self._abort()
                raise
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
            return self._put(None)
        stored = {
            part.part_number for part in known.stored_parts or () if part.size_bytes == plan.size_of(part.part_number)
        }
        sender = PartSender(self.line, self.upload_id, self.declared.source, plan, self.meter, self.parallel)
        return sender.send(stored, {})

    def _put(self, signed: Signed | None) -> None:
        source = self.declared.source
        self.line.put(
            lambda: Started.of(self.line.service.call("POST", f"{self.path}/urls", body={})).put,
            lambda: source.read(0, source.size_bytes),
            source.size_bytes,
            self.meter,
            first=signed,
        )

    def _abort(self) -> None:
        # It is swept anyway; the error that led here says more.
        with suppress(MoodropError):
            self.line.service.call("DELETE", self.path)
