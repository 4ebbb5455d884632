"""Builds rclone once from its pinned module, as the baseline for one large file."""

import os
from pathlib import Path

from dev import go_modules
from dev.cache import build_once

MODULE = "github.com/rclone/rclone"
VERSION = "v1.71.2"
MODULE_SUM = "h1:3Jk5xNPFrZhVABRuN/OPvApuZQddpE2tkhYMuEn1Ud4="
INSTEAD = "connect to the network once, or set RCLONE_BIN."


def find_rclone() -> Path:
    """Return RCLONE_BIN, or rclone built once (takes minutes). Raises LauncherError."""
    if configured := os.environ.get("RCLONE_BIN"):
        return Path(configured)
    return build_once(f"rclone-{VERSION}", _build) / "rclone"


def _build(folder: Path) -> None:
    go_modules.install(folder, MODULE, VERSION, MODULE_SUM, name="rclone", instead=INSTEAD)
