"""`pip install '.[service]'` in a fresh environment: service and command run from there, far from the checkout."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.ports import free_port
from service.settings import Settings
from tests.conftest import ROOT, Service, environment_of

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the new environment's folder of programs. Versions come from the lock, out of uv's cache."""
    folder = tmp_path_factory.mktemp("fresh")
    # setuptools builds in the folder that it is given: not in the checkout, beside other runs.
    ignored = shutil.ignore_patterns(".*", "web", "__pycache__", "*.egg-info", "build")
    source = shutil.copytree(ROOT, folder / "source", ignore=ignored)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], check=True)
    uv = [Path(sys.executable).with_name("uv"), "pip", "install", "--quiet", "--python", folder / "venv/bin/python"]
    lock = ROOT / "requirements" / "service.lock"
    subprocess.run([*uv, "--constraint", lock, f"{source}[service]"], check=True)
    return folder / "venv" / "bin"


@pytest.fixture
def service(programs: Path, settings: Settings, tmp_path: Path) -> Iterator[Service]:
    port, log = free_port(), tmp_path / "gunicorn.log"
    command = [programs / "gunicorn", "-c", "python:service.server.gunicorn_conf", "service.wsgi:app"]
    with log.open("wb") as output:
        environment = environment_of(settings, PORT=str(port))
        process = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=output, stderr=output)
    running = Service(process, f"http://127.0.0.1:{port}", log)
    running.wait("/readyz", seconds=60)
    yield running
    process.terminate()
    process.wait(30)


def test_what_is_installed_serves_and_uploads(programs: Path, service: Service, tmp_path: Path) -> None:
    """The installed command sends a song there and back."""
    song = tmp_path / "song.mp3"
    song.write_bytes(b"ID3 not quite a song")

    def moodrop(*arguments: str) -> str:
        environment = {"MOODROP_URL": service.url, "HOME": str(tmp_path)}
        command = [programs / "moodrop", *arguments]
        ran = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    file_id = moodrop("upload", "song.mp3").split("\t")[0]
    moodrop("get", file_id, "-o", "there")

    assert file_id in moodrop("ls")
    assert (tmp_path / "there" / "song.mp3").read_bytes() == song.read_bytes()
