"""The full view of the player: from the cover in the bar and back, tinted by the cover, while the sound goes on."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from service.settings import Settings
from tests.conftest import Service
from tests.e2e.films import record_film
from tests.e2e.page import wait_until
from tests.e2e.songs import send, tone
from tests.e2e.tagged_song import png

pytestmark = [pytest.mark.real, pytest.mark.browser]

TEAL = (20, 160, 150)
PLAYED = "document.querySelector('audio, video')?.currentTime ?? 0"
SAME = "globalThis.film === document.querySelector('video')"
TINT = "one => getComputedStyle(one).getPropertyValue('--cover-main')"


def the_view(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Now playing")


def play(page: Page, title: str) -> None:
    page.get_by_role("button", name=f"Play {title}").first.click()
    wait_until(lambda: page.evaluate(PLAYED) > 0)


def goes_on(page: Page) -> None:
    before = page.evaluate(PLAYED)
    wait_until(lambda: page.evaluate(PLAYED) > before)


def a_song(service: Service, title: str, cover: bytes | None = None) -> None:
    file_id = send(service, tone(60), f"{title}.wav", title=title, mood="sad")
    if cover:
        send(service, cover, "cover.png", "image/png", cover_of=file_id)


def test_the_cover_opens_the_view_and_back_closes_it(
    page: Page, settings: Settings, serve: Callable[..., Service]
) -> None:
    """With its colours; without a cover, in those of the mood."""
    service = serve(settings)
    a_song(service, "Plain")
    a_song(service, "Teal", png(300, TEAL))
    page.goto(service.url)
    play(page, "Teal")

    page.get_by_role("button", name="Open now playing").click()
    light = the_view(page).locator(".now-light")
    wait_until(lambda: light.evaluate(TINT) == f"rgb({' '.join(map(str, TEAL))})")
    expect(the_view(page).locator(".now-art img").last).to_have_js_property("naturalWidth", 300)
    goes_on(page)

    the_view(page).get_by_role("button", name="Play Plain now").click()
    expect(the_view(page).get_by_role("heading", name="Plain")).to_be_visible()
    wait_until(lambda: light.evaluate(TINT) == "")

    page.go_back()
    expect(the_view(page)).to_have_count(0)
    expect(page.get_by_role("button", name="Open now playing")).to_be_focused()
    goes_on(page)


def test_the_keyboard_stays_in_the_view(page: Page, settings: Settings, serve: Callable[..., Service]) -> None:
    """Tab goes around in it, the space bar plays, Escape closes."""
    service = serve(settings)
    a_song(service, "Plain")
    page.goto(service.url)
    play(page, "Plain")
    page.get_by_role("button", name="Open now playing").press("Enter")
    expect(the_view(page)).to_be_focused()

    page.keyboard.press("Space")
    expect(the_view(page).get_by_role("button", name="Play", exact=True)).to_be_visible()
    for _ in range(16):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('.player') || document.activeElement === document.body")

    page.keyboard.press("Escape")
    expect(the_view(page)).to_have_count(0)


def test_a_film_grows_where_it_plays(page: Page, settings: Settings, serve: Callable[..., Service]) -> None:
    """In the same element, or it would begin anew."""
    service = serve(settings)
    send(service, record_film(page), "Waves.webm", "video/webm", title="Waves")
    page.goto(service.url)
    play(page, "Waves")
    film = page.locator("video")
    page.evaluate("globalThis.film = document.querySelector('video')")
    before = film.bounding_box()

    page.get_by_role("button", name="Open now playing").click()
    expect(the_view(page)).to_be_visible()

    assert page.evaluate(SAME)
    after = film.bounding_box()
    assert before
    assert after
    assert after["width"] > 1.5 * before["width"]
