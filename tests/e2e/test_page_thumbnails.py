"""Thumbnails on the page: what a real worker makes appears in the list by itself; on the real servers."""

from collections.abc import Callable
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from service.settings import Settings
from tests.conftest import Service
from tests.e2e.axe import violations
from tests.e2e.page import choose, upload_panel
from tests.helpers.made_files import make_pdf, make_photo
from tests.helpers.worker import StartWorker

pytestmark = [pytest.mark.real, pytest.mark.browser]

ROW_WIDTH, PAGE_WIDTH = 96, 1280
SECONDS = 20


def pictures(folder: Path) -> tuple[Path, Path]:
    """Write a photo and a document."""
    photo, paper = folder / "harbour.jpg", folder / "score.pdf"
    image = Image.linear_gradient("L").resize((1600, 1200)).convert("RGB")
    image.save(photo, exif=make_photo((1600, 1200)))
    paper.write_bytes(make_pdf(pages=2))
    return photo, paper


def upload(page: Page, *paths: Path) -> None:
    choose(page, *paths)
    upload_panel(page).get_by_role("button", name=f"Upload {len(paths)} file").click()


def open_picture(page: Page, title: str) -> None:
    """Open the page of a file, and wait until its thumbnail is drawn."""
    page.get_by_role("link", name=title).click()
    picture = page.get_by_role("dialog").get_by_role("img", name=title)
    expect(picture).to_have_js_property("naturalWidth", PAGE_WIDTH)


def test_a_photo_and_a_document_show_their_thumbnails_without_a_reload(
    page: Page, settings: Settings, serve: Callable[..., Service], start_worker: StartWorker, tmp_path: Path
) -> None:
    """In the list within seconds of the upload, and large on the file's page."""
    service = serve(settings.model_copy(update={"media": True}))
    start_worker().wait_for("ready")
    page.goto(service.url)

    upload(page, *pictures(tmp_path))

    for title in ("harbour", "score"):
        picture = page.get_by_role("button", name=f"Open {title}").locator("img").last
        expect(picture).to_have_js_property("naturalWidth", ROW_WIDTH, timeout=SECONDS * 1000)
        box = picture.bounding_box()
        assert box
        assert box["width"] == box["height"]
    for title in ("harbour", "score"):
        open_picture(page, title)
        assert violations(page) == []
        page.keyboard.press("Escape")
    assert violations(page) == []


def test_what_failed_is_explained_and_can_be_retried(
    page: Page, settings: Settings, serve: Callable[..., Service], start_worker: StartWorker, tmp_path: Path
) -> None:
    """A document with a password gets no thumbnail; its page says why, and tries again on demand."""
    service, locked = serve(settings.model_copy(update={"media": True})), tmp_path / "locked.pdf"
    locked.write_bytes(make_pdf(is_encrypted=True))
    start_worker().wait_for("ready")
    page.goto(service.url)
    upload(page, locked)
    page.get_by_role("link", name="locked").click()
    dialog = page.get_by_role("dialog", name="locked")
    note = dialog.get_by_role("region", name="Couldn't process everything")

    expect(note.get_by_text("It is protected by a password.")).to_be_visible(timeout=SECONDS * 1000)
    assert violations(page) == []
    note.get_by_role("button", name="Retry: Thumbnail of the first page").click()

    expect(note).to_have_count(0)
    expect(note).to_be_visible(timeout=SECONDS * 1000)


def test_a_photo_of_an_iphone_is_shown_although_the_browser_cannot_draw_it(
    page: Page, settings: Settings, serve: Callable[..., Service], start_worker: StartWorker, tmp_path: Path
) -> None:
    """Everywhere by what the service has drawn. The download is the photo itself."""
    pillow_heif.register_heif_opener()
    service, photo = serve(settings.model_copy(update={"media": True})), tmp_path / "dune.heic"
    Image.linear_gradient("L").resize((1600, 1200)).convert("RGB").save(photo, "HEIF")
    start_worker().wait_for("ready")
    page.goto(service.url)

    upload(page, photo)

    shown = page.get_by_role("button", name="Open dune").locator("img").last
    expect(shown).to_have_js_property("naturalWidth", ROW_WIDTH, timeout=SECONDS * 1000)
    page.get_by_role("button", name="Open dune").click()
    large = page.get_by_role("dialog", name="dune").get_by_role("img", name="dune")
    expect(large).to_have_js_property("naturalWidth", PAGE_WIDTH)
    assert violations(page) == []
    page.keyboard.press("Escape")
    open_picture(page, "dune")
    page.get_by_role("dialog").get_by_role("button", name="More actions").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="Download").click()
    assert Path(download.value.path()).read_bytes() == photo.read_bytes()
