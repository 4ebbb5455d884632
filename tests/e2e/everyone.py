"""What must hold of a view for everyone: WCAG 2.2 AA, small screens, large letters."""

from playwright.sync_api import Page

from tests.e2e.axe import violations
from tests.e2e.wide import TOO_WIDE

DESKTOP, PHONE, SMALL = 1280, 390, 320
TALL = 800
# What the content security policy refuses, also what the console does not tell.
WATCH = """
globalThis.refused = [];
addEventListener("securitypolicyviolation", (event) => refused.push(`${event.violatedDirective}: ${event.blockedURI}`));
"""
# A dialog hides the page behind it from screen readers, so it may have its own live region.
LIVE = """() => {
  const voices = [...document.querySelectorAll('[aria-live], [role=status], [role=log], output')];
  const within = voices.filter((one) => one.closest('dialog'));
  return { page: voices.length - within.length, dialog: within.length };
}"""


def is_for_everyone(page: Page) -> None:
    for width in (DESKTOP, PHONE):
        page.set_viewport_size({"width": width, "height": TALL})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.evaluate("scrollTo(0, 0)")  # a control half under the top bar counts as too small
            assert violations(page) == [], f"{width} px, {scheme}"
    voices = page.evaluate(LIVE)
    assert voices["page"] == 1
    assert voices["dialog"] <= 1


def fits(page: Page) -> None:
    """At 320 px, which equals 1280 px at 400 %, and with letters of twice the size."""
    for width in (DESKTOP, DESKTOP // 2, PHONE, SMALL):
        page.set_viewport_size({"width": width, "height": TALL})
        assert page.evaluate(TOO_WIDE) == [], f"{width} px"
    for width in (DESKTOP, DESKTOP // 2):
        page.set_viewport_size({"width": width, "height": TALL})
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate(TOO_WIDE) == [], f"{width} px, letters of 200 %"
    page.evaluate("document.documentElement.style.fontSize = ''")
