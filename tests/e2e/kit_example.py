"""Serves an example of the front-end kit from a site of its own, which uploads to a Moodrop elsewhere."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from dev.web import build_kit

# The address that the examples name in their sources.
PLACEHOLDER = b"https://files.example.com"


class _Handler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Write nothing."""


@contextmanager
def open_site(root: Path) -> Iterator[str]:
    """Serve a folder; yield its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(root)))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def copy_example(name: str, folder: Path, service: str) -> Path:
    """Copy the built example, with the service's real address in place of the one that it names."""
    built = build_kit().parents[1] / name / "dist"
    shutil.copytree(built, folder)
    for path in (*folder.rglob("*.js"), *folder.rglob("*.html")):
        path.write_bytes(path.read_bytes().replace(PLACEHOLDER, service.encode()))
    return folder
