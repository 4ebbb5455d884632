"""The first load of the page, measured by the browser itself: on a slow phone, with Lighthouse's settings, and as here.

`python -m bench.rows.first_load` prints all figures of the slow one. Its row promises that a long library appears about
as early as an empty one; the other two promise how soon a library of 1,000 files is there, and that nothing moves.
"""

import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from playwright.sync_api import Browser, ViewportSize

from bench.chromium import chromium, fill, without_tokens
from bench.row import Reach, Row, Samples
from bench.running import Stores, service, stores

FILES = 10_000
ROUNDS = 5
SOME_FILES, LCP_S, SHIFT = 1000, 1.0, 0.01
# Lighthouse's defaults: slow 4G, and a processor four times slower than this one.
SLOW_4G = {"offline": False, "latency": 562.5, "downloadThroughput": 188_743.68, "uploadThroughput": 86_400}
SLOWER = 4
PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
IDLE_MS = 1500

OBSERVE = """
globalThis.seen = { lcp: 0, fcp: 0, cls: 0, tasks: [] };
const observe = (type, note) =>
  new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
observe("largest-contentful-paint", ({ startTime }) => (seen.lcp = startTime));
observe("paint", ({ name, startTime }) => name === "first-contentful-paint" && (seen.fcp = startTime));
observe("layout-shift", ({ value, hadRecentInput }) => (seen.cls += hadRecentInput ? 0 : value));
observe("longtask", ({ startTime, duration }) => seen.tasks.push([startTime, duration]));
"""


@dataclass(frozen=True, slots=True)
class PageLoad:
    """The figures of one cold load."""

    lcp: float  # seconds until the largest element was painted
    cls: float  # layout shift, as Chromium weighs it
    blocking: float  # seconds of tasks beyond their first 50 ms, after the first paint
    transferred: int  # bytes over the network


@contextmanager
def open_service(given: Stores, files: int) -> Iterator[str]:
    """Run a service without tokens on its own database with this many files; yield its address."""
    database = f"files{files}"
    with service(without_tokens(given, MONGODB_DATABASE=database)) as running:
        fill(given, files, database=database)
        yield running.url


def load_page(with_browser: Browser, url: str, *, size: ViewportSize = PHONE, slowly: bool = True) -> PageLoad:
    """Load the page as on a first visit, with nothing cached."""
    context = with_browser.new_context(viewport=size, is_mobile=slowly)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    if slowly:
        session.send("Network.emulateNetworkConditions", SLOW_4G)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    sizes = list[int]()
    session.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    page.add_init_script(OBSERVE)
    page.goto(url)
    page.locator(".file-row, .empty-library").first.wait_for(timeout=120_000)
    page.wait_for_timeout(IDLE_MS)
    seen = page.evaluate("seen")
    context.close()
    blocking = sum(duration - 50 for begun, duration in seen["tasks"] if begun + duration > seen["fcp"])
    return PageLoad(seen["lcp"] / 1000, seen["cls"], blocking / 1000, sum(sizes))


def load_both() -> tuple[list[PageLoad], list[PageLoad]]:
    """Load an empty library and a long one, one after the other in each round."""
    empty, full = list[PageLoad](), list[PageLoad]()
    with stores() as given, open_service(given, 0) as bare, open_service(given, FILES) as long, chromium() as running:
        for _ in range(ROUNDS):
            empty.append(load_page(running, bare))
            full.append(load_page(running, long))
    return empty, full


@cache
def load_some() -> list[PageLoad]:
    """Load a library of 1,000 files, once for both rows, on a phone's and a desktop's window at full speed."""
    with stores() as given, open_service(given, SOME_FILES) as url, chromium() as running:
        return [load_page(running, url, size=size, slowly=False) for _ in range(ROUNDS) for size in (PHONE, DESKTOP)]


def measure_paint() -> Samples:
    loads = load_some()
    return Samples("s", [LCP_S] * len(loads), [one.lcp for one in loads])


def measure_shift() -> Samples:
    loads = load_some()
    return Samples("", [SHIFT] * len(loads), [one.cls for one in loads])


def measure() -> Samples:
    empty, full = load_both()
    return Samples("s", [one.lcp for one in empty], [one.lcp for one in full])


ROWS = (
    Row(
        f"first load of a library of {FILES:,} on slow 4G, processor slowed {SLOWER} times",
        "of an empty one",
        Reach.at_most(1.5),
        measure,
    ),
    Row(f"largest paint of a library of {SOME_FILES:,}", "the second promised", Reach.at_most(1), measure_paint),
    Row(f"layout shift of a library of {SOME_FILES:,}", "the hundredth promised", Reach.at_most(1), measure_shift),
)


def median(loads: list[PageLoad]) -> str:
    lcp, cls, blocking, size = (
        statistics.median(getattr(one, name) for one in loads) for name in ("lcp", "cls", "blocking", "transferred")
    )
    return f"{lcp:.2f} s | {cls:.3f} | {blocking * 1000:.0f} ms | {size / 1000:.0f} kB |"


if __name__ == "__main__":
    print("| library | LCP | CLS | total blocking time | transferred |\n|---|---:|---:|---:|---:|")  # noqa: T201
    for name, loads in zip(("empty", f"{FILES:,} files"), load_both(), strict=True):
        print(f"| {name} | {median(loads)}")  # noqa: T201
