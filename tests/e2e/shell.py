"""Runs shell commands as a reader of the documents would."""

import os
import re
import subprocess
from pathlib import Path

from dev.project import ROOT


def blocks_of(page: str) -> list[str]:
    """Return the page's shell blocks that call the service."""
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / page).read_text(), re.DOTALL)
    return [block for block in blocks if "curl" in block]


def run(script: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[bytes]:
    """Run a script in bash; make curl fail for a status of 400 or more, without saying so in the script."""
    (folder / ".curlrc").write_text("fail\nshow-error\n")
    environment = {**os.environ, "CURL_HOME": str(folder), **variables}
    command = ["bash", "-euo", "pipefail", "-c", script]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
