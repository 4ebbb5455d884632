"""Serves the metrics by HTTP: no secrets, but nothing for strangers either, so by default only to this machine."""

import socket
import threading
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CollectorRegistry, make_wsgi_app

# A client that sends or reads nothing for so long is left.
TIMEOUT_S = 10


class MetricsServer(ThreadingMixIn, WSGIServer):
    """Answers each scrape in a thread of its own, so that a slow one holds up nobody."""

    daemon_threads = True


class IPv6MetricsServer(MetricsServer):
    address_family = socket.AF_INET6


class Handler(WSGIRequestHandler):
    timeout = TIMEOUT_S

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
        """Log no line for each scrape."""


def serve_metrics(registry: CollectorRegistry, host: str, port: int) -> MetricsServer:
    """Answer scrapes on this address until the process ends. Raises OSError if it cannot be listened on."""
    kind = IPv6MetricsServer if ":" in host else MetricsServer
    server = make_server(host, port, make_wsgi_app(registry), server_class=kind, handler_class=Handler)
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return server
