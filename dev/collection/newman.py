"""Installs Newman, which runs a collection without Postman; tests/collection pins its packages."""

from pathlib import Path

from dev.node_packages import install
from dev.project import ROOT


def find_newman() -> Path:
    """Return Newman's program, installed if missing. It needs the PATH of `dev.node.find_node()`."""
    return install("newman", ROOT / "tests" / "collection") / "node_modules" / ".bin" / "newman"
