"""Uploads with a PUT that hangs at the store while their owner confirms them repeatedly."""

import os
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from urllib.parse import urlsplit

import urllib3

SIZE = 1000
PUTS = int(os.environ.get("SLOW_PUTS", "200"))


@contextmanager
def standing_puts(url: str, known: Mapping[str, str]) -> Iterator[None]:
    """Keep so many PUTs of one user that lock their keys, and so many confirms of them."""
    http = urllib3.PoolManager(retries=False, timeout=30, maxsize=PUTS)
    new = {"filename": "a.mp3", "content_type": "audio/mpeg", "size_bytes": SIZE}
    over = threading.Event()

    def confirm(upload_id: str) -> None:
        while not over.wait(0.5):
            with suppress(urllib3.exceptions.HTTPError):
                http.request("POST", f"{url}/v1/uploads/{upload_id}/confirm", headers=known)

    with ExitStack() as stack:
        started = [http.request("POST", url + "/v1/uploads", json=new, headers=known).json() for _ in range(PUTS)]
        for upload in started:
            stack.enter_context(closing(half_a_put(upload["transfer"])))
        threads = [threading.Thread(target=confirm, args=(upload["upload_id"],)) for upload in started]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            over.set()
            for thread in threads:
                thread.join()


def half_a_put(transfer: Mapping[str, object], body: bytes = b"x" * 10) -> socket.socket:
    """Return the connection after the headers and a part of the body."""
    parts, headers = urlsplit(str(transfer["url"])), transfer["headers"]
    assert isinstance(headers, dict)
    sock = socket.create_connection((parts.hostname, parts.port or 80), timeout=20)
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    sock.sendall(f"PUT {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\n{lines}\r\n".encode() + body)
    return sock
