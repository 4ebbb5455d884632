"""Where settings are documented: .env.example and docs/settings.md."""

import re
from pathlib import Path

from dev.project import ROOT

EXAMPLE = dict(
    re.findall(r"^#?([A-Z][A-Z0-9_]+)=(.*)$", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
)


def _rows(page: Path) -> dict[str, list[str]]:
    """Return the other cells of each table row that begins with one `NAME`, by that name."""
    lines = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {row[0].strip("`"): row[1:] for row in rows if len(row) == 5}


ROWS = _rows(ROOT / "docs/settings.md")
