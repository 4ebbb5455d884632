"""What tells something without words stands out from what is around it by 3:1 (WCAG 1.4.11); axe checks texts only."""

import pytest
from playwright.sync_api import Page

from tests.e2e.views import details, playing
from tests.e2e.world import World

pytestmark = [pytest.mark.real, pytest.mark.browser]

LEAST = 3
MOODS = ("happy", "sad", "neutral", "other")

# The contrast of a colour, the first in the value of this property, with the backgrounds that lie below its element.
CONTRAST = """(element, property) => {
  const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const paint = (colours) => {
    context.clearRect(0, 0, 1, 1);
    for (const colour of colours) {
      context.fillStyle = colour;
      context.fillRect(0, 0, 1, 1);
    }
    return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const below = [];
  for (let at = element; at; at = at.parentElement) below.unshift(getComputedStyle(at).backgroundColor);
  const own = getComputedStyle(element)[property].match(/^[a-z]+\\([^)]*\\)/)[0];
  const linear = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const light = ([red, green, blue]) => 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue) + 0.05;
  const [one, other] = [light(paint(below)), light(paint([...below, own]))];
  return Math.max(one, other) / Math.min(one, other);
}"""


def contrast(page: Page, selector: str, shown_by: str) -> float:
    return float(page.locator(selector).first.evaluate(CONTRAST, shown_by))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_waves_and_fields_stand_out(page: Page, world: World, scheme: str) -> None:
    """In each mood's colours, the waveform both where it was played and where it was not yet."""
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    details(page, world)
    assert contrast(page, ".edit-field input", "boxShadow") >= LEAST
    playing(page, world)
    for mood in MOODS:
        page.locator(".player").evaluate("(player, mood) => (player.dataset.hue = mood)", mood)
        for part in ("borderTopColor", "color"):
            assert contrast(page, ".waveform", part) >= LEAST, (mood, part)
    assert contrast(page, ".search-box", "boxShadow") >= LEAST
