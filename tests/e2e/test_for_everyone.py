"""What has to hold of every view, for everyone: WCAG 2.2 AA, small screens, large letters, no motion."""

import pytest
from playwright.sync_api import Page

from tests.e2e.axe import violations
from tests.e2e.views import VIEWS, World, playing
from tests.e2e.wide import TOO_WIDE

pytestmark = [pytest.mark.real, pytest.mark.browser, pytest.mark.timeout(300)]

DESKTOP, PHONE, SMALL = 1280, 390, 320
TALL = 800
# A dialog makes deaf what is behind it, so it may have a voice of its own.
LIVE = """() => {
  const voices = [...document.querySelectorAll('[aria-live], [role=status], [role=log], output')];
  const within = voices.filter((one) => one.closest('dialog'));
  return { page: voices.length - within.length, dialog: within.length };
}"""
MOVING = "document.getAnimations().filter((one) => one.playState === 'running').length"


@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing(page: Page, flowing: World, view: str) -> None:
    """Light and dark, on a desk and on a phone; and one polite voice only."""
    page.emulate_media(reduced_motion="reduce")  # a colour that still fades is not the one that people read
    VIEWS[view](page, flowing)

    for width in (DESKTOP, PHONE):
        page.set_viewport_size({"width": width, "height": TALL})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert violations(page) == [], f"{width} px, {scheme}"
    voices = page.evaluate(LIVE)
    assert voices["page"] == 1
    assert voices["dialog"] <= 1


@pytest.mark.parametrize("view", VIEWS)
def test_nothing_is_cut_off(page: Page, flowing: World, view: str) -> None:
    """At 320 px, which is 1280 px at 400 %, and with letters of twice the size."""
    VIEWS[view](page, flowing)

    for width in (DESKTOP, DESKTOP // 2, PHONE, SMALL):
        page.set_viewport_size({"width": width, "height": TALL})
        assert page.evaluate(TOO_WIDE) == [], f"{width} px"
    for width in (DESKTOP, DESKTOP // 2):
        page.set_viewport_size({"width": width, "height": TALL})
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate(TOO_WIDE) == [], f"{width} px, letters of 200 %"


@pytest.mark.parametrize("view", ["playing", "uploading"])
def test_who_wants_no_motion_gets_none(page: Page, flowing: World, view: str) -> None:
    """The bars of the cover that plays dance, else."""
    page.emulate_media(reduced_motion="reduce")
    VIEWS[view](page, flowing)

    assert page.evaluate(MOVING) == 0


def test_motion_is_there_for_who_does_not_mind(page: Page, flowing: World) -> None:
    playing(page, flowing)

    assert page.evaluate(MOVING) > 0
