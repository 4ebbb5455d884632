"""What must hold for everyone at every width, in few colours and without motion; each view: test_views.py."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.axe import violations
from tests.e2e.everyone import DESKTOP, PHONE, SMALL, TALL, fits, is_for_everyone
from tests.e2e.faces import FACES, expect_status, open_dialog
from tests.e2e.fake_camera import ALLOWED, FAKE, camera_page, seeing
from tests.e2e.views import VIEWS, choose_files, library, playing, start, wav
from tests.e2e.wide import TOO_WIDE
from tests.e2e.world import World

pytestmark = [pytest.mark.real, pytest.mark.browser, pytest.mark.timeout(900)]

# On both sides of each width at which the layout changes, and some between.
WIDTHS = sorted({*range(SMALL, DESKTOP + 1, 40), *(edge + by for edge in (640, 900, 1080) for by in (0, 1))})
MOVING = "document.getAnimations().filter((one) => one.playState === 'running').length"

# The border width of each control; a control with only a picture shows the picture.
LINES = """() => {
  const chosen = (one) => one.matches('[aria-pressed=true], label:has(> :checked)');
  const line = (one) => {
    const { borderTopWidth, outlineStyle, outlineWidth } = getComputedStyle(one);
    return Math.max(parseFloat(borderTopWidth), outlineStyle === 'none' ? 0 : parseFloat(outlineWidth));
  };
  const fields = 'select, .search-box, .edit-field input, .draft-fields input, label:has(> [type=radio])';
  const found = [...document.querySelectorAll(`button:not(.icon-button), ${fields}`)];
  const all = found.filter((one) => one.checkVisibility());
  const lines = (some) => some.map(line);
  return [lines(all.filter((one) => !chosen(one))), lines(all.filter(chosen))];
}"""


# The first row that can be seen whole and pressed, below the bar at the top and above all that lies at the lower edge.
FREE_ROWS = """() => [...document.querySelectorAll('.file-row')].filter((row) => {
  const { left, top, bottom, height } = row.getBoundingClientRect();
  const at = (y) => row.contains(document.elementFromPoint(left + 100, y));
  return height > 0 && at(top + 2) && at(bottom - 2);
}).length"""
KEYS = ["Shuffle", "Previous song", "Pause", "Next song", "Queue", "Close player"]


def test_the_player_fits_at_every_width(page: Page, flowing: World) -> None:
    """Nothing is cut off or overlaps, the song's name has room, and button labels stay on one line."""
    playing(page, flowing)
    bar = page.get_by_role("region", name="Player")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": TALL})
        assert page.evaluate(TOO_WIDE) == [], f"{width} px"
        for name in KEYS:
            key = bar.get_by_role("button", name=name, exact=True)
            if key.count():
                key.click(trial=True)
        words = bar.locator(".player-words").bounding_box()
        assert words
        assert words["width"] >= 90, f"{width} px"
        if (add := page.get_by_role("button", name="Add files")).first.is_visible():
            box = add.first.bounding_box()
            assert box
            assert box["height"] <= 56, f"{width} px"


def test_a_phone_keeps_room_for_songs(open_page: Callable[..., Page], flowing: World) -> None:
    """During playback and uploads; the round button hides while the person scrolls or the tray is open."""
    page = open_page(viewport={"width": PHONE, "height": 844}, has_touch=True, is_mobile=True)
    playing(page, flowing)
    add = page.get_by_role("button", name="Add files")
    expect(add).to_be_visible()
    flowing.line.hold_after(0)
    choose_files(page, wav("Slow Water.wav", 40), wav("morning.wav", 40))
    start(page)
    assert page.evaluate(FREE_ROWS) >= 3

    page.get_by_role("button", name="Show uploads").tap()
    expect(add).to_be_hidden()
    assert page.evaluate(FREE_ROWS) >= 1

    page.get_by_role("button", name="Hide uploads").tap()
    expect(add).to_be_visible()
    page.evaluate("scrollTo(0, 300)")
    expect(add).to_be_hidden()
    page.evaluate("scrollTo(0, 200)")
    add.tap()
    expect(page.get_by_role("dialog", name="Add files").get_by_role("button", name="Choose files")).to_be_visible()
    assert violations(page) == []


def test_a_phone_on_its_side_shows_songs(page: Page, flowing: World) -> None:
    """Also while one plays."""
    playing(page, flowing)
    page.set_viewport_size({"width": 844, "height": PHONE})

    page.evaluate("scrollTo(0, 0)")

    assert page.evaluate(FREE_ROWS) >= 1


def test_a_face_that_is_read_is_no_exception(browser: Browser, flowing: World, tmp_path: Path) -> None:
    """Only this view needs a camera, and so a browser of its own."""
    with camera_page(browser, FAKE, ALLOWED, seeing(browser, tmp_path, FACES["happy"])) as page:
        page.emulate_media(reduced_motion="reduce")
        library(page, flowing)
        expect_status(open_dialog(page), "You look happy.")

        is_for_everyone(page)
        fits(page)


@pytest.mark.parametrize("view", ["adding", "playing", "details"])
def test_in_the_systems_few_colours_lines_tell_what_fills_told(page: Page, flowing: World, view: str) -> None:
    """Forced colours drop shadows and fills, so everything has a border, and what is chosen a thicker one."""
    VIEWS[view](page, flowing)
    page.emulate_media(forced_colors="active")

    others, chosen = page.evaluate(LINES)

    assert min(others) > 0
    assert min(chosen) > max(others)


@pytest.mark.parametrize("view", ["playing", "uploading"])
def test_who_wants_no_motion_gets_none(page: Page, flowing: World, view: str) -> None:
    """Otherwise the bars on the playing cover would move."""
    page.emulate_media(reduced_motion="reduce")
    VIEWS[view](page, flowing)

    assert page.evaluate(MOVING) == 0


def test_motion_is_there_for_who_does_not_mind(page: Page, flowing: World) -> None:
    playing(page, flowing)

    assert page.evaluate(MOVING) > 0
