"""Installs npm programs that are not part of the page, each from its lock into a folder of the user's cache."""

import hashlib
import shutil
from pathlib import Path

from dev import children
from dev.cache import build_once, cache_dir
from dev.errors import LauncherError, is_no_network
from dev.node import find_node


def install(name: str, source: Path) -> Path:
    """Copy the folder `source`, which contains a package-lock.json, install its node_modules, and return the copy.

    Every version of the files has a copy of its own. Raises LauncherError if the packages cannot be installed.
    """
    files = sorted(path for path in source.iterdir() if path.is_file())
    digest = hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()[:12]

    def build(folder: Path) -> None:
        for path in files:
            shutil.copy(path, folder)
        node = find_node()
        command = [*node.npm, "ci", "--ignore-scripts"]
        try:
            children.run(command, log_path=cache_dir() / f"{name}.log", env=node.install_env, cwd=folder)
        except LauncherError as error:
            if is_no_network(str(error)):
                raise LauncherError(f"No network: {name} is missing. Connect once, run it again.") from error
            raise

    return build_once(f"{name}-{digest}", build)
