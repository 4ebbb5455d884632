"""Builds MinIO's own client once from its pinned module, as the baseline for uploads of many files."""

import os
from pathlib import Path

from dev import go_modules
from dev.cache import build_once

MODULE = "github.com/minio/mc"
VERSION = "v0.0.0-20250313080218-cf909e1063a9"
MODULE_SUM = "h1:6RyInOHKL6jz8zxcAar/h6rg/aJCxDP/uFuSNvYSuMI="
INSTEAD = "connect to the network once, or set MC_BIN."


def find_mc() -> Path:
    """Return MC_BIN, or mc built once (takes minutes). Raises LauncherError."""
    # Not the one on PATH: it may be Midnight Commander.
    if configured := os.environ.get("MC_BIN"):
        return Path(configured)
    return build_once(f"mc-{VERSION.rpartition('-')[2]}", _build) / "mc"


def _build(folder: Path) -> None:
    go_modules.install(folder, MODULE, VERSION, MODULE_SUM, name="mc", instead=INSTEAD)
