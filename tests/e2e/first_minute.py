"""Films a newcomer's first minute, for the README: `make picture`. Not a test, but it uses the same helpers."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from service.settings import Settings
from tests.conftest import ROOT, Service
from tests.e2e.drag import drag
from tests.e2e.page import wait_until
from tests.e2e.songs import SONGS, tone

FILM = ROOT / "docs" / "images" / "first-minute.webp"
SIZE = (960, 600)  # of the film; the page is a third larger
QUALITY = 70
FRAME_MS = 120
MOST = 2_000_000  # bytes

pytestmark = [pytest.mark.real, pytest.mark.browser, pytest.mark.timeout(300)]


class Film:
    """Pictures of a page, each shown for some time."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._frames: list[Image.Image] = []
        self._shown_ms: list[int] = []

    def hold(self, seconds: float) -> None:
        """Show the page as it is now for so long."""
        self._take(round(seconds * 1000))

    def roll(self, seconds: float) -> None:
        """Show what moves."""
        for _ in range(round(seconds * 1000 / FRAME_MS)):
            self._take(FRAME_MS)
            self._page.wait_for_timeout(FRAME_MS)

    def roll_until(self, holds: Callable[[], bool]) -> None:
        wait_until(lambda: self.roll(FRAME_MS / 1000) is None and holds(), 60)

    def save(self, path: Path) -> None:
        first, *others = self._frames
        first.save(
            path, save_all=True, append_images=others, duration=self._shown_ms, loop=0, quality=QUALITY, method=6
        )

    def _take(self, milliseconds: int) -> None:
        taken = Image.open(BytesIO(self._page.screenshot())).convert("RGB")
        self._frames.append(taken.resize(SIZE, Image.Resampling.LANCZOS))
        self._shown_ms.append(milliseconds)


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """A folder of songs, as people have them."""
    folder = tmp_path / "Kite Season"
    folder.mkdir()
    for number, (title, artist, _) in enumerate(SONGS):
        (folder / f"{artist} - {title}.wav").write_bytes(tone(40 + 7 * number, hertz=220 + 20 * number))
    return folder


def test_the_first_minute(page: Page, settings: Settings, serve: Callable[..., Service], album: Path) -> None:
    """A folder is dropped on a mood, plays, and is searched."""
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(serve(settings).url)
    nothing = page.get_by_text("Your library is empty.")
    expect(nothing).to_be_visible()
    film = Film(page)
    film.hold(1.5)

    drag(page, nothing, album, drop=False)
    film.roll(0.6)
    happy = page.locator(".drop-field", has_text="Happy")
    drag(page, happy, album, drop=False)
    film.roll(0.8)
    film.hold(0.8)
    drag(page, happy, album)
    plays = page.get_by_role("button", name="Play Golden Hour", exact=True)
    film.roll_until(lambda: page.locator(".file-row").count() == len(SONGS))
    film.hold(1.5)

    plays.click()
    player = page.get_by_role("region", name="Player")
    expect(player.get_by_role("button", name="Pause")).to_be_visible()
    film.roll(1.5)
    player.get_by_role("button", name="Open now playing").click()
    film.roll(1)
    film.hold(2)
    page.keyboard.press("Escape")
    film.roll(0.6)

    page.keyboard.press("Control+k")
    for letter in "low":
        page.keyboard.type(letter)
        film.roll(0.25)
    expect(page.get_by_role("option", name="Low Tide")).to_be_visible()
    film.hold(1.2)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Show covers").click()
    film.roll(0.6)
    film.hold(2)

    film.save(FILM)
    assert FILM.stat().st_size < MOST
