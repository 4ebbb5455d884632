"""A collector of OpenTelemetry on this machine: it takes spans by OTLP/HTTP, as the exporter of the SDK sends them."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span

PATH = "/v1/traces"
TYPE = "application/x-protobuf"


def values_of(attributes: Any) -> dict[str, str | int]:
    """Return the attributes of a span, or of what sent it."""
    pairs: list[KeyValue] = list(attributes)
    return {pair.key: _value(pair.value) for pair in pairs}


def _value(value: AnyValue) -> str | int:
    return value.int_value if value.HasField("int_value") else value.string_value


class Collector:
    """What it was sent, decoded and as it came."""

    def __init__(self) -> None:
        self.url = ""
        self.spans: list[Span] = []
        self.senders: list[dict[str, str | int]] = []
        self.bodies: list[bytes] = []
        self.authorizations: set[str] = set()
        self.is_refusing = False
        self._arrived = threading.Condition()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        if self.is_refusing:
            start_response("400 Bad Request", [])
            return [b""]
        if (environ["PATH_INFO"], environ["CONTENT_TYPE"]) != (PATH, TYPE):
            start_response("404 Not Found", [])
            return [b""]
        self._take(body, environ.get("HTTP_AUTHORIZATION", ""))
        start_response("200 OK", [("Content-Type", TYPE)])
        return [ExportTraceServiceResponse().SerializeToString()]

    def _take(self, body: bytes, authorization: str) -> None:
        sent = ExportTraceServiceRequest.FromString(body)
        with self._arrived:
            self.bodies.append(body)
            self.authorizations.add(authorization)
            for resource in sent.resource_spans:
                self.senders.append(values_of(resource.resource.attributes))
                self.spans += [span for scope in resource.scope_spans for span in scope.spans]
            self._arrived.notify_all()

    def wait_until(self, holds: Callable[[list[Span]], bool], seconds: float = 60) -> list[Span]:
        """Return the spans as soon as the condition holds for them; then, or after that time."""
        with self._arrived:
            self._arrived.wait_for(lambda: holds(self.spans), seconds)
            return list(self.spans)


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Requests are in the Collector."""


@contextmanager
def running_collector() -> Iterator[Collector]:
    """Serve a collector on a free port of this machine."""
    collector = Collector()
    with make_server("127.0.0.1", 0, collector, _Server, _Silent) as server:
        collector.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield collector
        server.shutdown()
        thread.join()
