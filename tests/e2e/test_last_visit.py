"""A reload or the next visit restores the player, the place in the list, and its order."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from service.settings import Settings
from tests.conftest import Service
from tests.e2e.page import PLAYED, wait_until
from tests.e2e.records import a_record, insert
from tests.e2e.songs import send, tone

pytestmark = [pytest.mark.real, pytest.mark.browser]

SOURCE = "() => document.querySelector('audio, video')?.getAttribute('src') ?? null"


@pytest.fixture
def service(settings: Settings, serve: Callable[..., Service]) -> Service:
    """Three songs that play, newer than 400 that are only listed."""
    insert(settings, [a_record(number, title=f"Listed {number:03}") for number in range(400)])
    started = serve(settings)
    for title in ("Alpha", "Beta", "Gamma"):
        send(started, tone(60), f"{title}.wav", title=title, duration_seconds=60)
    return started


def test_a_reload_goes_on_at_the_same_second(page: Page, service: Service) -> None:
    """Paused, without fetching anything; the rest of the queue is there; a closed player stays closed."""
    player = page.get_by_role("region", name="Player")
    page.goto(service.url)
    page.get_by_role("button", name="Play Beta").click()
    wait_until(lambda: page.evaluate(PLAYED) > 0)
    player.get_by_role("slider", name="Position").fill("42")
    wait_until(lambda: page.evaluate(PLAYED) > 42)
    player.get_by_role("button", name="Pause").click()
    left = page.evaluate(PLAYED)

    page.reload()
    expect(player.locator(".player-title")).to_have_text("Beta")
    expect(player.get_by_role("slider", name="Position")).to_have_attribute("aria-valuetext", "0:42 of 1:00")
    assert page.evaluate(SOURCE) is None
    player.get_by_role("button", name="Play", exact=True).click()
    wait_until(lambda: page.evaluate(PLAYED) >= left - 0.5)
    assert page.evaluate(PLAYED) < left + 10
    player.get_by_role("button", name="Next song").click()
    expect(player.locator(".player-title")).to_have_text("Alpha")

    player.get_by_role("button", name="Close player").click()
    page.reload()
    expect(page.get_by_role("button", name="Play Beta")).to_be_visible()
    wait_until(lambda: page.evaluate("performance.now()") > 2500)  # later than the bar loads by itself
    expect(player).to_have_count(0)


def test_a_long_list_stands_where_it_stood(page: Page, service: Service) -> None:
    """Beyond what loads at first. In another order it begins at its top."""
    page.goto(service.url)
    expect(page.get_by_role("listitem").filter(has_text="Alpha")).to_be_visible()
    wait_until(lambda: _is_beyond(page, 9000), seconds=60)
    stood = page.evaluate("scrollY")

    page.reload()
    wait_until(lambda: abs(page.evaluate("scrollY") - stood) < 100, seconds=60)


def test_the_library_opens_in_the_order_chosen_last(page: Page, service: Service) -> None:
    """An address with an order of its own keeps it."""
    page.goto(service.url)
    page.get_by_role("combobox", name="Sort by").select_option("oldest")
    expect(page.get_by_role("list", name="Files").get_by_role("listitem").first).to_contain_text("Listed 000")

    page.goto(service.url)
    expect(page.get_by_role("list", name="Files").get_by_role("listitem").first).to_contain_text("Listed 000")
    assert page.url.endswith("/?sort=oldest")
    page.goto(f"{service.url}/?mood=happy")
    expect(page.get_by_role("combobox", name="Sort by")).to_have_value("newest")


def _is_beyond(page: Page, pixels: int) -> bool:
    """Scroll on, as pages of rows load when their end comes near; return whether that is far enough."""
    page.evaluate("scrollBy(0, 2000)")
    return bool(page.evaluate("scrollY") > pixels)
