"""`make test`: sets up as `make run` does, then runs the page's tests and, in parallel, all others.

Arguments are pytest's: `make test ARGS="-k confirm"`. Chosen tests run one after the other unless you add `-n`.
"""

import os
import signal
import subprocess
import sys
from contextlib import nullcontext

from dev import children
from dev.chromium import ensure_chromium
from dev.collection.newman import find_newman
from dev.errors import LauncherError
from dev.ffmpeg import find_ffmpeg
from dev.minio import find_minio
from dev.mongodb import find_mongod
from dev.oidc_provider import find_oidc_provider
from dev.packages import PYTHON, install_packages
from dev.private import private_folder
from dev.progress import Progress, run_steps
from dev.project import LOGS, ROOT, STATE
from dev.uppy import find_uppy
from dev.versitygw import find_versitygw
from dev.web import build_page, run_script

NO_CHROMIUM = (
    "!!! NO CHROMIUM: the end-to-end tests are SKIPPED. "
    "Install it (on Debian: `apt-get install chromium`) or set CHROMIUM_BIN."
)
# As many at once as tests/conftest.py says. The end names the tests that take longest.
EVERYTHING = ["-n", "auto", "--durations=40", "--durations-min=2", "tests"]


def main() -> int:
    """Return 0 if everything passed. In CI (CI=true) a missing browser is a failure."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # A shell that starts this in the background makes it ignore Ctrl-C, and the programs of the tests would too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    progress = Progress()
    try:
        has_chromium = set_up(progress)
    except LauncherError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    if not has_chromium:
        print(NO_CHROMIUM, file=sys.stderr)
        if os.environ.get("CI") == "true":
            return 1
    return _run_all(sys.argv[1:], warn=not has_chromium)


def set_up(progress: Progress) -> bool:
    """Install everything that the tests need; return whether a browser is available."""
    private_folder(STATE)
    LOGS.mkdir(mode=0o700, exist_ok=True)
    run_steps(progress, {"Python packages": lambda: install_packages("dev")})
    browser = []

    def chromium() -> str:
        browser.append(ensure_chromium())
        return str(browser[0] or "none")

    def ffmpeg() -> str:
        programs = find_ffmpeg()
        return str(programs.ffmpeg) if programs else "none: its tests are skipped, and fail in CI"

    def minio() -> str:
        return str(find_minio(notice=lambda text: progress.say(f"  ..  {text}")))

    def versitygw() -> str:
        return str(find_versitygw(notice=lambda text: progress.say(f"  ..  {text}")))

    steps = {
        "Web page": build_page,
        "MongoDB": lambda: str(find_mongod()),
        "MinIO": minio,
        "VersityGW": versitygw,
        "Newman": lambda: str(find_newman()),
        "oidc-provider": lambda: str(find_oidc_provider()),
        "Uppy": lambda: ", ".join(map(str, find_uppy().values())),
        "Chromium": chromium,
        # Here, not in a test, whose time would run out on a slow line.
        "ffmpeg": ffmpeg,
    }
    run_steps(progress, steps)
    return browser[0] is not None


def _run_all(arguments: list[str], *, warn: bool) -> int:
    with nullcontext() if arguments or sys.dont_write_bytecode else _compiling():
        page = run_script("test")
    # Last, so that pytest's summary ends the output.
    service = subprocess.run([PYTHON, "-m", "pytest", *(arguments or EVERYTHING)], cwd=ROOT, check=False).returncode
    children.stop_all()
    if warn:
        print(NO_CHROMIUM, file=sys.stderr)
    if page:
        print("The tests of the page FAILED: see above, before pytest's output.", file=sys.stderr)
    return page or service


def _compiling() -> subprocess.Popen[bytes]:
    """Collect the tests in one process, so that the many of the run find all of them compiled."""
    command = [str(PYTHON), "-m", "pytest", "--collect-only", "-q", "tests"]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
