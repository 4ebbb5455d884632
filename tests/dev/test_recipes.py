"""The recipes of docs/patterns.md, followed in a copy: each works and changes as many files as it says."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from dev.packages import PYTHON
from dev.project import ROOT
from tests.dev.recipes import RECIPES, Checkout, Recipe

pytestmark = pytest.mark.programs

COPIED = ("service", "worker", "recommender", "tests", "dev", "moodrop", "bench", "docs", "requirements", "setup.cfg")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.heading)
def test_a_recipe_works_and_touches_what_it_says(recipe: Recipe, tmp_path: Path) -> None:
    """Nobody should have to change a file that the recipe does not name."""
    copy = Checkout(_copied(tmp_path / "checkout"))
    recipe.apply(copy)

    done = _pytest(copy.root, *recipe.tests)

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert _promised(recipe.heading) == len(copy.touched), sorted(copy.touched)


def _copied(folder: Path) -> Path:
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
        else:
            shutil.copyfile(source, folder / name)
    return folder


def _pytest(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [PYTHON, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-m", "not real and not browser"]
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(
        [*command, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def _promised(heading: str) -> int:
    """Return how many files the recipe says it changes."""
    recipe = (ROOT / "docs/patterns.md").read_text().partition(f"## … {heading}\n")[2].partition("\n## ")[0]
    count = re.search(r"Files: (\d+)", recipe)
    assert count, f"the recipe for {heading} does not say how many files it touches"
    return int(count[1])
