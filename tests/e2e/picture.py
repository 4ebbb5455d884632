"""Takes the README's pictures of the page: `make picture`. Not a test, but it uses the same helpers."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, ViewportSize

from tests.conftest import ROOT
from tests.e2e.views import adding, choose_files, library, now_playing, playing, start, wav
from tests.e2e.world import World

IMAGES = ROOT / "docs" / "images"
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 760}
IDLE_MS = 1500
# The line blocks after this many bytes: part of the two songs.
SOME = 900_000
MOST = 150_000  # bytes per picture

pytestmark = [pytest.mark.real, pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture
def desktop(open_page: Callable[..., Page]) -> Page:
    return open_page(viewport=DESKTOP)


@pytest.fixture
def phone(open_page: Callable[..., Page]) -> Page:
    """A page that starts wide, because the views are prepared there, with two dots per pixel."""
    return open_page(viewport=DESKTOP, device_scale_factor=2)


def take(page: Page, name: str, size: ViewportSize) -> None:
    page.set_viewport_size(size)
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    page.wait_for_timeout(IDLE_MS)
    taken = page.screenshot(type="jpeg", quality=82)
    assert len(taken) < MOST
    IMAGES.mkdir(exist_ok=True)
    (IMAGES / f"{name}.jpg").write_bytes(taken)


def test_a_library_with_a_song_that_plays(desktop: Page, flowing: World) -> None:
    playing(desktop, flowing)
    take(desktop, "page", DESKTOP)


def test_adding(phone: Page, flowing: World) -> None:
    adding(phone, flowing)
    take(phone, "adding", PHONE)


def test_uploading(phone: Page, flowing: World) -> None:
    library(phone, flowing)
    flowing.line.hold_after(SOME)
    choose_files(phone, wav("Slow Water.wav", 60), wav("Morning Train.wav", 90))
    start(phone)
    phone.get_by_role("button", name="Pause Morning Train").click()
    take(phone, "uploading", PHONE)


def test_now_playing(phone: Page, flowing: World) -> None:
    now_playing(phone, flowing)
    take(phone, "now-playing", PHONE)


def test_covers(desktop: Page, flowing: World) -> None:
    """The playing song's own picture is among them."""
    playing(desktop, flowing)
    desktop.get_by_role("button", name="Show covers").click()
    take(desktop, "covers", DESKTOP)


def test_playing_in_the_dark(phone: Page, flowing: World) -> None:
    phone.emulate_media(color_scheme="dark")
    playing(phone, flowing)
    take(phone, "dark", PHONE)


def test_arabic(phone: Page, flowing: World) -> None:
    playing(phone, flowing)
    phone.get_by_role("button", name="Settings").click()
    phone.get_by_role("menuitemradio", name="العربية").click()
    take(phone, "arabic", PHONE)
