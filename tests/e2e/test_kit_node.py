"""`uploadFile` of the front-end kit in Node, as it is published, on a real store."""

import hashlib
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import urllib3

from dev.node import find_node
from dev.web import build_kit
from service.settings import Settings
from tests.conftest import Service
from tests.e2e.page import wait_until
from tests.e2e.service import files_of
from tests.e2e.weak_line import WeakLine

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]

MIB = 1024 * 1024
SCRIPT = """
import { openAsBlob } from "node:fs";
const [, , kit, baseUrl, path, stallAfter, abortAt] = process.argv;
const { uploadFile } = await import(kit);
const stop = new AbortController();
const seen = [];
try {
  const file = await uploadFile(await openAsBlob(path), {
    baseUrl,
    filename: "low tide.flac",
    mood: "sad",
    details: { title: "Low Tide" },
    signal: stop.signal,
    transferOptions: { stall_after_ms: Number(stallAfter) },
    onProgress: ({ percent, status, sent_bytes }) => {
      seen.push([status, percent]);
      if (abortAt !== "" && sent_bytes >= Number(abortAt)) stop.abort();
    },
  });
  console.log(JSON.stringify({ file, seen }));
} catch (error) {
  console.log(JSON.stringify({ error: error.name, kind: error.kind, seen }));
}
"""


@pytest.fixture
def service(weak_settings: Settings, serve: Callable[..., Service]) -> Service:
    return serve(weak_settings)


def start_script(
    service: Service, path: Path, *, stall_ms: int = 60_000, abort_at: int | None = None
) -> subprocess.Popen[str]:
    kit = build_kit().parents[2] / "packages" / "uploads" / "dist" / "index.js"
    script = path.parent / "upload.mjs"
    script.write_text(SCRIPT)
    node = find_node()
    command = ["node", str(script), str(kit), service.url, str(path), str(stall_ms), str(abort_at or "")]
    return subprocess.Popen(command, env=node.env, stdout=subprocess.PIPE, text=True)


def result_of(process: subprocess.Popen[str]) -> dict[str, Any]:
    output, _ = process.communicate(timeout=120)
    return dict(json.loads(output))


@pytest.mark.parametrize("size", [0, 300_000, 40 * MIB])
def test_a_file_arrives_whole(service: Service, tmp_path: Path, size: int) -> None:
    """In one piece or in parts, with progress that ends at 100 percent."""
    path = tmp_path / "song"
    path.write_bytes(os.urandom(size))

    result = result_of(start_script(service, path))

    (file,) = files_of(service)
    assert result["file"]["file_id"] == file["file_id"]
    assert (file["title"], file["mood"], file["content_type"]) == ("Low Tide", "sad", "audio/flac")
    assert file["checksum"]["algorithm"] == "crc32c"
    address = urllib3.request("GET", f"{service.url}/v1/files/{file['file_id']}/download").json()["url"]
    assert hashlib.sha256(urllib3.request("GET", address).data).digest() == hashlib.sha256(path.read_bytes()).digest()
    percents = [percent for _, percent in result["seen"]]
    assert result["seen"][-1] == ["done", 100]
    assert percents == sorted(percents)


def test_a_silent_line_is_noticed_and_the_rest_sent_again(service: Service, line: WeakLine, tmp_path: Path) -> None:
    path = tmp_path / "song"
    path.write_bytes(os.urandom(20 * MIB))
    line.hold_after(4 * MIB)

    process = start_script(service, path, stall_ms=1000)
    wait_until(lambda: line.is_blocked)
    line.silence()
    line.release()

    result = result_of(process)
    assert result["seen"][-1] == ["done", 100]
    assert files_of(service)[0]["size_bytes"] == 20 * MIB


def test_an_abort_ends_it(service: Service, tmp_path: Path) -> None:
    path = tmp_path / "song"
    path.write_bytes(os.urandom(20 * MIB))

    result = result_of(start_script(service, path, abort_at=MIB))

    assert result["error"] == "AbortError"
    assert files_of(service) == []
