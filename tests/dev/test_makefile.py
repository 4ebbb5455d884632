"""`make help` and its completeness."""

import re
import subprocess

import pytest

from dev.project import ROOT

MAKEFILE = (ROOT / "Makefile").read_text()
NAMED = [
    "run",
    "test",
    "unit",
    "other-days",
    "check",
    "lint",
    "format",
    "types",
    "imports",
    "openapi",
    "bench",
    "lock",
    "clean",
]


@pytest.fixture(scope="module")
def shown() -> str:
    return subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("target", NAMED)
def test_help_lists_a_target_with_what_it_does(shown: str, target: str) -> None:
    """The first thing that a newcomer types."""
    assert re.search(rf"^  make {target} +\w.{{10,}}$", shown, re.MULTILINE)


def test_every_target_is_phony_and_has_help_unless_it_is_internal() -> None:
    """There is a folder `web`: without .PHONY, `make web` would have nothing to do."""
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert phony
    documented = set(re.findall(r"^([a-z-]+):.*## ", MAKEFILE, re.MULTILINE))

    assert targets == set(phony.group(1).split())
    assert {"help", "packages"} == targets - documented


def test_make_alone_shows_the_help(shown: str) -> None:
    """It must not start anything."""
    alone = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert shown == alone
