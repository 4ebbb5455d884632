"""An HTTP server for scrapes: no secrets, but nothing for strangers either."""

from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

# A client that sends or reads nothing for so long is left.
TIMEOUT_S = 10


class MetricsServer(ThreadingMixIn, WSGIServer):
    """Answers each scrape in a thread of its own, so that a slow one holds up nobody."""

    daemon_threads = True


class Handler(WSGIRequestHandler):
    timeout = TIMEOUT_S

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
        """Log no line for each scrape."""
