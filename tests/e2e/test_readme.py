"""The README's lines of shell, run as printed."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from service.settings import Settings
from tests.conftest import ROOT, Service

pytestmark = pytest.mark.real


def test_the_five_lines_of_curl_bring_a_song_there_and_back(
    settings: Settings, serve: Callable[..., Service], a_song: Callable[..., Path], tmp_path: Path
) -> None:
    """What is fetched is what was sent."""
    if not shutil.which("jq"):
        pytest.skip("the README's lines need jq: apt-get install jq")
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    lines = next(block for block in blocks if "/v1/uploads" in block)
    song = a_song("song.mp3")

    script = lines.replace("http://127.0.0.1:5000", serve(settings).url)
    ran = subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=tmp_path, capture_output=True, check=False)

    assert ran.returncode == 0, ran.stderr.decode()
    assert (tmp_path / "again.mp3").read_bytes() == song.read_bytes()
