"""How fast the page sends a large file, everything included, against one bare fetch in the same browser."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page

from bench.chromium import chromium, without_tokens
from bench.row import Reach, Row, Samples
from bench.running import Stores, service, stores
from service.store.s3.store import s3_client

SIZE = 500_000_000
ROUNDS = 7
URL_SECONDS = 3600
KEY = "bare"

# Timed by the page's own clock, in milliseconds, so that the figures exclude Playwright.
BARE = """async ([input, url]) => {
  const begun = performance.now();
  const answer = await fetch(url, { method: "PUT", body: input.files[0] });
  if (!answer.ok) throw new Error(`the store answered ${answer.status}`);
  return performance.now() - begun;
}"""
CLICK = "button => { performance.clearResourceTimings(); const now = performance.now(); button.click(); return now; }"
CONFIRMED_AT = """() => performance.getEntriesByType("resource")
  .findLast(({ name }) => name.endsWith("/confirm")).responseEnd"""
CHOOSER = """() => {
  const input = Object.assign(document.createElement("input"), { type: "file", id: "bare" });
  document.body.append(input);
}"""


@contextmanager
def open_page(given: Stores) -> Iterator[Page]:
    """Open the page in Chromium, on a service without tokens."""
    with service(without_tokens(given)) as running, chromium() as browser:
        page = browser.new_page(base_url=running.url)
        page.goto("/")
        page.evaluate(CHOOSER)
        yield page


def bare_put(page: Page, file: Path, url: str) -> float:
    """Return the seconds of one fetch of the file to a presigned URL: unsealed, unhashed, unconfirmed."""
    page.locator("#bare").set_input_files(file)
    return float(page.evaluate(BARE, [page.locator("#bare").element_handle(), url])) / 1000


def through_the_page(page: Page, file: Path) -> float:
    """Return the seconds from the click on Upload until the service answers that the file is recorded."""
    page.get_by_label("Add songs", exact=True).and_(page.locator("input")).set_input_files(file)
    button = page.get_by_role("button", name="Upload 1 song")
    button.wait_for()
    with page.expect_response("**/confirm", timeout=120_000) as confirmed:
        begun = float(button.evaluate(CLICK))
    if confirmed.value.status != 200:
        raise RuntimeError(f"confirm answered {confirmed.value.status}")
    confirmed.value.finished()
    seconds = (float(page.evaluate(CONFIRMED_AT)) - begun) / 1000
    page.request.delete(f"/v1/files/{confirmed.value.json()['file_id']}")
    page.get_by_role("region", name="Uploads").wait_for(state="detached")
    return seconds


def measure() -> Samples:
    samples = Samples("B/s", [], [])
    with stores() as given, open_page(given) as page:
        file = given.folder / "film.mp4"
        file.write_bytes(os.urandom(SIZE))
        store, bucket = s3_client(given.settings), given.settings.minio_bucket
        url = store.generate_presigned_url("put_object", {"Bucket": bucket, "Key": KEY}, ExpiresIn=URL_SECONDS)
        for number in range(ROUNDS + 1):
            bare, ours = bare_put(page, file, url), through_the_page(page, file)
            for version in store.list_object_versions(Bucket=bucket, Prefix=KEY).get("Versions", []):
                store.delete_object(Bucket=bucket, Key=KEY, VersionId=version["VersionId"])
            if number > 0:  # the first round fills the caches
                samples.baseline.append(SIZE / bare)
                samples.ours.append(SIZE / ours)
    return samples


ROWS = (Row("PUT of 500 MB through the page", "bare fetch PUT in the same Chromium", Reach.at_least(0.95), measure),)
