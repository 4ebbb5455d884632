"""Finds free TCP ports on 127.0.0.1."""

import fcntl
import os
import random
import socket
import threading
from functools import cache

from dev.cache import cache_dir
from dev.errors import LauncherError

# Below Linux's ephemeral range (32768 and up): a client that keeps calling an ephemeral port while the
# server is down may get that port as its own and connect to itself.
FIRST, LAST = 20000, 30000

_given: set[int] = set()
_giving = threading.Lock()


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(*, preferred: int | None = None) -> int:
    """Return `preferred` if it is free, else another free port.

    No other caller gets the port while this process lives, even before a server listens there or while it is down.
    """
    candidates = random.sample(range(FIRST, LAST), 200)
    with _giving:
        for port in [preferred, *candidates] if preferred else candidates:
            if port not in _given and _is_ours(port) and is_free(port):
                _given.add(port)
                return port
    raise LauncherError(f"No free port between {FIRST} and {LAST}: stop the programs that use them.")


def _is_ours(port: int) -> bool:
    """Reserve the port among this user's processes: lock the byte of that number, which the system frees at our end."""
    try:
        fcntl.lockf(_lock_file(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
    except OSError:
        return False
    return True


@cache
def _lock_file() -> int:
    # Never closed: closing would free the reserved ports.
    return os.open(cache_dir() / "ports.lock", os.O_WRONLY | os.O_CREAT, 0o600)
