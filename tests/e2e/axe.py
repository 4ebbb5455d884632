"""axe-core on a page: what it finds wrong by WCAG 2.2 AA."""

from functools import cache

from playwright.sync_api import Page

from tests.conftest import ROOT

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# axe leaves it out unless it is asked for by name.
RULES = {"target-size": {"enabled": True}}
RUN = """async ([tags, rules]) => {
  const { violations } = await axe.run({ runOnly: tags, rules });
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}\\n  ${html}\\n  ${failureSummary}`));
}"""


def violations(page: Page) -> list[str]:
    """Look at what the page shows now. The page's policy forbids its own eval, not that of the debugger."""
    if not page.evaluate("'axe' in globalThis"):
        page.evaluate(_source())
    return list(page.evaluate(RUN, [TAGS, RULES]))


@cache
def _source() -> str:
    return (ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js").read_text()
