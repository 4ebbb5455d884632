"""A span for each command to MongoDB that a request sends, as the driver reports them."""

import threading
import time

from opentelemetry.trace import SpanKind, Status, StatusCode, Tracer, get_current_span
from pymongo import monitoring

from service.operations.adapters.calls import OTHER, name_of_command


class DatabaseSpans(monitoring.CommandListener):
    """Hears of every command of every client in this process, in the thread that sends it.

    Only names get into a span: a command's values, and the messages of failures, hold what belongs to people.
    """

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer
        self._thread = threading.local()

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        self._thread.collection = _collection_of(event)

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        self._note(event, StatusCode.UNSET)

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        self._note(event, StatusCode.ERROR)

    def _note(
        self, event: monitoring.CommandSucceededEvent | monitoring.CommandFailedEvent, outcome: StatusCode
    ) -> None:
        if not get_current_span().is_recording():
            return
        ended = time.time_ns()
        command, collection = name_of_command(event.command_name), self._thread.collection
        span = self._tracer.start_span(
            f"{command} {collection}".rstrip(),
            kind=SpanKind.CLIENT,
            attributes={"db.system.name": "mongodb", "db.operation.name": command},
            # The driver counts in microseconds.
            start_time=ended - event.duration_micros * 1000,
        )
        if collection:
            span.set_attribute("db.collection.name", collection)
        span.set_status(Status(outcome))
        span.end(ended)


def _collection_of(event: monitoring.CommandStartedEvent) -> str:
    """Return the name of the collection, or an empty text: only these commands are known to have one there."""
    if name_of_command(event.command_name) == OTHER:
        return ""
    key = "collection" if event.command_name == "getMore" else event.command_name
    collection = event.command.get(key)
    return collection if isinstance(collection, str) else ""


def trace_database(tracer: Tracer) -> None:
    """Trace the commands of all clients that are made from now on."""
    monitoring.register(DatabaseSpans(tracer))
