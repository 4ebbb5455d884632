"""Builds the images of compose.yaml, each from its Dockerfile, in a copy of the checkout."""

import os
import shutil
import subprocess
from pathlib import Path

from dev.compose.engine import Engine, NoContainersError
from dev.errors import LauncherError, is_no_network, last_line
from dev.project import ROOT

# podman's cache compares the times of files too, which differ from clone to clone.
SAME_TIME = 946_684_800


def copy_checkout(folder: Path) -> None:
    """Copy what git knows, and what it would be given: a `.env` there is the tests' own."""
    shutil.rmtree(folder, ignore_errors=True)
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        source, target = ROOT / name, folder / name
        if not source.is_file():  # removed, but not yet committed
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
        os.utime(target, (SAME_TIME, SAME_TIME))


def build_image(engine: Engine, checkout: Path, name: str) -> str:
    """Build `moodrop-{name}` from `deploy/{name}.Dockerfile` as it is."""
    _build(engine, name, checkout / "deploy" / f"{name}.Dockerfile", checkout)
    return f"moodrop-{name}"


def build_store(engine: Engine, checkout: Path, name: str, program: Path) -> str:
    """Build `moodrop-{name}` without the stage that compiles it: its program is the one of `make run`."""
    context = engine.folder / name
    context.mkdir(exist_ok=True)
    shutil.copy(program, context / name)
    _, begin, stage = (checkout / "deploy" / f"{name}.Dockerfile").read_text().rpartition("\nFROM ")
    instead = f"FROM scratch AS build\nCOPY --chmod=755 {name} /go/bin/{name}"
    (context / "Dockerfile").write_text(f"{instead}{begin}{stage}")
    _build(engine, name, context / "Dockerfile", context)
    return f"moodrop-{name}"


def _build(engine: Engine, name: str, dockerfile: Path, context: Path) -> None:
    build = ["podman", "build", "--pull=never", "--network=host", "--layers", "--tag", f"localhost/moodrop-{name}"]
    try:
        engine.run([*build, "--file", dockerfile, context], name=f"image-{name}")
    except LauncherError as error:
        output = str(error)
        if is_no_network(output):
            raise NoContainersError(f"no network while moodrop-{name} was built") from error
        raise LauncherError(f"moodrop-{name} cannot be built: {last_line(output)}") from error
