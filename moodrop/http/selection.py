"""Selects what sends the requests."""

from typing import TYPE_CHECKING
from urllib.request import getproxies

from moodrop.http.sockets import SocketTransport
from moodrop.http.transport import Transport

if TYPE_CHECKING:
    import httpx


def select_transport(given: "httpx.BaseTransport | None", *, timeout_s: float, connections: int) -> Transport:
    """Return a transport of our own; httpx's if there is one given, or a proxy in the environment."""
    if given is None and not getproxies():
        return SocketTransport(timeout_s=timeout_s, connections=connections)
    # Late: importing httpx would double the time that a command takes to start.
    from moodrop.http.httpx_transport import HttpxTransport

    return HttpxTransport(given, timeout_s=timeout_s, connections=connections)
