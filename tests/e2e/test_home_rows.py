"""The rows above the library: what to go on with, and what fits a mood. Neither moves what is there already."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import urllib3
from playwright.sync_api import Page, expect

from service.settings import Settings
from tests.conftest import Service
from tests.e2e.page import mood_chip, wait_until
from tests.e2e.songs import send, tone
from tests.e2e.views import has_row

pytestmark = [pytest.mark.real, pytest.mark.browser, pytest.mark.timeout(240)]

# How far things moved by themselves, as the browser measures it.
SHIFTS = """window.shifts = 0;
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) window.shifts += one.value;
}).observe({ type: 'layout-shift', buffered: true });"""


@pytest.fixture
def page(watched_page: Page) -> Page:
    return watched_page


@pytest.fixture
def service(settings: Settings, serve: Callable[..., Service]) -> Service:
    """A service that keeps histories, with some happy songs."""
    started = serve(settings.model_copy(update={"history": True}))
    for number in range(1, 6):
        send(started, tone(20), f"Happy {number}.wav", title=f"Happy {number}", mood="happy", duration_seconds=20)
    return started


def report(service: Service, file_id: str, hours_ago: float = 0, **listen: Any) -> None:
    started = datetime.now(UTC) - timedelta(hours=hours_ago, minutes=30)
    body = {"session_id": "the-rows", "listens": [{"file_id": file_id, "started_at": started.isoformat(), **listen}]}
    assert urllib3.request("POST", f"{service.url}/v1/listens", json=body).json() == {"accepted": 1}


def file_id(service: Service, title: str) -> str:
    files = urllib3.request("GET", f"{service.url}/v1/files?limit=50").json()["files"]
    return str(next(one["file_id"] for one in files if one["title"] == title))


def test_what_was_left_unfinished_goes_on_and_moves_nothing(page: Page, service: Service) -> None:
    """Its row has its place from the first paint of the next visit on."""
    long = send(service, tone(20), "Long.wav", title="Long", duration_seconds=2000)
    report(service, long, position_seconds=700, listened_seconds=60)
    page.goto(service.url)
    wait_until(lambda: has_row(page))
    page.add_init_script(SHIFTS)
    page.goto(service.url)

    tile = page.get_by_role("button", name="Go on with Long. 11:40 of 33:20")
    expect(tile).to_be_visible()
    assert page.evaluate("shifts") < 0.01  # a number in the moods' row may; a row that came late is ten times that
    tile.click()

    expect(page.get_by_role("region", name="Player").locator(".player-title")).to_have_text("Long")


def test_a_mood_shows_what_fits_it_to_who_has_a_history(page: Page, service: Service) -> None:
    """With the reasons; without a history there is no row."""
    page.goto(service.url)
    happy = mood_chip(page, "Happy")
    with page.expect_response("**/v1/recommendations?*"):
        happy.click()
    expect(page.get_by_role("heading", name="Happy songs")).to_be_visible()
    expect(page.get_by_role("heading", name="For you in this mood")).to_have_count(0)
    for _ in range(3):
        report(service, file_id(service, "Happy 4"), hours_ago=3, listened_seconds=20)

    page.goto(f"{service.url}/?mood=happy")
    wait_until(lambda: has_row(page, "happy"))
    page.reload()

    tile = page.get_by_role("region", name="For you in this mood").get_by_role(
        "button", name="Play Happy 4. You played it"
    )
    tile.press("Enter")
    expect(page.get_by_role("region", name="Radio")).to_contain_text("You played it")
