"""A collector of OpenTelemetry that takes spans by OTLP/HTTP on PORT, and keeps none: `GET /` says how many bytes came.

A process of its own, so that it takes no time from the load generator.
"""

import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Collector(BaseHTTPRequestHandler):
    """The empty answer is a valid ExportTraceServiceResponse: nothing was refused."""

    protocol_version = "HTTP/1.1"
    received = 0

    def do_POST(self) -> None:
        """Discard the spans."""
        Collector.received += len(self.rfile.read(int(self.headers["Content-Length"])))
        self._answer(b"", "application/x-protobuf")

    def do_GET(self) -> None:
        self._answer(str(self.received).encode(), "text/plain")

    def _answer(self, body: bytes, content_type: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """A line for each request would take time."""


if __name__ == "__main__":
    with ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Collector) as server:
        server.serve_forever()
