"""The launcher's one error, and how to shorten a failed tool's output to one line."""

import re
from pathlib import Path

# What pip, npm and Go print when they cannot reach a registry.
NO_NETWORK = re.compile(
    r"Temporary failure in name resolution|Name or service not known|NameResolutionError"
    r"|NewConnectionError|Network is unreachable|No route to host|ConnectTimeoutError"
    r"|ProxyError|EAI_AGAIN|ENOTFOUND|ENETUNREACH|ECONNREFUSED|ETIMEDOUT"
    r"|dial tcp|no such host|i/o timeout|Connection refused"
    r"|Exit handler never called",  # npm 10, if each of its many downloads failed
)


class LauncherError(Exception):
    """A problem that a person has to fix; its message is one line and says how."""


def tail(log_path: Path, lines: int = 10) -> list[str]:
    """Return the last lines of a log; empty if there is none."""
    try:
        text = log_path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return [line.rstrip() for line in text.splitlines() if line.strip()][-lines:]


def last_line(output: str) -> str:
    """Return the last informative line, cut to 200 characters."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    # pip ends with notices about itself, after the error.
    informative = [line for line in lines if not line.startswith(("[notice]", "WARNING:", "npm notice"))]
    return (informative or lines or ["no output"])[-1][:200]


def is_no_network(output: str) -> bool:
    return NO_NETWORK.search(output) is not None
