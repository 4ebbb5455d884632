"""Installs the identity provider of the tests; tests/identity pins its packages."""

from pathlib import Path

from dev.node_packages import install
from dev.project import ROOT


def find_oidc_provider() -> Path:
    """Return the folder with the program provider.mjs, installed if missing."""
    return install("oidc-provider", ROOT / "tests" / "identity")
