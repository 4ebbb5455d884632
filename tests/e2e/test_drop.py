"""Files dropped on the page or pasted into it by the system's own means, in Chromium on the real servers."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Locator, Page, expect

from service.settings import Settings
from tests.conftest import Service
from tests.e2e.axe import violations
from tests.e2e.drag import drag
from tests.e2e.page import expect_in_library, upload_panel, wait_until
from tests.e2e.service import files_of
from tests.e2e.tagged_song import png

pytestmark = [pytest.mark.real, pytest.mark.browser]

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

# As "Copy image" does in any program.
COPY = """async () => {
  const canvas = new OffscreenCanvas(64, 64);
  canvas.getContext("2d").fillRect(0, 0, 64, 64);
  await navigator.clipboard.write([new ClipboardItem({ "image/png": canvas.convertToBlob() })]);
}"""

# How much of the page the zone hides, from 0 to 1, and what it does to the rest.
COVERS = """(zone) => {
  const { backgroundColor, backdropFilter } = getComputedStyle(zone);
  const context = new OffscreenCanvas(1, 1).getContext("2d");
  context.fillStyle = backgroundColor;
  context.fillRect(0, 0, 1, 1);
  return [context.getImageData(0, 0, 1, 1).data[3] / 255, backdropFilter];
}"""


def drop_to_edit(page: Page, over: Locator, *paths: Path) -> None:
    """Drag files over a place of the page, and drop them on the field that opens the panel."""
    drag(page, over, *paths, drop=False)
    expect(page.locator(".drop-edit")).to_be_visible()
    drag(page, page.locator(".drop-edit"), *paths)


def test_a_folder_and_files_are_dropped_wherever_there_is_room(
    page: Page, settings: Settings, serve: Callable[..., Service], a_song: Callable[..., Path], tmp_path: Path
) -> None:
    """A folder on the empty page, without its hidden files; files on a song and on the player."""
    service, folder = serve(settings), tmp_path / "album"
    for place in ("one.wav", "cd 2/two.wav", "cd 2/live/three.wav", ".four.wav", ".trash/five.wav"):
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        a_song("song.wav").rename(folder / place)
    page.goto(service.url)
    expect(page.get_by_text("Your library is empty.")).to_be_visible()

    drop_to_edit(page, page.get_by_text("Your library is empty."), folder)
    upload_panel(page).get_by_role("button", name="Upload 3 files").click()
    for title in ("one", "two", "three"):
        expect_in_library(page, title)
    assert len(files_of(service)) == 3

    drop_to_edit(page, page.get_by_role("link", name="two"), a_song("six.wav"))
    upload_panel(page).get_by_role("button", name="Upload 1 file").click()
    expect_in_library(page, "six")
    page.get_by_role("button", name="Play six").click()
    # It lasts three seconds, and on a busy machine the next song plays before the drop is over.
    page.get_by_role("region", name="Player").get_by_role("button", name="Pause", exact=True).click()
    drop_to_edit(page, page.get_by_role("region", name="Player"), a_song("seven.wav"))
    upload_panel(page).get_by_role("button", name="Upload 1 file").click()
    expect_in_library(page, "seven")
    expect(page.get_by_role("region", name="Player")).to_contain_text("six")


def test_an_album_dropped_on_a_mood_starts_at_once(
    page: Page, settings: Settings, serve: Callable[..., Service], a_song: Callable[..., Path], tmp_path: Path
) -> None:
    """No panel opens, and the picture beside the songs is their cover."""
    service, album = serve(settings), tmp_path / "album"
    album.mkdir()
    a_song("one.wav").rename(album / "one.wav")
    (album / "Folder.png").write_bytes(png(64, (200, 30, 40)))
    page.goto(service.url)
    expect(page.get_by_text("Your library is empty.")).to_be_visible()

    drag(page, page.get_by_text("Your library is empty."), album, drop=False)
    expect(page.locator(".drop-field", has_text="Sad")).to_be_visible()
    drag(page, page.locator(".drop-field", has_text="Sad"), album)

    expect_in_library(page, "one")
    expect(upload_panel(page)).to_have_count(0)
    (file,) = files_of(service)
    assert (file["title"], file["mood"]) == ("one", "sad")
    wait_until(lambda: files_of(service)[0]["cover_id"] is not None)


def test_the_fields_are_for_everyone(
    page: Page, settings: Settings, serve: Callable[..., Service], a_song: Callable[..., Path]
) -> None:
    """Light and dark, on a desktop and on a phone, also from right to left."""
    page.add_init_script("localStorage.setItem('moodrop.language', 'ar')")
    page.emulate_media(reduced_motion="reduce")
    page.goto(serve(settings).url)
    # "Your library is empty.": while it loads, what is dragged over it would be too early.
    expect(page.get_by_text("مكتبتك فارغة.")).to_be_visible()
    drag(page, page.locator("main"), a_song("one.wav"), drop=False)
    expect(page.locator(".drop-edit")).to_be_visible()

    for width in (1280, 390):
        for scheme in SCHEMES:
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)
            assert violations(page) == [], f"{width} px, {scheme}"
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            opacity, behind = page.locator(".drop-zone").evaluate(COVERS)
            assert (opacity > 0.95, behind) == (True, "blur(12px)"), "the page's own text shines through"


def test_a_picture_is_pasted(page: Page, settings: Settings, serve: Callable[..., Service]) -> None:
    """From the system's clipboard, by keyboard."""
    service = serve(settings)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(service.url)
    expect(page.get_by_text("Your library is empty.")).to_be_visible()

    page.evaluate(COPY)
    page.keyboard.press("Control+v")
    upload_panel(page).get_by_role("button", name="Upload 1 file").click()

    wait_until(lambda: [file["content_type"] for file in files_of(service)] == ["image/png"])
