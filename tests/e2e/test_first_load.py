"""A long library does not move while it comes: what loads later has its place from the beginning."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from service.settings import Settings
from tests.conftest import Service
from tests.e2e.page import wait_until
from tests.e2e.records import a_record, insert

pytestmark = [pytest.mark.real, pytest.mark.browser]

FILES = 1000
MOST = 0.01  # of Chromium's measure; people notice a tenth
MOODS = ("happy", "sad", "neutral")
OBSERVE = """
globalThis.shifts = [];
new PerformanceObserver((list) => {
  for (const { value, hadRecentInput, sources } of list.getEntries()) {
    if (!hadRecentInput) shifts.push({ value, moved: sources.map(({ node }) => node?.outerHTML?.slice(0, 120)) });
  }
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 800)])
def test_nothing_moves_as_a_thousand_files_come(
    open_page: Callable[..., Page], settings: Settings, serve: Callable[..., Service], width: int, height: int
) -> None:
    """On the first visit, and on a later one."""
    insert(settings, (a_record(number, mood=MOODS[number % 3], artist="Oda Vik") for number in range(FILES)))
    page = open_page(viewport={"width": width, "height": height})
    page.add_init_script(OBSERVE)
    service = serve(settings)

    for _ in range(2):
        page.goto(service.url)
        expect(page.get_by_role("listitem").filter(has_text=f"Song {FILES - 1}")).to_be_visible()
        page.wait_for_load_state("networkidle")
        moved = page.evaluate("shifts")
        assert sum(one["value"] for one in moved) <= MOST, moved


def test_the_observer_sees_what_moves(page: Page, settings: Settings, serve: Callable[..., Service]) -> None:
    """Otherwise the test above would prove nothing."""
    insert(settings, (a_record(number) for number in range(50)))
    page.add_init_script(OBSERVE)
    page.goto(serve(settings).url)
    expect(page.get_by_role("listitem").first).to_be_visible()

    page.evaluate("document.body.style.paddingBlockStart = '300px'")

    wait_until(lambda: sum(one["value"] for one in page.evaluate("shifts")) > MOST)
