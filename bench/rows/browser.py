"""How fast the page sends a large file, everything included, against one bare fetch in the same browser."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page

from bench.chromium import chromium, without_tokens
from bench.line import GIGABIT_BYTES_PER_S, Link, line
from bench.row import Reach, Row, Samples
from bench.running import Stores, service, stores
from service.store.s3.store import s3_client

SIZE = 500_000_000
ROUNDS = 15
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
    page.locator(".page > input[type=file]").set_input_files(file)
    button = page.get_by_role("dialog").locator("button[type=submit]")
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


def compare(given: Stores) -> Samples:
    samples = Samples("B/s", [], [])
    with open_page(given) as page:
        file = given.folder / "film.mp4"
        file.write_bytes(os.urandom(SIZE))
        # Signed for the address that the browser sends to.
        public = given.environment.get("MINIO_PUBLIC_ENDPOINT", given.settings.minio_endpoint)
        signing = s3_client(given.settings.model_copy(update={"minio_endpoint": public}))
        store, bucket = s3_client(given.settings), given.settings.minio_bucket
        url = signing.generate_presigned_url("put_object", {"Bucket": bucket, "Key": KEY}, ExpiresIn=URL_SECONDS)
        for number in range(ROUNDS + 1):
            bare, ours = bare_put(page, file, url), through_the_page(page, file)
            for version in store.list_object_versions(Bucket=bucket, Prefix=KEY).get("Versions", []):
                store.delete_object(Bucket=bucket, Key=KEY, VersionId=version["VersionId"])
            if number > 0:  # the first round fills the caches
                samples.baseline.append(SIZE / bare)
                samples.ours.append(SIZE / ours)
    return samples


def on_loopback() -> Samples:
    with stores() as given:
        return compare(given)


def at_a_gigabit() -> Samples:
    """As a person on a fast line waits: both through a line of 1 Gbit/s to the store."""
    with stores() as given:
        address = urlsplit(given.settings.minio_endpoint)
        with line((address.hostname or "", address.port or 80), Link(GIGABIT_BYTES_PER_S)) as port:
            through = {"MINIO_PUBLIC_ENDPOINT": f"http://127.0.0.1:{port}"}
            return compare(replace(given, environment={**given.environment, **through}))


BARE_FETCH = "bare fetch PUT in the same Chromium"
ROWS = (
    Row("PUT of 500 MB through the page", BARE_FETCH, Reach.at_least(0.78), on_loopback),
    Row("PUT of 500 MB through the page, at 1 Gbit/s", BARE_FETCH, Reach.at_least(0.97), at_a_gigabit),
)
