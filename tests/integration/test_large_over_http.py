"""A large file over plain HTTP on a bad day: no browser, no library, only the calls in docs/api.md."""

import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import urllib3

from dev.ports import free_port
from tests.builders import sha256_of_file
from tests.conftest import Service
from tests.e2e.weak_line import WeakLine
from tests.integration.frail import Frail, frail_pair

# By hand, now and then: LARGE_FILE_MIB=2048 make test ARGS="tests/integration/test_large_over_http.py"
MIB = 1024 * 1024
SIZE = int(os.environ.get("LARGE_FILE_MIB", "208")) * MIB
AT_ONCE = 4
TIMEOUT_S = 120 + SIZE // (5 * MIB)

pytestmark = [pytest.mark.real, pytest.mark.timeout(2 * TIMEOUT_S)]


@pytest.fixture
def frail(tmp_path: Path) -> Iterator[Frail]:
    with frail_pair(tmp_path) as servers:
        yield servers


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    with path.open("wb") as file:
        for _ in range(SIZE // MIB):
            file.write(os.urandom(MIB))
    return path


class Script:
    """What a script would do: ask what is stored, send the rest, confirm, and repeat after any failure."""

    def __init__(self, url: str, film: Path) -> None:
        self.url, self.film = url, film
        self.http = urllib3.PoolManager(retries=False, timeout=5, maxsize=AT_ONCE)
        self.acknowledged: list[int] = []
        self.acked = threading.Condition()

    def call(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.http.request(method, self.url + path, json=body)
        if answer.status >= 400:
            raise urllib3.exceptions.HTTPError(f"{method} {path}: {answer.status} {answer.data[:200]!r}")
        return answer.json()

    def upload(self) -> dict[str, Any]:
        new = {"filename": self.film.name, "content_type": "video/mp4", "size_bytes": SIZE}
        upload_id = self.call("POST", "/v1/uploads", new)["upload_id"]
        until = time.monotonic() + TIMEOUT_S
        while True:
            try:
                self.send_missing(upload_id)
                file: dict[str, Any] = self.call("POST", f"/v1/uploads/{upload_id}/confirm")
                return file
            except (urllib3.exceptions.HTTPError, OSError):
                if time.monotonic() > until:
                    raise
                time.sleep(0.3)

    def send_missing(self, upload_id: str) -> None:
        seen = self.call("GET", f"/v1/uploads/{upload_id}")
        stored = {part["part_number"] for part in seen["stored_parts"]}
        missing = [number for number in range(1, seen["part_count"] + 1) if number not in stored]
        if missing:
            response = self.call("POST", f"/v1/uploads/{upload_id}/urls", {"part_numbers": missing})
            with ThreadPoolExecutor(AT_ONCE) as pool:
                list(pool.map(lambda part: self.send(part, seen["part_size_bytes"]), response["transfer"]["parts"]))

    def send(self, part: dict[str, Any], part_size_bytes: int) -> None:
        with self.film.open("rb") as file:
            file.seek((part["part_number"] - 1) * part_size_bytes)
            body = file.read(part["size_bytes"])
        answer = self.http.request(part["method"], part["url"], body=body, headers=part["headers"])
        if answer.status != 200:
            raise urllib3.exceptions.HTTPError(f"part {part['part_number']}: {answer.status}")
        with self.acked:
            self.acknowledged.append(part["part_number"])
            self.acked.notify_all()

    def wait_for(self, parts: int) -> None:
        with self.acked:
            assert self.acked.wait_for(lambda: len(self.acknowledged) >= parts, TIMEOUT_S)


def test_the_line_the_service_and_the_store_fail_in_turn(
    frail: Frail, serve: Callable[..., Service], film: Path
) -> None:
    """Each in the middle of parts: no acknowledged part is sent again, and the download is identical."""
    line, port = WeakLine(f"http://127.0.0.1:{frail.port}"), free_port()
    settings = frail.settings(minio_public_endpoint=line.url)
    service = serve(settings, port=port)
    script = Script(service.url, film)

    with ThreadPoolExecutor(1) as pool:
        uploading = pool.submit(script.upload)
        script.wait_for(2)
        line.cut()
        line.restore()
        script.wait_for(4)
        service.kill()
        service = serve(settings, port=port)
        script.wait_for(7)
        frail.kill(frail.store)
        frail.start_store()
        file = uploading.result(TIMEOUT_S)

    assert sorted(script.acknowledged) == sorted(set(script.acknowledged))
    assert downloaded(script, file) == sha256_of_file(film)
    line.close()


def downloaded(script: Script, file: dict[str, Any]) -> str:
    url = script.call("GET", f"/v1/files/{file['file_id']}/download")["url"]
    hashed = hashlib.sha256()
    with urllib3.PoolManager().request("GET", url, preload_content=False) as answer:
        for chunk in answer.stream(MIB):
            hashed.update(chunk)
    return hashed.hexdigest()
