"""The `moodrop` command."""

from moodrop.cli.app import main

__all__ = ["main"]
