"""Each view of the page: for everyone, in every language, by keyboard alone.

One test opens a view once and looks for all of this, because to open it takes longest.
"""

import pytest
from playwright.sync_api import Page

from tests.e2e.everyone import WATCH, fits, is_for_everyone
from tests.e2e.focus import tab_comes_to_every_control
from tests.e2e.languages import choose_language, is_in_every_language
from tests.e2e.views import VIEWS
from tests.e2e.world import World

pytestmark = [pytest.mark.real, pytest.mark.browser, pytest.mark.timeout(900)]


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_is_for_everyone(page: Page, flowing: World, view: str, subtests: pytest.Subtests) -> None:
    """Light and dark, desktop and phone; one polite live region; nothing is cut off; the policy allows all it does."""
    page.add_init_script(WATCH)
    page.emulate_media(reduced_motion="reduce")  # wait, because people do not read a colour that is still fading
    VIEWS[view](page, flowing)

    with subtests.test("for everyone"):
        is_for_everyone(page)
        fits(page)
    page.emulate_media(color_scheme="light")
    with subtests.test("in every language"):
        is_in_every_language(page)
    choose_language(page, "en")
    page.set_viewport_size({"width": 1280, "height": 720})
    with subtests.test("by keyboard"):
        tab_comes_to_every_control(page, view)
    assert page.evaluate("refused") == []
