"""How soon a film begins in Chromium, and goes on after a seek: its stream, over the page's own player."""

import re
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page

from bench.chromium import chromium, without_tokens
from bench.row import Reach, Row, Samples
from bench.rows.media import make, seconds_until, worker
from bench.running import Stores, service, stores
from service.accounts.adapters.open_auth import LOCAL_OWNER
from service.app import create_app
from service.shared.api.context import EXTENSION
from service.shared.model import Caller
from service.shared.scopes import UPLOADS_WRITE

ROUNDS = 5
START_S, SEEK_S = 2.0, 1.0
FILM_S = 120
SECONDS = (90, 15, 105, 40, 70)
CALLER = Caller(LOCAL_OWNER, frozenset({UPLOADS_WRITE}))

# Timed by the page's own clock, so that the figures exclude Playwright.
PLAYS = """(element, second) => new Promise((resolve) => {
  const begun = performance.now();
  if (second === null) element.click();
  else {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(element, second);
    element.dispatchEvent(new Event("input", { bubbles: true }));
    element.dispatchEvent(new Event("change", { bubbles: true }));
  }
  const check = () => {
    const video = document.querySelector("video");
    const at = video && !video.paused && !video.seeking ? video.currentTime : 0;
    if (at > (second ?? 0) && at < (second ?? 0) + 5) resolve((performance.now() - begun) / 1000);
    else requestAnimationFrame(check);
  };
  check();
})"""


@contextmanager
def cinema() -> Iterator[Page]:
    """Open the page in Chromium, on a service with one film whose stream is made."""
    keys = {"MINIO_WORKER_ACCESS_KEY": secrets.token_hex(10), "MINIO_WORKER_SECRET_KEY": secrets.token_hex(20)}
    with stores() as bare:
        given = without_tokens(Stores(bare.folder, {**bare.environment, **keys}))
        with service(given) as running, worker(given, keys), chromium() as browser:
            add_film(given)
            yield browser.new_page(base_url=running.url)


def add_film(given: Stores) -> None:
    shared = create_app(given.settings).extensions[EXTENSION]
    shared.preparation.ensure()
    ports = shared.ports
    with tempfile.TemporaryDirectory() as folder:
        source = ("-f", "lavfi", "-i", f"testsrc2=size=426x240:rate=24:duration={FILM_S}")
        sound = ("-f", "lavfi", "-i", f"sine=duration={FILM_S}")
        encoders = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "38", "-c:a", "aac")
        film = make(Path(folder, "film.mp4"), *source, *sound, *encoders).read_bytes()

    def has_stream(file_id: str) -> bool:
        job = ports.jobs.get(f"{file_id}.video")
        return bool(job and job.result)

    seconds_until(ports, film, "video/mp4", has_stream, CALLER)
    ports.records.close()


def start(page: Page) -> float:
    """Return the seconds from the click on the film of a page just opened until it plays."""
    page.goto("/")
    button = page.get_by_role("button", name=re.compile("^Play a")).first
    button.wait_for()
    return float(button.evaluate(PLAYS, None))


def measure_start() -> Samples:
    with cinema() as page:
        return Samples("s", [START_S] * ROUNDS, [start(page) for _ in range(ROUNDS)])


def measure_seek() -> Samples:
    with cinema() as page:
        start(page)
        slider = page.get_by_role("slider", name="Position")
        return Samples("s", [SEEK_S] * ROUNDS, [float(slider.evaluate(PLAYS, second)) for second in SECONDS])


ROWS = (
    Row("click to a film that plays", "the two seconds promised", Reach.at_most(1), measure_start),
    Row("seek in a film", "the second promised", Reach.at_most(1), measure_seek),
)
