"""What becomes a span, and what of it is noted: nothing that belongs to people, and nothing outside requests."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode, Tracer
from pymongo.monitoring import CommandFailedEvent, CommandStartedEvent, CommandSucceededEvent

from service.operations.adapters.database_spans import DatabaseSpans
from service.operations.adapters.traced_requests import TracedRequests
from service.operations.adapters.traced_store import TracedStore
from service.operations.adapters.tracing import describe_service
from service.ports import Ports
from service.shared.adapters.gate import Gate, Gated
from service.shared.errors import BadRequest, MoodropError
from service.shared.request_facts import KEY, RequestFacts
from service.shared.version import VERSION
from service.store.errors import StoreUnavailable
from tests.helpers.tokens import token

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
SENT = {"HTTP_TRACEPARENT": f"00-{TRACE}-{PARENT}-01", "HTTP_TRACESTATE": "planted=1", "HTTP_BAGGAGE": "planted=1"}
ADDRESS = ("127.0.0.1", 27017)
TOOK = timedelta(milliseconds=2.5)
# As MongoDB words it.
DUPLICATE = 'E11000 duplicate key error collection: moodrop.users index: email dup key: { email: "a@example.org" }'


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def tracer(exporter: InMemorySpanExporter) -> Iterator[Tracer]:
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    yield provider.get_tracer("tests")
    provider.shutdown()


def request(
    tracer: Tracer, environ: dict[str, Any], status: str = "200 OK", *, has_proxy: bool = False, **facts: str
) -> None:
    """Send a request to an app that answers so."""

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        environ[KEY] = RequestFacts(**facts)  # type: ignore[arg-type]  # the facts are all texts here
        start_response(status, [], None)
        return []

    given = {"REQUEST_METHOD": "GET", "PATH_INFO": "/v1/files/planted", "QUERY_STRING": "q=planted", **environ}
    TracedRequests(app, tracer, has_proxy=has_proxy)(given, lambda *_: None)


def only(exporter: InMemorySpanExporter) -> ReadableSpan:
    (span,) = exporter.get_finished_spans()
    return span


@pytest.mark.parametrize(
    ("status", "outcome"),
    [("200 OK", StatusCode.UNSET), ("404 Not Found", StatusCode.UNSET), ("503 Service Unavailable", StatusCode.ERROR)],
)
def test_only_failures_of_the_service_are_errors(
    tracer: Tracer, exporter: InMemorySpanExporter, status: str, outcome: StatusCode
) -> None:
    """As OpenTelemetry has it for servers."""
    request(tracer, {}, status, route="/v1/files/{file_id}", request_id="mine", problem="a_code")

    span = only(exporter)
    assert (span.name, span.status.status_code) == ("GET /v1/files/{file_id}", outcome)
    assert span.attributes == {
        "http.request.method": "GET",
        "http.route": "/v1/files/{file_id}",
        "http.response.status_code": int(status[:3]),
        "moodrop.request_id": "mine",
        "moodrop.code": "a_code",
    }


def test_a_request_without_a_proxy_begins_its_own_trace(tracer: Tracer, exporter: InMemorySpanExporter) -> None:
    """Whatever a stranger sends: it would otherwise decide what is sampled, and join the traces of others."""
    request(tracer, SENT)

    span = only(exporter)
    assert span.parent is None
    assert f"{span.context.trace_id:032x}" != TRACE


def test_a_proxys_trace_goes_on(tracer: Tracer, exporter: InMemorySpanExporter) -> None:
    """By its two ids alone: what else may be sent along is any text."""
    request(tracer, SENT, has_proxy=True)

    span = only(exporter)
    assert span.parent is not None
    assert (f"{span.parent.trace_id:032x}", f"{span.parent.span_id:016x}") == (TRACE, PARENT)
    assert "planted" not in span.to_json()


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_are_no_spans(tracer: Tracer, exporter: InMemorySpanExporter, path: str) -> None:
    """They come every few seconds from everybody who watches the service."""
    request(tracer, {"PATH_INFO": path})

    assert exporter.get_finished_spans() == ()


def test_nobody_can_make_a_name(tracer: Tracer, exporter: InMemorySpanExporter) -> None:
    """A method may be any word, and so may a request's id, a token too."""
    request(tracer, {"REQUEST_METHOD": "PLANTED"}, request_id=token())

    span = only(exporter)
    assert (span.name, span.attributes and span.attributes["http.request.method"]) == ("_OTHER", "_OTHER")
    assert "planted" not in span.to_json().lower()
    assert token()[:24] not in span.to_json()


def test_an_error_that_nobody_expected_leaves_no_text(tracer: Tracer, exporter: InMemorySpanExporter) -> None:
    """An exception may hold anything."""

    def app(*_: Any) -> list[bytes]:
        raise ZeroDivisionError("planted")

    with pytest.raises(ZeroDivisionError):
        TracedRequests(app, tracer, has_proxy=False)({"REQUEST_METHOD": "GET"}, lambda *_: None)

    span = only(exporter)
    assert (span.status.status_code, span.status.description, span.events) == (StatusCode.ERROR, None, ())
    assert "planted" not in span.to_json()


