"""What docs/deploy.md and docs/backup.md have their readers type."""

import re

from dev.project import ROOT


def blocks() -> list[str]:
    """Return the blocks of docs/deploy.md that are typed: into a shell, mongosh or `.env`."""
    text = (ROOT / "docs" / "deploy.md").read_text()
    return re.findall(r"^```(?:sh|text)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def block(part: str) -> str:
    """Return the one block that contains this."""
    (one,) = [text for text in blocks() if part in text]
    return one


def secret_lines() -> str:
    """Return the shell lines that write the secrets to `.env`."""
    lines, _, _ = block("(umask 077;").partition("docker compose up")
    return lines


def dotenv_lines(part: str) -> dict[str, str]:
    """Return the settings of a block for `.env`."""
    return dict(re.findall(r"^(\w+)=(\S*)", block(part), re.MULTILINE))


def backup_commands() -> tuple[str, str]:
    """Return the shell lines that stop, copy and start a deployment of compose, and those that restore it."""
    text = (ROOT / "docs" / "backup.md").read_text()
    backup, restore, *_ = re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return backup, restore
