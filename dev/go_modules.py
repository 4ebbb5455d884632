"""Builds programs from pinned Go modules. Go itself comes as a wheel if it is absent or too old."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dev import children
from dev.cache import cache_dir
from dev.errors import LauncherError, is_no_network, last_line
from dev.wheels import wheel_dir

OLDEST_GO = (1, 24)


def install(
    folder: Path, module: str, version: str, module_sum: str, *, name: str, instead: str, package: str = ""
) -> None:
    """Build the program of a module, or of a package in it, into a folder.

    Checks the source against `module_sum`. Raises LauncherError, whose message ends with the alternative `instead`.
    """
    with _work(folder, name) as (env, log_path):
        go = _find_go(instead)
        _run([go, "install", f"{module}{package}@{version}"], log_path, env, name=name, instead=instead)
    build_infos = [
        subprocess.run([go, "version", "-m", program], capture_output=True, text=True, check=True).stdout
        for program in folder.iterdir()
    ]
    if not any(module_sum in modules for modules in build_infos):
        raise _not_as_pinned(name, version)


def build_copy(
    folder: Path, module: str, version: str, module_sum: str, *, name: str, instead: str, package: str, program: str
) -> None:
    """Build a program of a module whose go.mod has `replace` lines, which `go install` refuses, from a copy.

    Checks the source against `module_sum` before it is built. Raises LauncherError, as `install` does.
    """
    with _work(folder, name) as (env, log_path):
        go = _find_go(instead)
        got = _run([go, "mod", "download", "-json", f"{module}@{version}"], log_path, env, name=name, instead=instead)
        downloaded, _ = json.JSONDecoder().raw_decode(got, got.index("{"))
        if downloaded["Sum"] != module_sum:
            raise _not_as_pinned(name, version)
        # Go takes its cache for read-only, so the program is built beside it.
        source = Path(env["GOCACHE"]).with_name("source")
        shutil.rmtree(source, ignore_errors=True)
        shutil.copytree(downloaded["Dir"], source)
        build: list[str | Path] = [go, "build", "-o", folder / program, package]
        _run(build, log_path, env, name=name, instead=instead, cwd=source)


@contextmanager
def _work(folder: Path, name: str) -> Iterator[tuple[dict[str, str], Path]]:
    """Yield the environment of a build into the folder, and its log."""
    # Go's caches stay until a build succeeds, so that the next try continues.
    work = cache_dir() / f"go-work-{name.lower()}"
    own = {
        "GOBIN": str(folder),
        "GOMODCACHE": str(work / "modules"),
        "GOCACHE": str(work / "objects"),
        # Nobody runs a debugger on these programs; without what it reads, a tenth of the build's time is saved.
        "GOFLAGS": "-modcacherw -trimpath -gcflags=all=-dwarf=false -ldflags=-w",
        "CGO_ENABLED": "0",
    }
    env = {k: v for k, v in os.environ.items() if k not in ("GOOS", "GOARCH", "GOROOT")} | own
    yield env, cache_dir() / f"{name.lower()}-build.log"
    shutil.rmtree(work, ignore_errors=True)


def _run(
    command: list[str | Path], log_path: Path, env: dict[str, str], *, name: str, instead: str, cwd: Path | None = None
) -> str:
    try:
        return children.run(command, log_path=log_path, env=env, cwd=cwd)
    except LauncherError as error:
        output = str(error)
        why = "no network" if is_no_network(output) else last_line(output)
        raise LauncherError(f"Can't build {name} ({why}): {instead}") from error


def _not_as_pinned(name: str, version: str) -> LauncherError:
    return LauncherError(f"The source of {name} is not {version} as pinned: check GOPROXY.")


def _find_go(instead: str) -> Path:
    """Return the go on PATH if it is new enough, else the one of the pinned wheel."""
    if (on_path := shutil.which("go")) and _go_version(Path(on_path)) >= OLDEST_GO:
        return Path(on_path)
    go = wheel_dir("go", instead=f"install Go 1.24 or later, {instead}") / "go" / "bin" / "go"
    for program in [*go.parent.iterdir(), *(go.parent.parent / "pkg" / "tool").glob("*/*")]:
        program.chmod(0o755)  # a wheel's files need not be executable
    return go


def _go_version(go: Path) -> tuple[int, ...]:
    shown = subprocess.run([go, "version"], capture_output=True, text=True, check=False)
    match = re.search(r"go(\d+)\.(\d+)", shown.stdout)
    return tuple(int(number) for number in match.groups()) if match else (0, 0)
