"""A hostile service and store whose answers the test chooses."""

import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from copy import deepcopy
from typing import Any

import httpx

SONG = b"song" * 1000
ID = "01JD8ZK3V0X5W9QH2M4N6P7R8S"
NOW, LATER = "2026-11-21T09:45:31Z", "2026-11-21T10:45:31Z"
BASE = "http://service.example"
STORE = "http://store.example/bucket/key?X-Amz-Signature=abc"

FILE: dict[str, Any] = {
    "file_id": ID,
    "object_key": "uploads/key",
    "filename": "song.mp3",
    "content_type": "audio/mpeg",
    "size_bytes": len(SONG),
    "checksum": None,
    "owner": "mallory",
    "created_at": NOW,
    "confirmed_at": NOW,
    "revision": 1,
    "etag": "abc",
    "duration_seconds": 185.5,
    "tags": ["a"],
}
UPLOAD: dict[str, Any] = {
    "upload_id": ID,
    "object_key": "uploads/key",
    "filename": "song.mp3",
    "content_type": "audio/mpeg",
    "size_bytes": len(SONG),
    "checksum": None,
    "created_at": NOW,
    "status": "pending",
    "kind": "multipart",
    "expires_at": LATER,
    "fingerprint": None,
    "part_size_bytes": 1000,
    "part_count": 4,
    "part_checksum_algorithm": "crc32c",
    "stored_parts": [{"part_number": 1, "size_bytes": 1000, "etag": "e"}],
}
SIGNED: dict[str, Any] = {"url": STORE, "headers": {"content-type": "audio/mpeg"}, "expires_at": LATER}
PUT: dict[str, Any] = {"upload_id": ID, "server_time": NOW, "transfer": {"kind": "put", **SIGNED}}
PARTS: dict[str, Any] = {
    "upload_id": ID,
    "server_time": NOW,
    "transfer": {
        "kind": "multipart",
        "part_size_bytes": 1000,
        "part_count": 4,
        "part_checksum_algorithm": None,
        "parts": [{"part_number": number, **SIGNED} for number in range(1, 5)],
    },
}
SESSION: dict[str, Any] = {
    "auth_mode": "jwt",
    "owner": "victim",
    "scopes": ["files:read"],
    "limits": {
        "max_upload_bytes": 10**9,
        "put_max_bytes": 10**8,
        "allowed_content_types": ["audio/*"],
        "max_cover_bytes": 10**6,
        "cover_content_types": ["image/png"],
        "moods": ["happy"],
    },
    "grant": None,
    "server_time": NOW,
}
DOWNLOAD: dict[str, Any] = {"file_id": ID, "filename": "song.mp3", **SIGNED, "server_time": NOW}
ANSWERS: dict[str, Any] = {
    "GET /v1/session": SESSION,
    "GET /v1/files": {"files": [FILE], "next_cursor": None},
    f"GET /v1/files/{ID}": FILE,
    f"PATCH /v1/files/{ID}": FILE,
    f"GET /v1/files/{ID}/download": DOWNLOAD,
    "POST /v1/files/download-urls": {"results": [{**DOWNLOAD, "error": None}]},
    "GET /v1/uploads": {"uploads": [], "next_cursor": None},
    f"GET /v1/uploads/{ID}": UPLOAD,
    "POST /v1/uploads": PUT,
    "POST /v1/uploads/batch": {"server_time": NOW, "results": [{"upload": PUT}, {"upload": PUT}]},
    f"POST /v1/uploads/{ID}/urls": PARTS,
    f"POST /v1/uploads/{ID}/confirm": FILE,
    "POST /v1/uploads/confirm": {"results": [{"file": FILE}, {"file": FILE}]},
}


def transport(changes: Mapping[str, Any], asked: list[httpx.Request] | None = None) -> httpx.MockTransport:
    """Return a transport that answers as Moodrop would, except for the changes."""
    answers = {**ANSWERS, **changes}

    def answer(request: httpx.Request) -> httpx.Response:
        if asked is not None:
            asked.append(request)
        if request.url.host != "service.example":
            return httpx.Response(200, stream=httpx.ByteStream(SONG if request.method == "GET" else b""))
        body = answers.get(f"{request.method} {request.url.path}")
        if isinstance(body, httpx.Response):
            return body
        if body is None:
            return httpx.Response(204)
        return httpx.Response(200, content=json.dumps(body).encode())

    return httpx.MockTransport(answer)


JUNK: list[Any] = [
    None,
    True,
    -1,
    0,
    5,
    10**30,
    1e999,
    float("nan"),
    "",
    "x",
    "\r\nX-Evil: 1",
    "\ud800",
    "../../..",
    "2026-11-21T09:45:31",
    [],
    ["x"],
    [None],
    {},
    {"x": 1},
]


def spoiled(answer: Any) -> Iterator[tuple[str, Any]]:
    """Yield the answer with each value removed in turn, and with each replaced by each kind of junk."""
    for path in _paths(answer):
        for junk in JUNK:
            yield f"{path} = {junk!r:.30}", _with(answer, path, junk)
        if path:
            yield f"{path} is missing", _without(answer, path)


def _paths(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield above
    if isinstance(value, dict):
        for name in value:
            yield from _paths(value[name], (*above, name))
    elif isinstance(value, list) and value:
        yield from _paths(value[0], (*above, 0))


def _with(answer: Any, path: tuple[Any, ...], junk: Any) -> Any:
    if not path:
        return junk
    changed = deepcopy(answer)
    _at(changed, path[:-1])[path[-1]] = junk
    return changed


def _without(answer: Any, path: tuple[Any, ...]) -> Any:
    changed = deepcopy(answer)
    del _at(changed, path[:-1])[path[-1]]
    return changed


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


@contextmanager
def server(say: Callable[[socket.socket, bytes], None]) -> Iterator[tuple[str, list[bytes]]]:
    """Run a server that answers with any bytes, and records the heads of the requests."""
    heads: list[bytes] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def serve(line: socket.socket) -> None:
        with line, suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                chunk = line.recv(65536)
                if not chunk:
                    return
                head += chunk
            heads.append(head)
            say(line, head)

    def accept() -> None:
        with suppress(OSError):
            while True:
                line, _ = listening.accept()
                threading.Thread(target=serve, args=(line,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", heads
    finally:
        listening.close()
