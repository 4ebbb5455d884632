"""Installs the locks of `requirements/` into `.venv` if they have changed: `python -m dev.packages dev`."""

import hashlib
import subprocess
import sys
from pathlib import Path

from dev import children
from dev.cache import locked
from dev.errors import LauncherError, is_no_network, last_line
from dev.private import BUILD_UMASK, private_folder
from dev.project import LOGS, STATE, VENV
from dev.wheels import REQUIREMENTS, create_venv, pip_environment

# Each lock with the locks that it contains; `make lock` keeps their versions equal. The lock of mutants is beside dev.
CONTAINS: dict[str, list[str]] = {
    "service": [],
    "passkeys": ["service"],
    "otel": ["service", "passkeys"],
    "granian": ["service", "passkeys", "otel"],
    "worker": [],
    "recommend": [],
    "demo": ["service", "passkeys"],
    "dev": ["service", "passkeys", "otel", "granian", "worker", "recommend", "demo"],
    "mutants": [],
}
PYTHON = VENV / "bin" / "python"


def install_packages(lock: str, *, venv: Path = VENV) -> str:
    """Install `requirements/{lock}.lock` into `.venv`; return what was done.

    Does nothing if a lock that contains it is installed.
    """
    requirement = REQUIREMENTS / f"{lock}.lock"
    private_folder(STATE)
    with locked(STATE / "packages.lock"):
        stamp = venv / f".installed-{lock}"
        digest = _digest(requirement)
        # The program may be a link to a Python that was removed.
        if (venv / "bin" / "python").exists() and stamp.is_file() and stamp.read_text() == digest:
            return "unchanged"
        if not _has_pip(venv):
            create_venv(venv)
        _pip_install(venv, requirement)
        for name in [lock, *CONTAINS[lock]]:
            done = venv / f".installed-{name}"
            done.write_text(_digest(REQUIREMENTS / f"{name}.lock"))
            done.chmod(0o666 & ~BUILD_UMASK)  # like the files that pip installs
    return "installed"


def _digest(requirement: Path) -> str:
    return f"{sys.version_info[:2]} {hashlib.sha256(requirement.read_bytes()).hexdigest()}"


def _has_pip(venv: Path) -> bool:
    """Return whether an environment is complete: if its creation was interrupted, pip is missing."""
    command = [str(venv / "bin" / "python"), "-m", "pip", "--version"]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _pip_install(venv: Path, requirement: Path) -> None:
    pip = [str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet", "--require-hashes"]
    log_path = LOGS / "pip.log"
    try:
        children.run([*pip, "-r", str(requirement)], log_path=log_path, env=pip_environment())
    except LauncherError as error:
        output = str(error)
        if is_no_network(output):
            raise LauncherError("No network: Python packages are missing. Connect once, then run it again.") from error
        raise LauncherError(f"Python packages: {last_line(output)} (all of it: {log_path})") from error


def main() -> int:
    try:
        done = install_packages(sys.argv[1])
    except LauncherError as error:
        print(error, file=sys.stderr)
        return 1
    if done != "unchanged":
        print(f"Python packages: {done}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
