"""The front-end kit as others use it: the example in web/examples on the published package, in Chromium."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import urllib3
from playwright.sync_api import Page, expect

from dev.node import find_node
from dev.web import build_kit
from service.settings import Settings
from tests.conftest import Service
from tests.e2e.page import wait_until
from tests.e2e.tagged_song import png
from tests.e2e.weak_line import WeakLine

pytestmark = [pytest.mark.real, pytest.mark.browser, pytest.mark.timeout(300)]

MIB = 1024 * 1024
PARTS = 10  # five are stored when the line stops, and four on the wire, which a pause lets run to their end
SIZE = PARTS * 16 * MIB
SOME = 80 * MIB  # of four parts in transit, one is complete by then
LONG_TIMEOUT_MS = 60_000  # ms


@pytest.fixture(scope="module")
def example() -> Path:
    return build_kit()


@pytest.fixture
def serve_page(
    weak_settings: Settings, serve: Callable[..., Service], example: Path, tmp_path: Path
) -> Callable[[str], Service]:
    """Serve one page of the example; the browser reaches the store over the weak line."""

    def start(name: str) -> Service:
        root = tmp_path / "page"
        shutil.copytree(example, root)
        (root / "index.html").write_bytes((root / name).read_bytes())
        return serve(weak_settings.model_copy(update={"web_root": str(root)}))

    return start


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    path.write_bytes(os.urandom(SIZE))
    return path


def ask(service: Service, path: str) -> dict[str, Any]:
    return dict(urllib3.request("GET", service.url + path).json())


def stored_parts(service: Service) -> int:
    (upload,) = ask(service, "/v1/uploads?status=pending")["uploads"]
    return len(ask(service, f"/v1/uploads/{upload['upload_id']}")["stored_parts"])


def the_file(service: Service) -> tuple[dict[str, Any], str]:
    """Return the service's only file and the digest of its bytes in the store."""
    (file,) = ask(service, "/v1/files")["files"]
    address = ask(service, f"/v1/files/{file['file_id']}/download")["url"]
    return file, hashlib.sha256(urllib3.request("GET", address).data).hexdigest()


def test_thirty_lines_upload_pause_and_go_on(
    page: Page, serve_page: Callable[[str], Service], line: WeakLine, film: Path
) -> None:
    """A paused upload keeps its stored parts, and the finished file is intact."""
    service = serve_page("index.html")
    page.goto(service.url)
    page.get_by_label("Files").set_input_files(str(film))
    line.hold_after(SOME)
    page.get_by_role("button", name="Upload 1").click()
    wait_until(lambda: line.is_blocked)
    wait_until(lambda: stored_parts(service) > 0)

    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("film.mp4: pausing")).to_be_visible()
    line.release()
    expect(page.get_by_text("film.mp4: paused")).to_be_visible(timeout=LONG_TIMEOUT_MS)
    line.requests.clear()
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_text("film.mp4: done")).to_be_visible(timeout=LONG_TIMEOUT_MS)

    file, digest = the_file(service)
    assert digest == hashlib.sha256(film.read_bytes()).hexdigest()
    assert (file["title"], file["mood"]) == ("film", "happy")
    assert 0 < sum(request.startswith("PUT ") for request in line.requests) < PARTS


def test_the_example_says_when_a_file_cannot_be_sent(
    page: Page, serve_page: Callable[[str], Service], tmp_path: Path
) -> None:
    """The client knows no limits, so the service's own refusal is shown."""
    text = tmp_path / "notes.html"
    text.write_text("<b>no</b>")
    page.goto(serve_page("index.html").url)

    page.get_by_label("Files").set_input_files(str(text))
    page.get_by_role("button", name="Upload 1").click()

    expect(page.get_by_text("notes.html: failed")).to_be_visible()


def test_uppy_sends_with_the_plugin(
    page: Page, serve_page: Callable[[str], Service], line: WeakLine, film: Path
) -> None:
    """With Uppy's own pause and resume; stored parts are not sent again."""
    service = serve_page("uppy.html")
    page.goto(service.url)
    line.hold_after(SOME)
    page.get_by_label("Files").set_input_files(str(film))
    wait_until(lambda: line.is_blocked)
    wait_until(lambda: stored_parts(service) > 0)
    expect(page.get_by_role("status")).to_have_text(re.compile(r"film\.mp4: \d+ bytes"))

    pause = page.get_by_role("button", name="Pause or resume")
    pause.click()
    line.release()
    page.wait_for_timeout(1000)
    assert ask(service, "/v1/files")["files"] == []
    line.requests.clear()
    pause.click()
    expect(page.get_by_role("status")).to_have_text(re.compile("film.mp4 is .+"), timeout=LONG_TIMEOUT_MS)

    file, digest = the_file(service)
    assert digest == hashlib.sha256(film.read_bytes()).hexdigest()
    assert file["file_id"] in page.get_by_role("status").inner_text()
    assert 0 < sum(request.startswith("PUT ") for request in line.requests) < PARTS


def test_uppy_sends_a_picture_after_its_file(
    page: Page, serve_page: Callable[[str], Service], a_song: Callable[..., Path], tmp_path: Path
) -> None:
    """`file.meta.cover` becomes the cover of the file."""
    service = serve_page("uppy.html")
    picture = tmp_path / "cover.png"
    picture.write_bytes(png(64, (200, 30, 40)))
    page.goto(service.url)

    page.get_by_label("Cover").set_input_files(str(picture))
    page.get_by_label("Files").set_input_files(str(a_song("one.wav")))
    expect(page.get_by_role("status")).to_have_text(re.compile("one.wav is .+"), timeout=LONG_TIMEOUT_MS)

    (file,) = ask(service, "/v1/files")["files"]
    cover = urllib3.request("GET", f"{service.url}/v1/files/{file['file_id']}/cover")
    assert cover.data == picture.read_bytes()


def test_the_package_holds_what_it_exports(example: Path, tmp_path: Path) -> None:
    """`npm pack` includes every file that the exports name, types and code."""
    node = find_node()
    folder = example.parents[2] / "packages" / "uploads"
    command = [*node.npm, "pack", "--pack-destination", str(tmp_path)]
    subprocess.run(command, cwd=folder, env=node.env, check=True, capture_output=True)
    (packed,) = tmp_path.glob("*.tgz")
    with tarfile.open(packed) as tar:
        names = set(tar.getnames())

    exports = json.loads((folder / "package.json").read_text())["exports"]
    exported = {f"package/{entry[kind][2:]}" for entry in exports.values() for kind in ("types", "default")}
    assert exported <= names
    assert {"package/README.md", "package/LICENSE"} <= names
    assert not [name for name in names if ".test." in name]
