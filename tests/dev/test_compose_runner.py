"""What `make test-compose` does before a container runs."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dev.compose import bases
from dev.compose.images import copy_checkout
from dev.project import ROOT


@pytest.mark.parametrize(("options", "code"), [([], 1), (["--if-possible"], 0)], ids=["asked", "in-ci"])
def test_a_machine_without_podman_is_told_so(options: list[str], code: int, tmp_path: Path) -> None:
    """CI goes on there; whoever asked for the tests learns that there were none."""
    without = {**os.environ, "PATH": str(tmp_path)}

    done = subprocess.run(
        [sys.executable, "-m", "dev.compose", *options],
        cwd=ROOT,
        env=without,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == code
    assert re.match(r"!!! NO CONTAINERS: the tests of compose.yaml are SKIPPED: install .*\bpodman\b", done.stderr)


def test_a_machine_that_allows_no_namespaces_is_told_so(tmp_path: Path) -> None:
    """Such as CI in a container."""
    unshare = tmp_path / "unshare"
    unshare.write_text("#!/bin/sh\necho 'unshare failed: Operation not permitted' >&2\nexit 1\n")
    unshare.chmod(0o755)
    command = [sys.executable, "-m", "dev.compose", "--if-possible"]
    within = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}

    done = subprocess.run(command, cwd=ROOT, env=within, capture_output=True, text=True, check=False)

    assert done.returncode == 0
    assert "!!! NO CONTAINERS" in done.stderr


def test_an_unknown_part_is_refused() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dev.compose", "custer"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert "choose from" in done.stderr


def test_a_copy_of_the_checkout_has_what_git_knows_and_no_secrets(tmp_path: Path) -> None:
    """All with the same time: podman would take a file with another one for another file."""
    copy_checkout(tmp_path / "copy")

    copy = tmp_path / "copy"
    assert (copy / "compose.yaml").read_bytes() == (ROOT / "compose.yaml").read_bytes()
    assert not [name for name in (".git", ".env", ".venv", ".moodrop") if (copy / name).exists()]
    assert len({path.stat().st_mtime for path in copy.rglob("*.py")}) == 1


# MinIO's program is built outside; no container of these profiles is started.
WITHOUT_STAND_IN = {"golang:1.26-bookworm", "rabbitmq:3.13", "clamav/clamav:1.4"}


def test_every_base_image_has_a_stand_in() -> None:
    dockerfiles = [path.read_text() for path in (ROOT / "deploy").glob("*.Dockerfile")]
    named = {base for text in dockerfiles for base in re.findall(r"^FROM (\S+)", text, re.MULTILINE)}
    named |= set(re.findall(r"image: (\S+:\S+)$", (ROOT / "compose.yaml").read_text(), re.MULTILINE))

    assert named - WITHOUT_STAND_IN == {bases.DEBIAN, bases.PYTHON, bases.NODE, bases.MONGO}