class FakeStore:
    """A store whose answers a test sets."""

    error: Exception | None = None
    asked: tuple[object, ...] = ()

    def head(self, bucket: str, object_key: str) -> str:
        self.asked = (bucket, object_key)
        if self.error:
            raise self.error
        return "there"

    def presign_put(self) -> str:
        return "signed"


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (None, StatusCode.UNSET),
        (StoreUnavailable("planted"), StatusCode.ERROR),
        (BadRequest("planted"), StatusCode.UNSET),
    ],
    ids=["an answer", "no answer", "a refusal"],
)
def test_a_call_to_the_store_is_a_span(
    tracer: Tracer, exporter: InMemorySpanExporter, error: Exception | None, outcome: StatusCode
) -> None:
    """By its name alone: not what it is about, and not the text of an error. Signing calls nobody."""
    store = FakeStore()
    store.error = error
    traced = TracedStore(store, tracer)

    met: MoodropError | None = None
    with tracer.start_as_current_span("a request") as request:
        assert traced.presign_put() == "signed"
        try:
            assert traced.head("music", "uploads/planted/1") == "there"
        except MoodropError as raised:
            met = raised
    call, _ = exporter.get_finished_spans()

    assert (store.asked, met) == (("music", "uploads/planted/1"), error)
    assert call.parent == request.get_span_context()
    assert (call.name, call.attributes) == ("store head", {"moodrop.store.call": "head"})
    assert (call.status.status_code, call.status.description, call.events) == (outcome, None, ())


def test_the_sweepers_calls_are_no_spans(tracer: Tracer, exporter: InMemorySpanExporter) -> None:
    """Each would be a trace of its own, day and night."""
    assert TracedStore(FakeStore(), tracer).head("music", "a") == "there"
    listener = DatabaseSpans(tracer)
    command(listener, {"find": "files"})

    assert exporter.get_finished_spans() == ()


def test_a_traced_call_still_passes_the_gate(tracer: Tracer, ports: Ports) -> None:
    """Otherwise hung calls to the store would hold all threads of a service that traces."""
    gate = Gate(StoreUnavailable, lambda: None, places=1, places_of_one=1, long_places=1)
    store = Gated(TracedStore(ports.objects, tracer), gate, free=frozenset(), long=frozenset(), owner_of=lambda *_: "")

    with gate.entered():
        gate._is_shut = True  # noqa: SLF001 - as during an outage
        with pytest.raises(StoreUnavailable):
            store.head(ports.policy.bucket, "uploads/u1/none")


def command(listener: DatabaseSpans, sent: dict[str, Any], *, failure: dict[str, Any] | None = None) -> None:
    """Have the driver report a command, as it does."""
    name = next(iter(sent))
    listener.started(CommandStartedEvent(sent, "moodrop", 1, ADDRESS, 1))  # type: ignore[arg-type]
    if failure:
        listener.failed(CommandFailedEvent(TOOK, failure, name, 1, ADDRESS, 1, database_name="moodrop"))  # type: ignore[arg-type]
    else:
        listener.succeeded(CommandSucceededEvent(TOOK, {"ok": 1}, name, 1, ADDRESS, 1, database_name="moodrop"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sent", "name", "collection"),
    [
        ({"find": "files", "filter": {"owner": "planted"}}, "find files", "files"),
        ({"getMore": 4711, "collection": "files"}, "getMore files", "files"),
        ({"aggregate": 1, "pipeline": ["planted"]}, "aggregate", None),
        ({"dropUser": "planted"}, "other", None),
    ],
)
def test_a_command_is_a_span_by_its_name_and_its_collection(
    tracer: Tracer, exporter: InMemorySpanExporter, sent: dict[str, Any], name: str, collection: str | None
) -> None:
    """As long as the driver says it took; what it asks for is not noted."""
    with tracer.start_as_current_span("a request") as request:
        command(DatabaseSpans(tracer), sent)
    span, _ = exporter.get_finished_spans()

    expected = {"db.system.name": "mongodb", "db.operation.name": name.partition(" ")[0]}
    assert span.attributes == (expected if collection is None else {**expected, "db.collection.name": collection})
    assert (span.name, span.parent) == (name, request.get_span_context())
    assert span.start_time is not None
    assert span.end_time == span.start_time + 2_500_000
    assert "planted" not in span.to_json()


def test_a_command_that_failed_leaves_no_message(tracer: Tracer, exporter: InMemorySpanExporter) -> None:
    """MongoDB quotes the value that is there already."""
    with tracer.start_as_current_span("a request"):
        command(DatabaseSpans(tracer), {"findAndModify": "users"}, failure={"errmsg": DUPLICATE, "code": 11000})
    span, _ = exporter.get_finished_spans()

    assert (span.status.status_code, span.status.description) == (StatusCode.ERROR, None)
    assert "example.org" not in span.to_json()


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({}, "moodrop"),
        ({"OTEL_SERVICE_NAME": "music"}, "music"),
        ({"OTEL_RESOURCE_ATTRIBUTES": "service.name=music,team=a"}, "music"),
    ],
)
def test_operators_name_the_service(monkeypatch: pytest.MonkeyPatch, given: dict[str, str], name: str) -> None:
    """By OpenTelemetry's own variables; several services may send to one collector."""
    for variable in ("OTEL_SERVICE_NAME", "OTEL_RESOURCE_ATTRIBUTES"):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in given.items():
        monkeypatch.setenv(variable, value)

    attributes = describe_service().attributes

    assert (attributes["service.name"], attributes["service.version"]) == (name, VERSION)
