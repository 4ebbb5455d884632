"""Covers of songs and films on the page: found in the file, chosen by hand, changed, removed; on the real servers."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import urllib3
from playwright.sync_api import Locator, Page, expect

from service.settings import Settings
from tests.conftest import Service
from tests.e2e.films import SECONDS, WIDTH, record_film, without_duration
from tests.e2e.page import choose, expect_in_library, upload_panel, wait_until
from tests.e2e.service import files_of
from tests.e2e.tagged_song import png

pytestmark = [pytest.mark.real, pytest.mark.browser]

RED, BLUE = (200, 30, 40), (30, 60, 200)
# A JPEG shifts a colour a little.
CLOSE = 12
COLOUR = """async (bytes) => {
  const context = new OffscreenCanvas(1, 1).getContext("2d");
  context.drawImage(await createImageBitmap(new Blob([new Uint8Array(bytes)])), 0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}"""

# Which part of a cover the dancing bars take, and the different opacities of its picture.
WHILE_IT_PLAYS = """(cover) => {
  const area = (one) => one ? one.getBoundingClientRect().width * one.getBoundingClientRect().height : 0;
  const pictures = [...cover.querySelectorAll("img")].map((picture) => getComputedStyle(picture).opacity);
  return [area(cover.querySelector(".cover-bars")) / area(cover), [...new Set(pictures)]];
}"""


@pytest.fixture
def picture(tmp_path: Path) -> Callable[..., Path]:
    def make(name: str, rgb: tuple[int, int, int]) -> Path:
        path = tmp_path / name
        path.write_bytes(png(1100, rgb))
        return path

    return make


def row_picture(page: Page, title: str) -> Locator:
    """Return the picture beside the title in the list: the service's, over this device's own until it has come."""
    return page.get_by_role("button", name=f"Play {title}").locator("img").last


def is_drawn(picture: Locator, width: int) -> None:
    expect(picture).to_have_js_property("naturalWidth", width)


def cover(service: Service) -> bytes | None:
    """Return the cover of the only file."""
    (file,) = files_of(service)
    answer = urllib3.request("GET", f"{service.url}/v1/files/{file['file_id']}/cover")
    return answer.data if answer.status == 200 else None


def becomes(page: Page, service: Service, rgb: tuple[int, int, int]) -> None:
    """Wait until the service's cover is a JPEG of this colour."""

    def is_so() -> bool:
        picture = cover(service)
        shown: Any = picture and page.evaluate(COLOUR, [*picture])
        return bool(shown) and all(abs(one - expected) < CLOSE for one, expected in zip(shown, rgb, strict=True))

    wait_until(is_so)


def test_a_film_is_shown_by_a_frame_of_its_own(
    page: Page, settings: Settings, serve: Callable[..., Service], tmp_path: Path
) -> None:
    """Before the upload, in the list and on its page, where it plays; also if its header has no duration."""
    service, film, live = serve(settings), tmp_path / "waves.webm", tmp_path / "live.webm"
    page.goto(service.url)
    film.write_bytes(record_film(page))
    live.write_bytes(without_duration(film.read_bytes()))

    choose(page, live)
    is_drawn(upload_panel(page).locator("img"), WIDTH)
    upload_panel(page).get_by_role("button", name="Upload 1 file").click()
    expect_in_library(page, "live")
    is_drawn(row_picture(page, "live"), WIDTH)

    choose(page, film)
    is_drawn(upload_panel(page).locator("img"), WIDTH)
    upload_panel(page).get_by_role("button", name="Upload 1 file").click()

    expect_in_library(page, "waves")
    is_drawn(row_picture(page, "waves"), WIDTH)
    assert files_of(service)[0]["duration_seconds"] == pytest.approx(SECONDS, abs=1)
    page.get_by_role("link", name="waves").click()
    expect(page.get_by_role("dialog").get_by_label("waves", exact=True)).to_have_js_property("videoWidth", WIDTH)


def test_a_cover_is_chosen_by_hand_changed_and_removed(
    page: Page,
    settings: Settings,
    serve: Callable[..., Service],
    a_song: Callable[..., Path],
    picture: Callable[..., Path],
    tmp_path: Path,
) -> None:
    """Before the upload, and later on the song's page; a file that is no picture is refused and changes nothing."""
    service, broken = serve(settings), tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    page.goto(service.url)
    choose(page, a_song("one.wav", seconds=30))

    choose(page, broken, button="Choose a cover for one.wav")
    expect(page.get_by_text("Couldn't read broken.png. Choose another image.")).to_be_visible()
    choose(page, picture("red.png", RED), button="Choose a cover for one.wav")
    is_drawn(upload_panel(page).locator("img"), 1024)
    upload_panel(page).get_by_role("button", name="Upload 1 file").click()
    is_drawn(row_picture(page, "one"), 1024)
    becomes(page, service, RED)
    page.get_by_role("button", name="Play one", exact=True).click()
    expect(page.get_by_role("button", name="Pause one")).to_be_visible()
    # It stays as it is: bars dance on a badge at its corner, and in the player there are none.
    covered, (opacity,) = page.locator(".file-play .cover").first.evaluate(WHILE_IT_PLAYS)
    assert (0 < covered < 0.3, opacity) == (True, "1")
    assert page.locator(".player .cover").first.evaluate(WHILE_IT_PLAYS) == [0, ["1"]]

    page.get_by_role("link", name="one").click()
    dialog = page.get_by_role("dialog", name="one")
    dialog.get_by_role("button", name="Edit").click()
    choose(page, picture("blue.png", BLUE), button="Change cover")
    becomes(page, service, BLUE)
    is_drawn(dialog.locator("img"), 1024)
    dialog.get_by_role("button", name="Remove cover").click()
    expect(dialog.locator("img")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(row_picture(page, "one")).to_have_count(0)
    assert cover(service) is None
