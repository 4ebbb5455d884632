"""Installs two published majors of Uppy, each from its lock, and bundles them into the tests' page."""

import subprocess
from pathlib import Path

from dev.errors import LauncherError, last_line
from dev.node import find_node
from dev.node_packages import install
from dev.project import ROOT

SOURCE = ROOT / "tests" / "uppy"
MAJORS = ("v5", "v6")


def find_uppy() -> dict[str, Path]:
    """Return the folder of each major, with its node_modules; install what is missing."""
    return {major: install(f"uppy-{major}", SOURCE / major) for major in MAJORS}


def bundle(major: str, target: Path) -> None:
    """Bundle the page's script with one major of Uppy into a file. Raises LauncherError."""
    modules = find_uppy()[major] / "node_modules"
    # .bin/esbuild is a script that starts the program for this machine.
    command = [str(modules / ".bin" / "esbuild"), str(SOURCE / "page.js"), "--bundle", "--format=esm"]
    environment = {**find_node().env, "NODE_PATH": str(modules)}
    done = subprocess.run(
        [*command, f"--outfile={target}", "--log-level=error"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise LauncherError(f"esbuild could not bundle Uppy {major}: {last_line(done.stderr)}")
