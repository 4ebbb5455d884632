"""The focus, and what must hold of a view for who has only a keyboard."""

from playwright.sync_api import Page

MOST_CONTROLS = 200
HERE = "document.activeElement.outerHTML"
# The ring around the focused element; a radio button has it on its label.
RING = """() => [document.activeElement, document.activeElement.parentElement].some((one) => {
  const { outlineStyle, outlineWidth } = getComputedStyle(one);
  return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
})"""
# The controls that Tab has not come to yet. A modal dialog hides all others; one radio button of a group is enough.
UNREACHED = """() => {
  const reached = (globalThis.reached ??= new Set());
  const here = document.activeElement;
  reached.add(here.type === 'radio' ? here.name : here);
  const within = [...document.querySelectorAll('dialog:modal')].at(-1) ?? document;
  return [...within.querySelectorAll('button, input, select, textarea, summary, a[href], [tabindex]')].filter((one) =>
    one.tabIndex >= 0 && !one.disabled && !one.closest('[inert]') && one.checkVisibility({ checkVisibilityCSS: true })
    && !reached.has(one.type === 'radio' ? one.name : one)).map((one) => one.outerHTML);
}"""
# Whether something else lies over all of the focused element.
COVERED = """() => {
  const focused = document.activeElement;
  const here = focused.type === 'radio' ? focused.parentElement : focused;
  const { left, top, width, height } = here.getBoundingClientRect();
  const parts = [0.1, 0.5, 0.9];
  return !parts.some((x) => parts.some((y) => {
    const seen = document.elementFromPoint(left + width * x, top + height * y);
    return seen && (here.contains(seen) || seen.contains(here));
  }));
}"""

# What a person has opened may lie over the rest, because Escape closes it (WCAG 2.4.11).
OPENED = {"queue", "radio"}


def tab_comes_to_every_control(page: Page, view: str) -> None:
    """Fail unless the focus is visible at each stop, and nothing lies over it."""
    for _ in range(MOST_CONTROLS):
        if not (unreached := page.evaluate(UNREACHED)):
            return
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body") or page.evaluate(RING), page.evaluate(HERE)
        assert view in OPENED or not page.evaluate(COVERED), page.evaluate(HERE)
    assert unreached == []
