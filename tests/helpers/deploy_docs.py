"""What docs/deploy.md and docs/backup.md have their readers type."""

import re

from dev.project import ROOT


def secret_lines() -> str:
    """Return the shell lines that write the secrets to `.env`."""
    lines = re.search(r"^\(umask.*?\.env\)$", (ROOT / "docs" / "deploy.md").read_text(), re.MULTILINE | re.DOTALL)
    assert lines
    return lines[0]


def backup_commands() -> tuple[str, str]:
    """Return the shell lines that stop, copy and start a deployment of compose, and those that restore it."""
    text = (ROOT / "docs" / "backup.md").read_text()
    backup, restore, *_ = re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return backup, restore
