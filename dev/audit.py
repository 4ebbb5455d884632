"""`make audit`: looks up known vulnerabilities of the locked packages at PyPI and npm's registry.

It exits with 1 for a vulnerability that `requirements/audit.allow` does not explain. If the data cannot be reached, it
says so and exits with 0: a registry that is down should not stop anyone's work.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from dev import children
from dev.advisories import SERIOUS, Report, is_allowed, npm_failure_reason, read_allowed, read_npm_audit, read_pip_audit
from dev.cache import build_once, cache_dir
from dev.errors import LauncherError, is_no_network, last_line
from dev.node import find_node
from dev.project import WEB
from dev.wheels import REQUIREMENTS, create_venv, pip_environment

# This lock contains the packages of the service and of the demo too.
LOCKS = ("dev", "audit")
SECONDS = 180


def main() -> int:
    """Return 1 for an unexplained vulnerability or an invalid list."""
    try:
        allowed = read_allowed((REQUIREMENTS / "audit.allow").read_text(encoding="utf-8"))
    except ValueError as error:
        print(f"requirements/audit.allow: {error}", file=sys.stderr)
        return 1
    unexplained = [audit_python(lock, allowed) for lock in LOCKS] + [audit_page(allowed)]
    return 1 if any(unexplained) else 0


def audit_python(lock: str, allowed: dict[str, str]) -> bool:
    """Look up a lock's packages at PyPI and print the result. Return whether a vulnerability is unexplained."""
    name = f"pip-audit of {lock}.lock"
    try:
        python = _python_of_pip_audit()
    except LauncherError as error:
        return _print_unreached(name, "no network" if is_no_network(str(error)) else last_line(str(error)))
    # The lock pins everything, so nothing has to be resolved or downloaded.
    which = ["--disable-pip", "--require-hashes", "-r", str(REQUIREMENTS / f"{lock}.lock")]
    how = ["--format", "json", "--progress-spinner", "off", "--timeout", "15"]
    output, error_text = _run([python, "-m", "pip_audit", *which, *how], os.environ)
    return print_report(name, read_pip_audit(output), allowed, instead=error_text)


def audit_page(allowed: dict[str, str]) -> bool:
    """Look up the page's packages at npm's registry; print the result. Return whether a serious one is unexplained."""
    name = "npm audit"
    try:
        node = find_node()
    except LauncherError as error:
        return _print_unreached(name, str(error))
    brief = {"npm_config_fetch_retries": "1", "NODE_USE_SYSTEM_CA": "1"}
    output, error_text = _run([*node.npm, "audit", "--json", "--package-lock-only"], {**node.env, **brief}, cwd=WEB)
    return print_report(name, read_npm_audit(output), allowed, instead=npm_failure_reason(output) or error_text)


def print_report(name: str, report: Report | None, allowed: dict[str, str], *, instead: str) -> bool:
    """Print the findings. Return whether a serious one is unexplained."""
    if report is None:
        return _print_unreached(name, last_line(instead))
    if report.packages and report.unknown == report.packages:
        return _print_unreached(name, "the registry gives no advisories")
    unexplained = [one for one in report.findings if not is_allowed(one, allowed)]
    serious = [one for one in unexplained if one.severity in SERIOUS]
    for finding in unexplained:
        print(f"{name}: {'HOLE' if finding in serious else 'note'}: {finding}")
    explained = len(report.findings) - len(unexplained)
    left_out = f", {report.unknown} NOT looked up" if report.unknown else ""
    print(f"{name}: {report.packages} packages{left_out}: {len(serious)} serious holes, {explained} explained")
    return bool(serious)


def _print_unreached(name: str, why: str) -> bool:
    print(f"{name}: NOT DONE, nothing was looked up: {why}")
    return False


def _run(command: Sequence[str], environment: Mapping[str, str], cwd: Path | None = None) -> tuple[str, str]:
    try:
        done = subprocess.run(
            command, env=environment, cwd=cwd, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return "", f"no answer in {SECONDS} s"
    return done.stdout, done.stderr


def _python_of_pip_audit() -> str:
    """Return the Python of a separate environment, because pip-audit's dependencies are not ours."""
    lock = REQUIREMENTS / "audit.lock"
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()[:12]
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return str(build_once(f"audit-{version}-{digest}", _install) / "bin" / "python")


def _install(folder: Path) -> None:
    create_venv(folder)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--only-binary", ":all:"]
    lock = ["--require-hashes", "-r", str(REQUIREMENTS / "audit.lock")]
    children.run([*pip, *lock], log_path=cache_dir() / "audit-install.log", env=pip_environment())


if __name__ == "__main__":
    sys.exit(main())
