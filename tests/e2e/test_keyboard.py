"""Uploading and playing by keyboard alone; each view: test_views.py."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from service.settings import Settings
from tests.conftest import Service
from tests.e2e.focus import RING
from tests.e2e.page import PLAYED, expect_in_library, wait_until
from tests.e2e.servers import stored_bytes

pytestmark = [pytest.mark.real, pytest.mark.browser, pytest.mark.timeout(900)]

MOST_STOPS = 60
NAME = """() => {
  const one = document.activeElement;
  if (one === document.body) return '';
  return one.getAttribute('aria-label') || one.labels?.[0]?.innerText || one.innerText || '';
}"""


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the element has the focus; the focus must be visible at each stop."""
    passed = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        here = page.evaluate(NAME).strip()
        passed.append(here)
        assert here == "" or page.evaluate(RING), f"the focus on {here!r} cannot be seen"
        if here == name:
            return
    pytest.fail(f"Tab never came to {name!r}, only to {passed}")


def test_a_song_is_uploaded_and_played_by_keyboard(
    page: Page, settings: Settings, serve: Callable[..., Service], a_song: Callable[..., Path]
) -> None:
    """Except for the choice in the system's own file dialog."""
    song = a_song("Slow Water.wav", seconds=30)
    page.goto(serve(settings).url)
    expect(page.get_by_text("Your library is empty.")).to_be_visible()

    tab_to(page, "Add files")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(str(song))
    expect(page.get_by_role("dialog")).to_be_visible()
    tab_to(page, "Neutral")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="Happy")).to_be_checked()
    tab_to(page, "Title of Slow Water.wav")
    page.keyboard.type("Slower Water")
    tab_to(page, "Upload 1 file")
    page.keyboard.press("Enter")

    expect_in_library(page, "Slower Water")
    assert stored_bytes(settings) == [song.read_bytes()]

    tab_to(page, "Play Slower Water")
    page.keyboard.press("Enter")
    wait_until(lambda: page.evaluate(PLAYED) > 0.3)
    tab_to(page, "Position")
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    wait_until(lambda: page.evaluate(PLAYED) > 3)
    tab_to(page, "Close player")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Player")).to_have_count(0)


def test_the_first_stop_leads_past_the_bar_to_the_songs(
    page: Page, settings: Settings, serve: Callable[..., Service]
) -> None:
    page.goto(serve(settings).url)
    expect(page.get_by_text("Your library is empty.")).to_be_visible()

    page.keyboard.press("Tab")
    assert page.evaluate(NAME) == "Skip to your library"
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "songs"


def test_a_dialog_holds_the_focus_and_escape_gives_it_back(
    page: Page, settings: Settings, serve: Callable[..., Service], a_song: Callable[..., Path]
) -> None:
    page.goto(serve(settings).url)
    expect(page.get_by_text("Your library is empty.")).to_be_visible()
    tab_to(page, "Add files")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(str(a_song("one.wav")))
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()

    for _ in range(12):
        page.keyboard.press("Tab")
        inside = page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
        assert inside
    page.keyboard.press("Escape")

    expect(dialog).to_have_count(0)
    assert page.evaluate(NAME).strip() == "Add files"
