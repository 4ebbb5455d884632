"""Finds, builds and starts a local SeaweedFS, for `make test-stores` alone: its build and its start take long."""

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dev import children, go_modules
from dev.cache import build_once
from dev.ports import free_port
from dev.private import private_file, private_folder, private_log
from dev.programs import answers_with, chosen_program, wait_until_ready

MODULE = "github.com/seaweedfs/seaweedfs"
VERSION = "v0.0.0-20261109003541-7506e5f91cd6"
RELEASE = "4.53"  # as `weed version` calls it
MODULE_SUM = "h1:LOYZFToHq9F7pSR6lkPGfkM8RmHlVFrzndKdhmNZjrU="
START_SECONDS = 120
INSTEAD = "connect to the network once, or set WEED_BIN."


@dataclass
class SeaweedfsServer:
    """A running SeaweedFS: master, volume server, filer and S3 in one process."""

    process: subprocess.Popen[bytes]
    port: int
    log_path: Path
    name: str = field(default="SeaweedFS", init=False)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        children.stop(self.process)


def find_seaweedfs(notice: Callable[[str], None] = lambda _: None) -> Path:
    """Return WEED_BIN, or the program built once from the pinned module."""
    if chosen := chosen_program("WEED_BIN"):
        return chosen

    def build(folder: Path) -> None:
        notice("Building SeaweedFS from source, once: about eight minutes on two cores, and 3 GB of memory.")
        go_modules.build_copy(
            folder, MODULE, VERSION, MODULE_SUM, name="SeaweedFS", instead=INSTEAD, package="./weed", program="weed"
        )

    return build_once(f"seaweedfs-{VERSION.rpartition('-')[2]}", build) / "weed"


def start_seaweedfs(data_dir: Path, configuration: Mapping[str, Any]) -> SeaweedfsServer:
    """Start SeaweedFS over a folder, on 127.0.0.1 alone, and return once its S3 answers.

    The configuration is that of `-s3.config`. It accepts writes some seconds later. Raises LauncherError.
    """
    weed, port = find_seaweedfs(), free_port()
    private_folder(data_dir)
    config = data_dir.with_name(f"{data_dir.name}-s3.json")
    with private_file(config) as file:
        json.dump(configuration, file)
    log_path = data_dir.with_name(f"{data_dir.name}.log")
    # It looks for *.toml in its working folder and in HOME.
    env = {**os.environ, "HOME": str(data_dir)}
    with private_log(log_path) as log:
        command: list[str | Path] = [weed, "-logtostderr=true", "server", *_options(data_dir, port, config)]
        process = children.spawn(command, output=log, env=env, cwd=data_dir)
    server = SeaweedfsServer(process, port, log_path)
    wait_until_ready(server, lambda: answers_with(200, server.port, "/status"), START_SECONDS)
    return server


def _options(data_dir: Path, s3_port: int, config: Path) -> list[str]:
    ports = {
        f"{part}.port{kind}": free_port()
        for part in ("master", "volume", "filer", "s3")
        for kind in ("", ".grpc")
        if (part, kind) != ("s3", "")
    }
    options = {
        "ip": "127.0.0.1",
        "ip.bind": "127.0.0.1",
        "dir": data_dir,
        **ports,
        "s3.port": s3_port,
        "master.telemetry": "false",
        "master.volumeSizeLimitMB": 64,
        # Each bucket takes seven volumes.
        "volume.max": 4000,
        "volume.preStopSeconds": 1,
        "s3.port.iceberg": 0,
        "s3.port.lance": 0,
        "s3.config": config,
        # Or a wrong name of a bucket makes one.
        "s3.autoCreateBucket": "false",
    }
    return ["-filer", "-s3", *(f"-{name}={value}" for name, value in options.items())]
