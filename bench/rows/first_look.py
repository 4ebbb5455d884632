"""The first look at the page on a slow phone: what Lighthouse looks at, measured by the browser itself.

`python -m bench.rows.first_look` prints all of it; as a row, a long library must not be seen later than an empty one.
"""

import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, ViewportSize

from bench.chromium import chromium, fill, open_door
from bench.row import Reach, Row, Samples
from bench.running import Stores, service, stores

FILES = 10_000
ROUNDS = 5
# Lighthouse's own: a slow 4G line, and a processor of a quarter of this one's speed.
SLOW_4G = {"offline": False, "latency": 562.5, "downloadThroughput": 188_743.68, "uploadThroughput": 86_400}
SLOWER = 4
PHONE: ViewportSize = {"width": 390, "height": 844}
SETTLED_MS = 1500

WATCH = """
globalThis.seen = { lcp: 0, fcp: 0, cls: 0, tasks: [] };
const watch = (type, note) =>
  new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
watch("largest-contentful-paint", ({ startTime }) => (seen.lcp = startTime));
watch("paint", ({ name, startTime }) => name === "first-contentful-paint" && (seen.fcp = startTime));
watch("layout-shift", ({ value, hadRecentInput }) => (seen.cls += hadRecentInput ? 0 : value));
watch("longtask", ({ startTime, duration }) => seen.tasks.push([startTime, duration]));
"""


@dataclass(frozen=True, slots=True)
class Look:
    """One cold load."""

    lcp: float  # seconds until the largest thing was painted
    cls: float  # how much of the view moved about, as Chromium weighs it
    blocking: float  # seconds of tasks beyond their first 50 ms, after the first paint
    transferred: int  # bytes over the line


@contextmanager
def open_service(given: Stores, files: int) -> Iterator[str]:
    """A service with a database of its own that lets everybody in, with so many files; yields its address."""
    database = f"files{files}"
    with service(open_door(given, MONGODB_DATABASE=database)) as running:
        fill(given, files, database=database)
        yield running.url


def look(with_browser: Browser, url: str) -> Look:
    """Load it as on a first visit, with nothing cached."""
    context = with_browser.new_context(viewport=PHONE, is_mobile=True)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_4G)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    sizes = list[int]()
    session.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    page.add_init_script(WATCH)
    page.goto(url)
    page.locator(".file-row, .empty-library").first.wait_for(timeout=120_000)
    page.wait_for_timeout(SETTLED_MS)
    seen = page.evaluate("seen")
    context.close()
    blocking = sum(duration - 50 for begun, duration in seen["tasks"] if begun + duration > seen["fcp"])
    return Look(seen["lcp"] / 1000, seen["cls"], blocking / 1000, sum(sizes))


def both() -> tuple[list[Look], list[Look]]:
    """An empty library and a long one, one after the other in each round."""
    empty, full = list[Look](), list[Look]()
    with stores() as given, open_service(given, 0) as bare, open_service(given, FILES) as long, chromium() as running:
        for _ in range(ROUNDS):
            empty.append(look(running, bare))
            full.append(look(running, long))
    return empty, full


def measure() -> Samples:
    empty, full = both()
    return Samples("s", [one.lcp for one in empty], [one.lcp for one in full])


ROWS = (
    Row(
        f"first look at a library of {FILES:,} on slow 4G, processor slowed {SLOWER} times",
        "at an empty one",
        Reach.at_most(1.5),
        measure,
    ),
)


def median(looks: list[Look]) -> str:
    lcp, cls, blocking, size = (
        statistics.median(getattr(one, name) for one in looks) for name in ("lcp", "cls", "blocking", "transferred")
    )
    return f"{lcp:.2f} s | {cls:.3f} | {blocking * 1000:.0f} ms | {size / 1000:.0f} kB |"


if __name__ == "__main__":
    print("| library | LCP | CLS | total blocking time | transferred |\n|---|---:|---:|---:|---:|")  # noqa: T201
    for name, looks in zip(("empty", f"{FILES:,} files"), both(), strict=True):
        print(f"| {name} | {median(looks)}")  # noqa: T201
