"""Nothing is cut off at any width of the window, with all that can lie at its lower edge open at once."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.songs import send, tone
from tests.e2e.views import choose_files, playing, start, wav
from tests.e2e.wide import TOO_WIDE
from tests.e2e.world import World

pytestmark = [pytest.mark.real, pytest.mark.browser, pytest.mark.timeout(300)]

SMALLEST, LARGEST, STEP, TALL = 320, 1920, 20, 800

# The controls at the window's edges that are outside of it or under something else. What a list of its own has scrolled
# away is not looked at.
OUT_OF_REACH = """() => {
  const { clientWidth, clientHeight } = document.documentElement;
  const scrolledAway = (one) => {
    const { top, bottom } = one.getBoundingClientRect();
    for (let at = one.parentElement; at; at = at.parentElement) {
      const box = at.getBoundingClientRect();
      if (getComputedStyle(at).overflowY === 'auto' && (top < box.top - 1 || bottom > box.bottom + 1)) return true;
    }
    return false;
  };
  const isReached = (one) => {
    const { left, right, top, bottom } = one.getBoundingClientRect();
    if (left < -1 || right > clientWidth + 1 || top < -1 || bottom > clientHeight + 1) return false;
    return one.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2));
  };
  const isDrawn = (one) => one.checkVisibility({ checkVisibilityCSS: true }) && one.offsetWidth > 1;
  const controls = document.querySelectorAll(':is(.dock, .top-bar) :is(button, input, select, a[href])');
  return [...controls].filter((one) => isDrawn(one) && !scrolledAway(one) && !isReached(one))
    .map((one) => one.outerHTML.slice(0, 200));
}"""


def test_nothing_is_cut_off_at_any_width(page: Page, flowing: World) -> None:
    """With a song that plays, uploads under way and a deletion that can be undone."""
    send(flowing.full, tone(1), "Farewell.wav", title="Farewell", mood="sad")
    page.emulate_media(reduced_motion="reduce")
    playing(page, flowing)
    flowing.line.hold_after(0)
    choose_files(page, wav("Slow Water.wav", 40), wav("morning.wav", 40))
    start(page)
    page.get_by_role("button", name="Delete Farewell", exact=True).click()
    undo = page.get_by_role("button", name="Undo")
    undo.focus()  # the note stays for as long as it has the focus

    for width in range(SMALLEST, LARGEST + 1, STEP):
        page.set_viewport_size({"width": width, "height": TALL})
        page.evaluate("scrollTo(0, 0)")  # a phone's first row goes away with the page
        assert page.evaluate(TOO_WIDE) == [], f"{width} px"
        assert page.evaluate(OUT_OF_REACH) == [], f"{width} px"
    expect(undo).to_be_focused()
    expect(page.get_by_role("region", name="Uploads")).to_be_visible()
    expect(page.get_by_role("region", name="Queue")).to_be_visible()
