"""Uppy as it is published: two majors, each installed from its lock and bundled into the tests' page."""

import subprocess
from pathlib import Path

from dev.errors import LauncherError, last_line
from dev.node import find_node
from dev.node_packages import installed
from dev.project import ROOT

SOURCE = ROOT / "tests" / "uppy"
MAJORS = ("v5", "v6")


def find_uppy() -> dict[str, Path]:
    """Return the folder of each major, with its node_modules; installed where it is not there yet."""
    return {major: installed(f"uppy-{major}", SOURCE / major) for major in MAJORS}


def bundle(major: str, target: Path) -> None:
    """Write the page's script with that Uppy in it. Raises LauncherError."""
    modules = find_uppy()[major] / "node_modules"
    # Beside it, esbuild keeps the program of this machine; .bin/esbuild is a script that starts it.
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
