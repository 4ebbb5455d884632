"""Runs axe-core on a page and returns its violations of WCAG 2.2 AA."""

from functools import cache

from playwright.sync_api import Page

from tests.conftest import ROOT

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# axe skips this rule unless it is enabled by name.
RULES = {"target-size": {"enabled": True}}
RUN = """async ([tags, rules]) => {
  // What passed, and selectors that nobody reads, would take longer to describe than to check.
  const { violations } = await axe.run({ runOnly: tags, rules, resultTypes: ['violations'], selectors: false });
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}\\n  ${html}\\n  ${failureSummary}`));
}"""


def violations(page: Page) -> list[str]:
    """Check what the page shows now. The page's policy forbids eval in scripts, but not in the debugger."""
    if not page.evaluate("'axe' in globalThis"):
        page.evaluate(_source())
    return list(page.evaluate(RUN, [TAGS, RULES]))


@cache
def _source() -> str:
    return (ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js").read_text()
