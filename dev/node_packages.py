"""Programs of npm's that are not the page's: installed once from their lock, each in a folder of the user's cache."""

import hashlib
import shutil
from pathlib import Path

from dev import children
from dev.cache import build_once, cache_dir
from dev.errors import LauncherError, is_no_network
from dev.node import find_node


def installed(name: str, source: Path) -> Path:
    """Return a copy of the folder `source`, which holds a package-lock.json, with its node_modules.

    Another lock or another file is another copy. Raises LauncherError where it cannot be installed.
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
