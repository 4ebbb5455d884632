"""A span around each call to the object store that a request makes."""

from collections.abc import Callable
from functools import wraps
from types import MethodType
from typing import Any

from opentelemetry.trace import SpanKind, Status, StatusCode, Tracer, get_current_span

from service.operations.adapters.calls import CALLS
from service.shared.errors import Unavailable


class TracedStore:
    """An object store whose calls to the server are spans; those of the sweeper, outside requests, are none."""

    def __init__(self, objects: Any, tracer: Tracer) -> None:
        self.objects = objects
        self._tracer = tracer

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self.objects, name)
        if name not in CALLS:
            return attribute
        # Found at once the next time. It is a bound method, because the gates let everything else pass.
        traced = MethodType(_traced(attribute, name, self._tracer), self)
        setattr(self, name, traced)
        return traced


def _traced(method: Callable[..., Any], name: str, tracer: Tracer) -> Callable[..., Any]:
    @wraps(method)
    def call(_: TracedStore, *args: Any, **named: Any) -> Any:
        if not get_current_span().is_recording():
            return method(*args, **named)
        with tracer.start_as_current_span(
            f"store {name}",
            kind=SpanKind.CLIENT,
            attributes={"moodrop.store.call": name},
            # The text of an exception may hold a key.
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                return method(*args, **named)
            except Unavailable:  # other errors are answers of the store
                span.set_status(Status(StatusCode.ERROR))
                raise

    return call
