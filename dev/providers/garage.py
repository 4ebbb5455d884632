"""Finds, builds and starts a local Garage, for `make test-stores` alone: Moodrop refuses it, and the test says why."""

import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from dev import children
from dev.cache import build_once, cache_dir
from dev.credentials import Credentials
from dev.errors import LauncherError, is_no_network, last_line
from dev.ports import free_port
from dev.private import private_file, private_folder, private_log
from dev.programs import answers_with, chosen_program, wait_until_ready

CRATE = "garage"
VERSION = "2.5.0"
START_SECONDS = 60
INSTEAD = "connect to the network once, or set GARAGE_BIN."
CONFIGURATION = """\
metadata_dir = "{folder}/meta"
data_dir = "{folder}/data"
db_engine = "sqlite"
replication_factor = 1
rpc_bind_addr = "127.0.0.1:{rpc}"
rpc_public_addr = "127.0.0.1:{rpc}"
rpc_secret = "{secret}"
[s3_api]
api_bind_addr = "127.0.0.1:{s3}"
s3_region = "us-east-1"
root_domain = ".s3.garage.localhost"
"""


@dataclass
class GarageServer:
    """A running Garage of one node."""

    process: subprocess.Popen[bytes]
    port: int
    log_path: Path
    configuration: Path
    name: str = field(default="Garage", init=False)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self, *arguments: str) -> str:
        """Run Garage's own command; return its output. Raises LauncherError."""
        command = [str(find_garage()), "-c", str(self.configuration), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=START_SECONDS)
        if done.returncode:
            raise LauncherError(f"`garage {arguments[0]}` failed ({last_line(done.stderr)})")
        return done.stdout

    def stop(self) -> None:
        children.stop(self.process)


def find_garage(notice: Callable[[str], None] = lambda _: None) -> Path:
    """Return GARAGE_BIN, the garage on PATH, or the one built once from crates.io, for which Rust must be there."""
    if chosen := chosen_program("GARAGE_BIN", "garage"):
        return chosen

    def build(folder: Path) -> None:
        notice("Building Garage from source, once: about seven minutes on two cores.")
        _build(folder)

    return build_once(f"garage-{VERSION}", build) / "bin" / "garage"


def _build(folder: Path) -> None:
    cargo = shutil.which("cargo")
    if not cargo:
        raise LauncherError(f"Can't build Garage (no Rust): install cargo, or {INSTEAD}")
    work = cache_dir() / "garage-work"
    # An optimised build takes twice the time, and is not needed to see what the store refuses.
    env = {**os.environ, "CARGO_TARGET_DIR": str(work), "CARGO_PROFILE_RELEASE_OPT_LEVEL": "1"}
    features = ["--no-default-features", "--features", "bundled-libs,sqlite"]
    command: list[str | Path] = [
        cargo,
        "install",
        CRATE,
        "--version",
        f"={VERSION}",
        "--locked",
        "--root",
        folder,
        *features,
    ]
    try:
        children.run(command, log_path=cache_dir() / "garage-build.log", env=env)
    except LauncherError as error:
        why = "no network" if is_no_network(str(error)) else last_line(str(error))
        raise LauncherError(f"Can't build Garage ({why}): {INSTEAD}") from error
    shutil.rmtree(work, ignore_errors=True)


def start_garage(data_dir: Path) -> GarageServer:
    """Start Garage over a folder, on 127.0.0.1 alone, with a layout of its one node. Raises LauncherError."""
    garage, port = find_garage(), free_port()
    private_folder(data_dir)
    configuration = data_dir.with_name(f"{data_dir.name}.toml")
    with private_file(configuration) as file:
        file.write(CONFIGURATION.format(folder=data_dir, rpc=free_port(), s3=port, secret=secrets.token_hex(32)))
    log_path = data_dir.with_name(f"{data_dir.name}.log")
    with private_log(log_path) as log:
        process = children.spawn([garage, "-c", configuration, "server"], output=log)
    server = GarageServer(process, port, log_path, configuration)
    wait_until_ready(server, lambda: answers_with(403, server.port, "/"), START_SECONDS)
    node = server.command("node", "id", "-q").partition("@")[0]
    server.command("layout", "assign", "-z", "here", "-c", "1G", node)
    server.command("layout", "apply", "--version", "1")
    return server


def create_key(server: GarageServer, name: str) -> Credentials:
    """Create a key. Garage chooses both halves, and takes no others."""
    shown = server.command("key", "create", name)
    matches = [re.search(pattern, shown) for pattern in (r"Key ID: *(\S+)", r"Secret key: *(\S+)")]
    access_key, secret_key = (match[1] for match in matches if match)
    return Credentials(access_key, secret_key)
