"""Serves the metrics by HTTP: no secrets, but nothing for strangers either, so by default only to this machine."""

import socket
import threading
from wsgiref.simple_server import make_server

from prometheus_client import CollectorRegistry, make_wsgi_app

from service.shared.adapters.metrics_server import Handler, MetricsServer


class IPv6MetricsServer(MetricsServer):
    address_family = socket.AF_INET6


def serve_metrics(registry: CollectorRegistry, host: str, port: int) -> MetricsServer:
    """Answer scrapes on this address until the process ends. Raises OSError if it cannot be listened on."""
    kind = IPv6MetricsServer if ":" in host else MetricsServer
    server = make_server(host, port, make_wsgi_app(registry), server_class=kind, handler_class=Handler)
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return server
