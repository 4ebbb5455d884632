"""A span around each request that reaches the app."""

from collections.abc import Callable, Iterable
from http import HTTPMethod
from typing import Any

from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from service.shared.redaction import redacted
from service.shared.request_facts import KEY, UNKNOWN, RequestFacts

# Asked every few seconds by those who watch the service.
PROBES = ("/healthz", "/readyz")
# Anybody may send any word as a method; OpenTelemetry calls the others so.
OTHER = "_OTHER"
PARENT = "traceparent"

App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class TracedRequests:
    """The app with spans. `has_proxy`: a request's own `traceparent` is believed, as its proxy has sent it."""

    def __init__(self, app: App, tracer: Tracer, *, has_proxy: bool) -> None:
        self._app = app
        self._tracer = tracer
        self._has_proxy = has_proxy

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("PATH_INFO") in PROBES:
            return self._app(environ, start_response)
        statuses = [500]

        def start(status: str, *rest: Any) -> Any:
            statuses.append(int(status[:3]))
            return start_response(status, *rest)

        method = _method_of(environ)
        with self._tracer.start_as_current_span(
            method,
            self._parent_of(environ),
            SpanKind.SERVER,
            {"http.request.method": method},
            # The text of an exception may hold anything.
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                return self._app(environ, start)
            finally:
                _describe(span, method, statuses[-1], environ.get(KEY, UNKNOWN))

    def _parent_of(self, environ: dict[str, Any]) -> Context:
        # Without its `tracestate`, which is any text. An empty context has the request begin a trace of its own.
        sent = environ.get("HTTP_TRACEPARENT") if self._has_proxy else None
        return TraceContextTextMapPropagator().extract({PARENT: sent} if sent else {}, Context())


def _method_of(environ: dict[str, Any]) -> str:
    method = str(environ.get("REQUEST_METHOD"))
    return method if method in HTTPMethod.__members__ else OTHER


def _describe(span: Span, method: str, status: int, facts: RequestFacts) -> None:
    span.set_attribute("http.response.status_code", status)
    # A client may send its own id.
    span.set_attribute("moodrop.request_id", redacted(facts.request_id))
    if facts.route:
        span.update_name(f"{method} {facts.route}")
        span.set_attribute("http.route", facts.route)
    if facts.problem:
        span.set_attribute("moodrop.code", facts.problem)
    if status >= 500:
        span.set_status(Status(StatusCode.ERROR))
