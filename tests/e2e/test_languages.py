"""Each language from the first view to a playing song, on wide and narrow screens; Arabic is mirrored."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import violations
from tests.e2e.languages import LANGUAGES
from tests.e2e.page import PLAYED, wait_until
from tests.e2e.views import choose_files, library, start, wav
from tests.e2e.wide import TOO_WIDE
from tests.e2e.world import World

pytestmark = [pytest.mark.real, pytest.mark.browser, pytest.mark.timeout(900)]


def speak(page: Page, language: str) -> None:
    page.locator(".top-bar-end > [aria-haspopup=menu]").click()
    page.locator(f".menu-item[lang={language}]").click()
    expect(page.locator("html")).to_have_attribute("lang", language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_uploads_and_plays_in(page: Page, flowing: World, language: str) -> None:
    words = LANGUAGES[language]
    library(page, flowing)
    speak(page, language)
    expect(page.get_by_role("heading", name=words.heading)).to_be_visible()
    expect(page.get_by_text(words.size).first).to_be_visible()

    expect(page.get_by_role("button", name=words.add).first).to_be_visible()
    choose_files(page, wav("Neues Lied.wav", 20))
    expect(page.get_by_role("dialog").get_by_role("button", name=words.upload)).to_be_visible()
    start(page)
    page.get_by_role("button", name=words.play).first.click(timeout=20_000)
    wait_until(lambda: page.evaluate(PLAYED) > 0.3)

    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(TOO_WIDE) == [], f"{width} px"
    assert violations(page) == []
    page.reload()
    expect(page.get_by_role("heading", name=words.heading)).to_be_visible()


def test_arabic_is_mirrored(page: Page, flowing: World) -> None:
    """Covers are on the right and buttons on the left; a Latin title still runs left to right."""
    library(page, flowing)
    before = _lefts(page)

    speak(page, "ar")

    after = _lefts(page)
    assert before["cover"] < before["title"] < before["buttons"]
    assert after["cover"] > after["title"] > after["buttons"]


def _lefts(page: Page) -> dict[str, float]:
    row = page.locator(".file-row").first
    parts = {"cover": ".file-play", "title": ".file-words", "buttons": ".file-actions"}
    return {part: (row.locator(place).bounding_box() or {"x": -1})["x"] for part, place in parts.items()}
