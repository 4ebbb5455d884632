"""The steps of a person on the page."""

import re
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

PLAYED = "() => document.querySelector('audio, video')?.currentTime ?? 0"


def choose(page: Page, *paths: Path, button: str = "Add files") -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=button).first.click()
    chooser.value.set_files([str(path) for path in paths])


def upload_panel(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Add files")


def add(page: Page, *paths: Path, mood: str) -> None:
    """Choose files, pick a mood and upload them."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Add files").first.click()
    chooser.value.set_files([str(path) for path in paths])
    panel = page.get_by_role("dialog", name="Add files")
    pick_mood(panel.locator(".mood-picker").first, mood)
    panel.get_by_role("button", name=re.compile("^Upload")).click()


def mood_chip(page: Page, mood: str) -> Locator:
    """Return the key that shows the files of a mood; beside it is one that plays them."""
    return page.get_by_role("navigation", name="Mood").locator(".mood-chip", has_text=mood)


def pick_mood(picker: Locator, mood: str) -> None:
    """Click the key of a mood once it stands still; the radio button itself is invisible."""
    picker.locator(".mood-key", has_text=mood).click()
    expect(picker.get_by_role("radio", name=mood)).to_be_checked()


def expect_in_library(page: Page, title: str) -> None:
    expect(page.get_by_role("button", name=f"Play {title}").first).to_be_visible(timeout=20_000)


def wait_until(holds: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until a condition holds. Playwright's own wait needs eval, which the page's policy forbids."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)
