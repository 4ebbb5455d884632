"""`make test-stores`: runs the doctor's checks and the contract tests on each store, and writes docs/providers.md.

Arguments are pytest's: `make test-stores ARGS="-k Seaweedfs"`. The first run builds SeaweedFS and Garage, which takes a
quarter of an hour. A store that cannot be built keeps its column of an earlier run.
"""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from dev import children
from dev.errors import LauncherError
from dev.minio import find_minio
from dev.mongodb import find_mongod
from dev.packages import PYTHON, install_packages
from dev.progress import Progress, run_steps
from dev.project import ROOT
from dev.providers.garage import find_garage
from dev.providers.seaweedfs import find_seaweedfs
from dev.versitygw import find_versitygw

PYTEST = ["-m", "pytest", "-m", "stores", "-p", "dev.providers.rows", "tests/providers"]


def main() -> int:
    """Return 0 if each store does what the tests expect of it."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        run_steps(Progress(), {"Python packages": lambda: install_packages("dev")})
        missing = find_stores(Progress())
        unbuilt = ["-k", " and ".join(f"not {name}" for name in missing)] if missing else []
        return subprocess.run([PYTHON, *PYTEST, *unbuilt, *sys.argv[1:]], cwd=ROOT, check=False).returncode
    except LauncherError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        children.stop_all()


def find_stores(progress: Progress) -> list[str]:
    """Find or build each program; return the names of the classes of those that cannot be had."""
    missing = list[str]()

    def say(text: str) -> None:
        progress.say(f"  ..  {text}")

    def try_to(name: str, find: Callable[[Callable[[str], None]], Path]) -> Callable[[], str]:
        def step() -> str:
            try:
                return str(find(say))
            except LauncherError as error:
                missing.append(name)
                return f"none: {error}"

        return step

    steps = {"MongoDB": lambda: str(find_mongod()), "MinIO": lambda: str(find_minio(say))}
    steps |= {"VersityGW": lambda: str(find_versitygw(say))}
    steps |= {"SeaweedFS": try_to("Seaweedfs", find_seaweedfs), "Garage": try_to("Garage", find_garage)}
    run_steps(progress, steps)
    return missing


if __name__ == "__main__":
    sys.exit(main())
