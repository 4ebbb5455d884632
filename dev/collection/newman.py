"""Newman, which runs a collection without Postman: its packages are pinned in tests/collection."""

from pathlib import Path

from dev.node_packages import installed
from dev.project import ROOT


def find_newman() -> Path:
    """Return Newman's program, installed where it is not there yet; it wants the PATH of `dev.node.find_node()`."""
    return installed("newman", ROOT / "tests" / "collection") / "node_modules" / ".bin" / "newman"
