"""Runs Chromium with a fake camera that shows a given picture through the real getUserMedia."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Route

from tests.conftest import ROOT
from tests.e2e.chromium import chromium, fresh_page

# They come with the npm package: this repository contains no face.
SAMPLES = ROOT / "web" / "node_modules" / "@vladmandic" / "face-api" / "demo"

FAKE = "--use-fake-device-for-media-stream"
ALLOWED = "--use-fake-ui-for-media-stream"

# Records every stream that the page gets.
SPY = """
const real = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
globalThis.streams = [];
if (real) navigator.mediaDevices.getUserMedia = async (constraints) => {
  const stream = await real(constraints);
  streams.push(stream);
  return stream;
};
"""

DRAW = """async (cuts) => {
  const canvas = new OffscreenCanvas(640, 480);
  const context = canvas.getContext("2d");
  for (const [index, { picture, x, y, width, height }] of cuts.entries()) {
    const sample = await createImageBitmap(await (await fetch(`data:image/jpeg;base64,${picture}`)).blob());
    const wide = canvas.width / cuts.length;
    context.drawImage(sample, x, y, width, height, index * wide, 0, wide, canvas.height);
  }
  const reader = new FileReader();
  reader.readAsDataURL(await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 }));
  await new Promise((resolve) => reader.addEventListener("load", resolve));
  return reader.result.split(",")[1];
}"""


@dataclass(frozen=True)
class Cut:
    """A part of a sample picture."""

    sample: str
    x: int
    y: int
    width: int
    height: int


def film(browser: Browser, cuts: tuple[Cut, ...], path: Path) -> Path:
    """Combine the cuts side by side into one picture, and write a film that repeats it ten times."""
    page = browser.new_page()
    given = [{**vars(cut), "picture": base64.b64encode((SAMPLES / cut.sample).read_bytes()).decode()} for cut in cuts]
    picture = base64.b64decode(page.evaluate(DRAW, given))
    page.close()
    path.write_bytes(picture * 10)
    return path


def seeing(browser: Browser, folder: Path, *cuts: Cut) -> str:
    """Return the flag for a camera that sees these faces side by side."""
    return f"--use-file-for-fake-video-capture={film(browser, cuts, folder / 'camera.mjpeg')}"


@contextmanager
def camera_page(browser: Browser, *flags: str, granted: bool = False) -> Iterator[Page]:
    """Open a page in a separate browser with these flags, and close both afterwards."""
    permissions = ["camera"] if granted else []
    with chromium(browser.browser_type, *flags) as own, fresh_page(own, permissions=permissions) as page:
        page.add_init_script(SPY)
        yield page


def refuse_camera(page: Page) -> None:
    """Have the browser refuse the camera to the page, as it does if a person refuses it.

    A Chromium without windows asks nobody.
    """

    def forbid(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, headers={**answer.headers, "permissions-policy": "camera=()"})

    page.route(lambda url: urlsplit(url).path == "/", forbid)


def tracks(page: Page) -> list[str]:
    """Return the state of every track that the page got: `live` or `ended`."""
    states: list[str] = page.evaluate("streams.flatMap((s) => s.getTracks().map((t) => t.readyState))")
    return states
