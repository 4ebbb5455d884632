"""compose.yaml in running containers, as `make test-compose` prepares them."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import urllib3

from moodrop import Client
from tests.helpers.deploy_docs import secret_lines

SERVICE = "http://127.0.0.1:5000"
READY_S = 120
DOCKER = """\
docker() {
  if [ "$1" = compose ]; then shift; "$PYTHON" "$COMPOSE_PROGRAM" "$@"; else podman "$@"; fi
}
"""


def podman(*arguments: str) -> str:
    """Run podman and return what it prints; a failure is an error with that text."""
    done = subprocess.run(["podman", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"podman {' '.join(arguments)}: {done.stdout}{done.stderr}"
    return done.stdout.strip()


def wait_for(happened: Callable[[], bool], seconds: float, what: str) -> float:
    """Return after how many seconds it happened; fail if it does not."""
    began = time.monotonic()
    while not happened():
        assert time.monotonic() - began < seconds, f"{what}: not within {seconds} s"
        time.sleep(0.2)
    return time.monotonic() - began


@dataclass
class Deployment:
    """The containers of some profiles, with secrets of their own."""

    folder: Path = field(default_factory=lambda: Path(os.environ["COMPOSE_CHECKOUT"]))

    def configure(self, settings: str = "") -> None:
        """Write `.env` as docs/deploy.md says, and these settings behind it."""
        self.dotenv.unlink(missing_ok=True)
        subprocess.run(["bash", "-c", secret_lines()], cwd=self.folder, check=True)
        with self.dotenv.open("a") as file:
            file.write(settings)

    @property
    def dotenv(self) -> Path:
        return self.folder / ".env"

    def secrets(self) -> dict[str, str]:
        """Return the lines of `.env`."""
        return dict(line.split("=", 1) for line in self.dotenv.read_text().splitlines())

    def change(self, **settings: str) -> None:
        """Replace lines of `.env`, or add them."""
        lines = {**self.secrets(), **settings}
        self.dotenv.write_text("".join(f"{name}={value}\n" for name, value in lines.items()))

    def compose(self, *arguments: str) -> str:
        """Run compose; a failure is an error with what it printed."""
        command = [sys.executable, os.environ["COMPOSE_PROGRAM"], *arguments]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"compose {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout

    def shell(self, lines: str) -> str:
        """Run lines of the documents, in which `docker` means podman and its compose; return what they print."""
        command = ["bash", "-euo", "pipefail", "-c", DOCKER + lines]
        environment = {**os.environ, "PYTHON": sys.executable}
        done = subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=400, check=False
        )
        assert done.returncode == 0, f"{lines}: {done.stdout}{done.stderr}"
        return done.stdout

    def up(self) -> None:
        """Start what does not run yet, and wait until the service is ready."""
        self.compose("up", "--detach", "--no-build")
        self.wait_until_ready()

    def down(self, *, remove_data: bool = False) -> None:
        self.compose("down", *(["--volumes"] if remove_data else []))

    def wait_until_ready(self) -> None:
        wait_for(_is_ready, READY_S, "GET /readyz is 200")

    def container(self, name: str) -> str:
        return f"moodrop_{name}_1"

    def execute(self, name: str, *command: str) -> str:
        return podman("exec", self.container(name), *command)

    def inspect(self, name: str) -> Any:
        return json.loads(podman("inspect", self.container(name)))[0]

    def stop(self, name: str) -> int:
        """Stop a container as compose does; return its exit code, which is 137 if it had to be killed."""
        self.compose("stop", name)
        return int(self.inspect(name)["State"]["ExitCode"])

    def crash(self, name: str) -> None:
        """End the main process of a container as a crash would: podman did not ask for it."""
        os.kill(self.inspect(name)["State"]["Pid"], signal.SIGKILL)

    def token(self) -> str:
        """Return a token of alice, by docs/deploy.md's command."""
        command = ("flask", "--app", "service", "token", "create", "--sub", "alice", "--expires-in", "86400")
        return self.execute("service", *command)

    def client(self, **options: Any) -> Client:
        return Client(SERVICE, self.token(), **options)


def _is_ready() -> bool:
    try:
        return urllib3.request("GET", f"{SERVICE}/readyz", timeout=15, retries=False).status == 200
    except urllib3.exceptions.HTTPError:
        return False
