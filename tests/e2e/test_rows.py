"""A row of the library by finger, mouse and keyboard: play, menu, swipes; in a real browser on the real servers."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from service.settings import Settings
from tests.conftest import Service
from tests.e2e.page import expect_in_library
from tests.e2e.records import a_record, insert
from tests.e2e.touch import PHONE, Finger

pytestmark = [pytest.mark.real, pytest.mark.browser]

OpenPage = Callable[..., Page]


@pytest.fixture
def songs(settings: Settings, serve: Callable[..., Service]) -> Service:
    service = serve(settings)
    records = [a_record(number, title=f"Song {number:02}", artist="Oda Vik") for number in range(20)]
    scan = a_record(30, title="Scan", filename="scan.pdf", content_type="application/pdf", mood=None)
    insert(settings, [*records, scan])
    return service


def row(page: Page, title: str) -> Locator:
    return page.get_by_role("list", name="Files").get_by_role("listitem").filter(has_text=title)


def opened(page: Page, songs: Service) -> Page:
    """Open the library; the gestures are there as soon as their strip is."""
    page.goto(songs.url)
    expect_in_library(page, "Song 19")
    expect(page.locator(".swipe-strip")).to_have_count(1)
    return page


def test_on_a_phone_a_tap_on_a_row_plays(open_page: OpenPage, songs: Service) -> None:
    """On the title or beside it; buttons do their own thing, and during a selection a tap selects."""
    page = opened(open_page(**PHONE), songs)
    player = page.get_by_role("region", name="Player")

    page.get_by_text("Song 19", exact=True).tap()
    expect(player).to_contain_text("Song 19")
    row(page, "Song 18").locator(".file-artist").tap()
    expect(player).to_contain_text("Song 18")
    page.get_by_role("button", name="More actions for Song 17").tap()
    page.get_by_role("menuitem", name="Edit").tap()
    expect(page.get_by_role("dialog", name="Song 17").get_by_role("textbox", name="Title")).to_have_value("Song 17")
    page.get_by_role("button", name="Back to your library").tap()

    page.get_by_role("button", name="Select", exact=True).tap()
    row(page, "Song 17").locator(".file-artist").tap()
    expect(page.get_by_role("checkbox", name="Select Song 17")).to_be_checked()
    expect(player).to_contain_text("Song 18")


def test_a_long_press_opens_the_menu_and_its_select_shows_the_boxes(open_page: OpenPage, songs: Service) -> None:
    """Lifting the finger presses nothing; a press beside the menu closes it and does nothing else."""
    page = opened(open_page(**PHONE), songs)
    finger, menu = Finger(page), page.get_by_role("menu", name="More actions for Song 18")
    expect(page.get_by_role("checkbox")).to_have_count(0)

    finger.press(row(page, "Song 18").locator(".file-title"))
    expect(menu).to_be_visible()
    finger.lift()
    expect(menu).to_be_visible()
    page.touchscreen.tap(100, 100)
    expect(menu).to_have_count(0)
    expect(page.get_by_role("region", name="Player")).to_have_count(0)

    page.get_by_role("button", name="More actions for Song 18").tap()
    page.get_by_role("menuitem", name="Select").tap()
    expect(page.get_by_role("checkbox", name="Select Song 18")).to_be_checked()
    expect(page.get_by_role("toolbar")).to_contain_text("1 selected")


def test_a_swipe_to_the_end_of_the_line_queues_and_one_to_its_beginning_deletes(
    open_page: OpenPage, songs: Service
) -> None:
    """Letting go too early does nothing; a deletion can be undone."""
    page = opened(open_page(**PHONE), songs)
    finger, strip = Finger(page), page.locator(".swipe-strip")
    page.get_by_text("Song 19", exact=True).tap()

    finger.press(row(page, "Song 17"))
    finger.move(60)
    expect(strip).to_have_attribute("data-side", "queue")
    expect(strip).not_to_have_attribute("data-ready", "")
    finger.lift()
    expect(strip).to_be_hidden()
    expect(page.get_by_role("status")).not_to_contain_text("Song 17")

    finger.press(row(page, "Song 17"))
    finger.move(120)
    expect(strip).to_have_attribute("data-ready", "")
    finger.lift()
    expect(page.get_by_text("Song 17 added to the queue.")).to_be_visible()
    expect(row(page, "Song 17")).to_be_visible()
    expect(strip).to_be_hidden()  # the row has slid back

    finger.press(row(page, "Song 16"))
    finger.move(-120)
    expect(strip).to_have_attribute("data-side", "remove")
    finger.lift()
    expect(row(page, "Song 16")).to_have_count(0)
    page.get_by_role("button", name="Undo").tap()
    expect(row(page, "Song 16")).to_be_visible()


def test_a_scroll_is_no_swipe(open_page: OpenPage, songs: Service) -> None:
    """A finger that moves across the line scrolls, also when it then turns aside; a document joins no queue."""
    page = opened(open_page(**PHONE), songs)
    finger = Finger(page)

    finger.press(row(page, "Song 17"))
    finger.move(0, -150)
    finger.move(-140, -100)
    finger.lift()
    assert page.evaluate("scrollY") > 0
    expect(row(page, "Song 17")).to_be_visible()
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)

    finger.press(row(page, "Scan"))
    finger.move(130)
    expect(page.locator(".swipe-strip")).not_to_have_attribute("data-ready", "")
    finger.lift()
    expect(page.locator(".swipe-strip")).to_be_hidden()
    expect(page.get_by_role("region", name="Player")).to_have_count(0)


def test_in_arabic_the_swipes_are_mirrored(open_page: OpenPage, songs: Service) -> None:
    page = open_page(**PHONE, locale="ar")
    page.goto(songs.url)
    expect(page.locator(".swipe-strip")).to_have_count(1)
    finger = Finger(page)

    finger.press(page.get_by_text("Song 17", exact=True))
    finger.move(120)
    expect(page.locator(".swipe-strip")).to_have_attribute("data-side", "remove")
    finger.move(-240)
    expect(page.locator(".swipe-strip")).to_have_attribute("data-side", "queue")
    finger.lift()
    expect(page.locator(".player")).to_contain_text("Song 17")


def test_by_mouse_and_keyboard(page: Page, songs: Service) -> None:
    """A double click and Enter play, the title leads to the song, and the menu opens by right click and menu key."""
    opened(page, songs)
    player, menu = page.get_by_role("region", name="Player"), page.get_by_role("menu")

    row(page, "Song 19").locator(".file-artist").dblclick()
    expect(player).to_contain_text("Song 19")
    row(page, "Song 18").locator(".file-artist").click(button="right")
    expect(page.get_by_role("menuitem", name="Play next")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("menuitem", name="Delete")).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_have_count(0)

    more = page.get_by_role("button", name="More actions for Song 17")
    more.focus()
    page.keyboard.press("Shift+F10")
    expect(menu).to_be_visible()
    page.keyboard.press("Escape")
    expect(more).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Song 17 added to the queue.")).to_be_visible()

    page.get_by_role("link", name="Song 16").click()
    expect(page.get_by_role("dialog", name="Song 16")).to_be_visible()


def test_a_tablet_leaves_the_row_to_the_song(open_page: OpenPage, songs: Service) -> None:
    """No box until rows are selected, one button for all that can be done, and a title that is read at once."""
    page = opened(open_page(viewport={"width": 820, "height": 1180}, has_touch=True, is_mobile=True), songs)
    expect(page.get_by_role("checkbox")).to_have_count(0)
    expect(row(page, "Song 19").locator(".file-actions button")).to_have_count(1)
    words = row(page, "Song 19").locator(".file-words").bounding_box()
    assert words
    assert words["width"] >= 240

    page.get_by_role("button", name="Select", exact=True).tap()
    expect(page.get_by_role("checkbox", name="Select Song 19")).to_be_visible()


@pytest.mark.parametrize("width", [390, 820, 1280])
def test_mood_and_age_stand_in_one_column_in_all_rows(open_page: OpenPage, songs: Service, width: int) -> None:
    """Whichever buttons a row has; below 900 pixels all of them are in the menu."""
    page = opened(open_page(viewport={"width": width, "height": 800}), songs)

    ends = page.locator(".file-age, .file-actions").evaluate_all(
        "all => [...new Set(all.map((one) => `${one.className} ${one.getBoundingClientRect().right}`))]"
    )
    assert len(ends) == (1 if width == 390 else 2)
    buttons = row(page, "Song 19").locator(".file-actions button")
    expect(buttons).to_have_count(4 if width == 1280 else 1)
