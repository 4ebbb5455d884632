"""Runs `npm ci` and the builds of the page and its kit in `web/`, each only if its inputs have changed.

`python -m dev.web` builds the page; `python -m dev.web SCRIPT` runs a script of `web/package.json`.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from dev import children
from dev.cache import locked
from dev.errors import LauncherError, is_no_network, last_line
from dev.node import Node, find_node
from dev.private import private_folder
from dev.project import LOGS, STATE, WEB

PRODUCED = {"node_modules", "dist", "coverage", "test-results"}


def install_node_modules() -> tuple[Node, str]:
    """Run `npm ci` if `web/package-lock.json` has changed; return Node and what was done."""
    node = find_node()
    inputs = [WEB / "package.json", WEB / "package-lock.json"]
    done = _unless_unchanged("node_modules", inputs, WEB / "node_modules", [*node.npm, "ci"], node)
    return node, done


def build_page() -> str:
    """Build `web/dist` if a source has changed; return what was done."""
    return _build("page", "build", WEB / "dist" / "index.html")


def build_kit() -> Path:
    """Build the kit of `web/packages/` and its example if a source has changed; return the example's folder."""
    example = WEB / "examples" / "react" / "dist"
    _build("kit", "kit", example / "index.html")
    return example


def _build(name: str, script: str, output: Path) -> str:
    private_folder(STATE)
    with locked(STATE / "web.lock"):
        inputs = sorted(_sources())
        if _is_current(name, inputs, output):
            return "unchanged"
        node, _ = install_node_modules()
        _unless_unchanged(name, inputs, output, [*node.npm, "run", script], node)
    return "built"


def _sources() -> Iterable[Path]:
    for folder, folders, files in os.walk(WEB):
        folders[:] = [name for name in folders if name not in PRODUCED and not name.startswith(".")]
        yield from (Path(folder, name) for name in files if ".test." not in name)


def _unless_unchanged(name: str, inputs: list[Path], output: Path, command: list[str], node: Node) -> str:
    if _is_current(name, inputs, output):
        return "unchanged"
    digest = _digest(inputs)
    log_path = LOGS / f"{name}.log"
    try:
        children.run(command, log_path=log_path, env=node.install_env, cwd=WEB)
    except LauncherError as error:
        shown = str(error)
        if is_no_network(shown):
            raise LauncherError("No network: the page's packages are missing. Connect once, run it again.") from error
        raise LauncherError(f"The page did not build: {last_line(shown)} (all of it: {log_path})") from error
    _stamp(name).write_text(digest)
    _stamp(name).chmod(0o600)
    return "built"


def _stamp(name: str) -> Path:
    return STATE / f"{name}.stamp"


def _is_current(name: str, inputs: list[Path], output: Path) -> bool:
    stamp = _stamp(name)
    return output.exists() and stamp.is_file() and stamp.read_text() == _digest(inputs)


def _digest(inputs: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in inputs:
        digest.update(f"{path.relative_to(WEB)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def run_script(*arguments: str) -> int:
    """Run a script of `web/package.json` with its output on the terminal; return its exit code."""
    with locked(STATE / "web.lock"):
        node, _ = install_node_modules()
    return subprocess.run([*node.npm, "run", *arguments], cwd=WEB, env=node.env, check=False).returncode


def main() -> int:
    try:
        private_folder(STATE)
        if len(sys.argv) > 1:
            return run_script(*sys.argv[1:])
        print(f"The page: {build_page()}")
    except LauncherError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
