"""A film that the browser makes itself: no film is kept in this repository."""

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
    """A WebM of colours that change, WIDTH wide."""
    return bytes(page.evaluate(RECORD, [WIDTH, SECONDS]))
