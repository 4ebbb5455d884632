"""Answers scrapes on METRICS_PORT beside granian, which listens on one port alone."""

import socket
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from service.server.metrics.port import PATH, TYPE
from service.shared.adapters.metrics_server import Handler, MetricsServer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def answer_scrapes(listening: socket.socket, text: Callable[[], bytes]) -> None:
    """Answer until the process ends. The workers share the socket, and whichever is first answers for all."""

    def app(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        is_known = (environ["REQUEST_METHOD"], environ["PATH_INFO"]) == ("GET", PATH)
        status, kind, body = (
            ("200 OK", TYPE, text()) if is_known else ("404 Not Found", "text/plain", b"GET /metrics\n")
        )
        start_response(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [body]

    listening.setblocking(False)
    server = MetricsServer(listening.getsockname()[:2], Handler, bind_and_activate=False)
    server.socket.close()
    server.socket = listening
    server.server_name, server.server_port = listening.getsockname()[:2]
    server.setup_environ()
    server.set_app(app)
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
