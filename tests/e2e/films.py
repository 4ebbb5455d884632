"""Lets the browser record a film: this repository contains none."""

import re

from playwright.sync_api import Page

WIDTH = 300
SECONDS = 2

RECORD = """async ([width, seconds]) => {
  const canvas = Object.assign(document.createElement("canvas"), { width, height: width / 2 });
  const paint = canvas.getContext("2d");
  const timer = setInterval(() => {
    paint.fillStyle = `hsl(${performance.now() / 5} 60% 50%)`;
    paint.fillRect(0, 0, canvas.width, canvas.height);
  }, 40);
  const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: "video/webm" });
  const parts = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  recorder.start();
  await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
  await new Promise((resolve) => { recorder.onstop = resolve; recorder.stop(); });
  clearInterval(timer);
  return [...new Uint8Array(await new Blob(parts).arrayBuffer())];
}"""


def record_film(page: Page) -> bytes:
    """Record a WebM of changing colours, WIDTH pixels wide."""
    return bytes(page.evaluate(RECORD, [WIDTH, SECONDS]))


def without_duration(film: bytes) -> bytes:
    """Remove the duration from a WebM's header, as most browsers record it."""
    return re.sub(rb"\x44\x89\x88.{8}", b"\xec\x89" + bytes(9), film, count=1, flags=re.DOTALL)
