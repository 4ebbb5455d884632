"""Sends bytes that no HTTP client would send."""

import socket
from urllib.parse import urlsplit


def send_raw(url: str, request: bytes) -> bytes:
    """Send the bytes to the server of the URL; return all that it answers until it closes the connection."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65536), b""))
