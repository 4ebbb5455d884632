"""TCP ports on 127.0.0.1: whether one is free, and a free one."""

import random
import socket

from dev.errors import LauncherError

# Below Linux's ephemeral range (32768 and up): while a server is down, a client that keeps
# calling such a port may be given it as its own and so connect to itself.
FIRST, LAST = 20000, 30000


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(*, preferred: int | None = None) -> int:
    """Return `preferred` where it is free, else some other free port."""
    candidates = random.sample(range(FIRST, LAST), 200)
    for port in [preferred, *candidates] if preferred else candidates:
        if is_free(port):
            return port
    raise LauncherError(f"No free port between {FIRST} and {LAST}: stop what holds them.")
