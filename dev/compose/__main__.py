"""`make test-compose`: runs compose.yaml in containers, and tests it from outside.

Arguments are the parts to test, files of tests/containers: `make test-compose ARGS="cluster replicas"`; without any,
`default` and `upkeep`. `--if-possible` ends with 0 where no container can run, and says so. `--remove` removes all that
is cached.
"""

import argparse
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from dev import children
from dev.cache import cache_dir, locked
from dev.compose.bases import make_bases
from dev.compose.engine import Engine, NoContainersError, check_machine, isolate
from dev.compose.images import build_image, build_store, copy_checkout
from dev.errors import LauncherError
from dev.minio import find_minio
from dev.node_packages import install
from dev.packages import PYTHON
from dev.progress import Progress, run_steps
from dev.project import ROOT
from dev.versitygw import find_versitygw
from dev.wheels import wheel_dir

# The first two, if nobody says which.
PARTS = ("default", "upkeep", "https", "cluster", "replicas", "versitygw")
HERE = Path(__file__).parent
TESTS = ROOT / "tests" / "containers"
NO_CONTAINERS = "!!! NO CONTAINERS: the tests of compose.yaml are SKIPPED: {why}."


def main() -> int:
    """Return 0 if everything passed."""
    for interruption in (signal.SIGTERM, signal.SIGINT):
        signal.signal(interruption, signal.default_int_handler)
    options = _parse()
    try:
        check_machine()
        isolate("dev.compose")
        with locked(cache_dir() / "compose.lock"):
            return _run(options)
    except NoContainersError as error:
        print(NO_CONTAINERS.format(why=error), file=sys.stderr)
        return 0 if options.if_possible else 1
    except LauncherError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make test-compose")
    parser.add_argument("parts", nargs="*", metavar="part", choices=[[], *PARTS], help=", ".join(PARTS))
    parser.add_argument("--if-possible", action="store_true", help="pass where no container can run")
    parser.add_argument("--remove", action="store_true", help="remove all images and what they were made of")
    return parser.parse_args()


def _run(options: argparse.Namespace) -> int:
    engine = Engine(cache_dir() / "compose")
    engine.start()
    try:
        if options.remove:
            return 0
        checkout = engine.folder / "checkout"
        prepare(engine, checkout, Progress())
        return _test(engine, checkout, options.parts or PARTS[:2])
    finally:
        children.stop_all()
        engine.stop()
        if options.remove:
            engine.remove()


def prepare(engine: Engine, checkout: Path, progress: Progress) -> None:
    """Make or renew all images."""

    def copied() -> str:
        copy_checkout(checkout)
        return ""

    parts = {
        "Base images": lambda: make_bases(engine),
        "MinIO": lambda: str(find_minio(notice=lambda text: progress.say(f"  ..  {text}"))),
        "VersityGW": lambda: str(find_versitygw(notice=lambda text: progress.say(f"  ..  {text}"))),
        "mongosh": lambda: str(install("mongosh", HERE / "mongosh")),
        "Checkout": copied,
    }
    run_steps(progress, parts)
    images = {
        "Service": lambda: build_image(engine, checkout, "service"),
        "Worker": lambda: build_image(engine, checkout, "worker"),
        "Proxy": lambda: build_image(engine, checkout, "proxy"),
        "Store": lambda: build_store(engine, checkout, "minio", find_minio()),
        "Other store": lambda: build_store(engine, checkout, "versitygw", find_versitygw()),
    }
    run_steps(progress, images)
    # Layers of earlier versions of the checkout.
    engine.podman("image", "prune", "--force", "--filter", "until=168h")


def _test(engine: Engine, checkout: Path, parts: Sequence[str]) -> int:
    podman_compose = wheel_dir("podman-compose", instead="connect to the network once.") / "podman_compose.py"
    variables = {"COMPOSE_PROGRAM": str(podman_compose), "COMPOSE_CHECKOUT": str(checkout)}
    files = [str(TESTS / f"test_{part}.py") for part in parts]
    pytest = [str(PYTHON), "-m", "pytest", "-m", "containers", "-p", "no:cacheprovider", "--log-cli-level=INFO", *files]
    done = subprocess.run(engine.in_namespace(pytest), cwd=ROOT, env={**engine.environment, **variables}, check=False)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
