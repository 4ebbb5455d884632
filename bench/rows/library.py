"""Whether scrolling costs more far down a long library than near its top: rows out of view must cost nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import CDPSession, Page

from bench.chromium import chromium, fill, without_tokens
from bench.row import Reach, Row, Samples
from bench.running import Stores, service, stores

FILES = 100_000
NEAR, FAR = 500, 50_000
ROUNDS = 7
STEPS = 20
# The browser's own metrics of a tab, in seconds.
WORK = ("ScriptDuration", "LayoutDuration", "RecalcStyleDuration")

LOADED = "() => document.querySelector('.file-list').offsetHeight / 64"
TO_ROW = "row => scrollTo(0, document.querySelector('.file-list').offsetTop + row * 64)"
# Ten rows at a time, each drawn before the next.
STEP = """async steps => {
  const drawn = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  for (let step = 0; step < steps; step += 1) {
    scrollBy(0, 640);
    await drawn();
  }
}"""


@contextmanager
def two_tabs(given: Stores) -> Iterator[tuple[Page, Page]]:
    with service(without_tokens(given)) as running, chromium() as browser:
        tabs = browser.new_page(base_url=running.url), browser.new_page(base_url=running.url)
        fill(given, FILES)
        yield tabs


def scroll_to(page: Page, row: int) -> CDPSession:
    """Load the library up to this row and further, so that no measured step loads rows."""
    page.bring_to_front()
    page.goto("/")
    page.get_by_role("listitem").first.wait_for()
    while page.evaluate(LOADED) < row + STEPS * 10 + 100:
        page.keyboard.press("End")
        page.wait_for_timeout(50)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    return session


def work_of(session: CDPSession) -> float:
    metrics = {row["name"]: row["value"] for row in session.send("Performance.getMetrics")["metrics"]}
    return float(sum(metrics[name] for name in WORK))


def step_at(page: Page, session: CDPSession, row: int) -> float:
    """Return the seconds of scripts, styles and layout that one step of ten rows takes at this row."""
    page.bring_to_front()
    page.evaluate(TO_ROW, row)
    page.wait_for_timeout(300)
    before = work_of(session)
    page.evaluate(STEP, STEPS)
    return (work_of(session) - before) / STEPS


def measure() -> Samples:
    samples = Samples("s", [], [])
    with stores() as given, two_tabs(given) as (near, far):
        sessions = scroll_to(near, NEAR), scroll_to(far, FAR)
        for number in range(ROUNDS + 1):
            baseline, ours = step_at(near, sessions[0], NEAR), step_at(far, sessions[1], FAR)
            if number > 0:  # the first round warms the scripts up
                samples.baseline.append(baseline)
                samples.ours.append(ours)
    return samples


ROWS = (Row(f"scrolling 10 rows at row {FAR:,} of {FILES:,}", f"at row {NEAR}", Reach.at_most(2), measure),)
