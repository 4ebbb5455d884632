"""`make walk`: lists the files of the service that a request enters, which is what a newcomer has to read.

The service runs in this process on stores in memory. A file counts if the request calls one of its functions. Imports
do not count, nor do the stores in memory, which stand in for servers.
"""

import inspect
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dev.in_memory import in_memory_ports
from dev.project import ROOT
from service.app import create_app
from service.settings import Settings
from service.shared.memory.keyring import MemoryKeyring
from service.store.memory.objects import MemoryObjectStore

SERVICE = ROOT / "service"
CONTENT = b"ID3 not quite a song"
SONG = {"filename": "song.mp3", "content_type": "audio/mpeg", "size_bytes": len(CONTENT)}
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)

START, CONFIRM, SIGN_PART = "POST /v1/uploads", "confirm of a put", "signing a companion part"
# The most files that each request may enter. Lower a number when a request needs fewer; do not raise it.
MOST_FILES = {START: 33, CONFIRM: 24, SIGN_PART: 23}


def walk(request: Callable[[], TestResponse]) -> list[str]:
    """Return the files below service/ that a request enters, in order. Raises RuntimeError if the request fails."""
    # A dictionary, because it keeps the order of the first calls.
    files: dict[str, None] = {}

    def note(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        # The bodies of modules and classes run at import.
        if event != "call" or not code.co_flags & inspect.CO_OPTIMIZED:
            return
        path = Path(code.co_filename)
        if not path.is_relative_to(SERVICE) or any(part.startswith("memory") for part in path.parts):
            return
        files[str(path.relative_to(ROOT))] = None

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        response = request()
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    if not response.status.startswith("2"):
        raise RuntimeError(f"answered {response.status}: {response.text}")
    return list(files)


class Walks:
    """The walks that docs/design/01-shape.md describes."""

    def __init__(self) -> None:
        settings = Settings(auth_mode="open")
        self._ports = in_memory_ports(settings, MemoryKeyring("the key of a walk: 7c1f0e9ab3d2"), lambda: NOW)
        self.client: FlaskClient = create_app(settings, self._ports).test_client()
        # The first request also prepares the stores.
        self.client.post("/v1/uploads", json=SONG)

    def all(self) -> dict[str, list[str]]:
        """Return the files of each walk by its title."""
        return {START: self.start_upload(), CONFIRM: self.confirm_put(), SIGN_PART: self.sign_companion_part()}

    def start_upload(self) -> list[str]:
        """Walk through the start of a small upload."""
        return walk(lambda: self.client.post("/v1/uploads", json=SONG))

    def confirm_put(self) -> list[str]:
        """Walk through the confirm of an upload whose bytes were sent in one PUT."""
        started: dict[str, Any] = self.client.post("/v1/uploads", json=SONG).get_json()
        transfer = started["transfer"]
        store = self._ports.objects
        if not isinstance(store, MemoryObjectStore):
            raise TypeError("the bytes go to a store in memory")
        store.send(transfer["url"], at=NOW, body=CONTENT, headers=transfer["headers"])
        return walk(lambda: self.client.post(f"/v1/uploads/{started['upload_id']}/confirm"))

    def sign_companion_part(self) -> list[str]:
        """Walk through the signing of a part for Uppy."""
        named = {"filename": "song.mp3", "type": "audio/mpeg", "metadata": {}}
        begun: dict[str, str] = self.client.post("/s3/multipart", json=named).get_json()
        address = f"/s3/multipart/{begun['uploadId']}/1"
        return walk(lambda: self.client.get(address, query_string={"key": begun["key"]}))


def main() -> None:
    for title, files in Walks().all().items():
        print(f"{title}: {len(files)} files, at most {MOST_FILES[title]}")
        print("".join(f"  {name}\n" for name in files))


if __name__ == "__main__":
    main()
