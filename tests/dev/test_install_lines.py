"""The lines that install the client and the uploader, run as the pages print them, far from the checkout.

`$REPOSITORY` is a clone of the checkout here. Packages come from PyPI and npm, in the versions of the locks.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dev.node import find_node
from dev.wheels import pip_environment
from service.settings import Settings
from tests.conftest import ROOT, Service

pytestmark = [
    pytest.mark.real,
    pytest.mark.timeout(400),
    pytest.mark.skipif(not shutil.which("git"), reason="the printed lines need git: apt-get install git"),
]

PAGES = ("README.md", "docs/python.md", "web/packages/uploads/README.md")
NOT_IN_GIT = ("node_modules", "dist", "build", "__pycache__", "*.egg-info", "test-results")

# The first run of an app: upload a file, then list it.
USES_PYTHON = """
import sys, moodrop
assert moodrop.__file__.startswith(sys.prefix), moodrop.__file__
with moodrop.Client(sys.argv[1], None) as client:
    print(client.upload("song.mp3", mood="happy").file_id)
"""
# Node checks what it runs; tsc checks that the types are in the package.
USES_KIT = """
import { createUploads, percent } from "@moodrop/uploads";
import { createClient, unwrap } from "@moodrop/uploads/client";

const client = createClient({ baseUrl: String(process.env.MOODROP) });
const { moods } = await unwrap(client.GET("/v1/moods"));
/** @type {string[]} */
const names = moods.map(({ mood }) => mood);
console.log(names.join(" "), typeof createUploads, typeof percent);
"""


def blocks_of(page: str, *, tool: str) -> list[str]:
    """Return the page's shell blocks that begin with that tool."""
    blocks = re.findall(r"^```sh\n(.*?)^```", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [block for block in blocks if block.startswith(tool)]


def unique(tool: str) -> list[str]:
    """Return each such block of the pages once."""
    return list(dict.fromkeys(block for page in PAGES for block in blocks_of(page, tool=tool)))


def run(script: str, folder: Path, environment: dict[str, str]) -> str:
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, f"{script}\n{ran.stdout}{ran.stderr}"
    return ran.stdout


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The current checkout, with uncommitted changes, as a repository of its own."""
    folder = tmp_path_factory.mktemp("repository") / "moodrop"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(".*", *NOT_IN_GIT))
    author = ["-c", "user.name=test", "-c", "user.email=test@example.com"]
    for command in (["init", "--quiet"], ["add", "."], [*author, "commit", "--quiet", "--message", "as it is"]):
        subprocess.run(["git", *command], cwd=folder, check=True)
    return folder


@pytest.fixture(scope="module")
def environment(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A user's shell: a fresh Python environment, npm, and the address of the repository."""
    folder = tmp_path_factory.mktemp("person")
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    node = find_node()
    npm = folder / "bin" / "npm"
    npm.parent.mkdir()
    npm.write_text(f'#!/bin/sh\nexec {" ".join(map(repr, node.npm))} "$@"\n')
    npm.chmod(0o755)
    pins = re.findall(r"^[\w.-]+==[^ ;\\]+", (ROOT / "requirements/dev.lock").read_text(), re.MULTILINE)
    constraints = folder / "constraints.txt"
    constraints.write_text("\n".join(pins))
    path = f"{folder}/venv/bin{os.pathsep}{folder}/bin{os.pathsep}{node.install_env['PATH']}"
    return {
        **pip_environment(),
        **node.install_env,
        "PATH": path,
        "PIP_CONSTRAINT": str(constraints),
        "npm_config_prefer_offline": "true",
        "REPOSITORY": repository.as_uri(),
    }


def test_each_page_says_how_to_install_what_it_is_about() -> None:
    """Neither package is on PyPI or npm. The README shows both ways, and each package's page its own."""
    assert blocks_of("README.md", tool="pip")
    assert blocks_of("docs/python.md", tool="pip install")
    assert blocks_of("docs/python.md", tool="pip wheel")
    assert blocks_of("README.md", tool="git clone") == blocks_of(PAGES[-1], tool="git clone") != []


@pytest.mark.parametrize("block", unique("pip"))
def test_the_lines_of_pip_install_the_client_and_the_command(
    block: str,
    settings: Settings,
    serve: Callable[..., Service],
    repository: Path,
    environment: dict[str, str],
    tmp_path: Path,
) -> None:
    """The package uploads a song, and the command lists it."""
    service = serve(settings)
    (tmp_path / "song.mp3").write_bytes(b"ID3 not quite a song")
    # A wheel is built in a checkout, of which nothing else may need the repository's address.
    place = repository if "$REPOSITORY" not in block else tmp_path

    run(f"pip uninstall --quiet --yes moodrop 2>&1\n{block}", place, environment)

    there = {**environment, "MOODROP_URL": service.url, "HOME": str(tmp_path)}
    uploaded = run(f"python -c '{USES_PYTHON}' {service.url}", tmp_path, there).strip()
    assert uploaded in run("moodrop ls", tmp_path, there)
    assert re.fullmatch(r"\d+\.\d+\.\d+\n", run("moodrop --version", tmp_path, there))


@pytest.mark.parametrize("block", unique("git clone"))
def test_the_lines_of_npm_install_the_uploader(
    block: str, settings: Settings, serve: Callable[..., Service], environment: dict[str, str], tmp_path: Path
) -> None:
    """A new app can import it in Node, and tsc finds its types."""
    app = tmp_path / "app"
    app.mkdir()
    (app / "package.json").write_text('{"name": "app", "private": true, "type": "module"}')
    (app / "main.js").write_text(USES_KIT)

    run(block, app, environment)

    there = {**environment, "MOODROP": serve(settings).url}
    assert run("node main.js", app, there) == "happy sad neutral function function\n"
    tsc = tmp_path / "moodrop/web/node_modules/typescript/bin/tsc"
    options = "--allowJs --checkJs --noEmit --strict --skipLibCheck --target es2023 --module nodenext --types node"
    types = ROOT / "web/node_modules/@types"
    run(f"node {tsc} {options} --typeRoots {types} main.js", app, environment)
