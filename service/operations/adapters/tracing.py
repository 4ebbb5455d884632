"""Sends spans of the requests to a collector of OpenTelemetry: the extra `otel`.

Import this in a worker only, and only if traces are on. A span has names that stand in the code or in the OpenAPI
document, and a request's id: no path, no query, no header, no key of an object, no text of an error. OpenTelemetry's
own instrumentation of Flask and PyMongo would send paths, which may hold tokens, and the database's messages, which may
quote e-mail addresses.
"""

import requests
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from service.operations.adapters.database_spans import trace_database
from service.operations.settings import OperationsSettings
from service.shared.adapters.outgoing import proxies_for
from service.shared.version import VERSION

NAME = "moodrop"
# Below the collector's address, as OpenTelemetry has it.
PATH = "/v1/traces"


def start_tracing(settings: OperationsSettings) -> None:
    """Send what is traced from now on in this process, in batches and by a thread of its own.

    The SDK reads the other variables of OpenTelemetry by itself. It sends what is left when the process ends.
    """
    provider = TracerProvider(resource=describe_service())
    url = settings.otel_exporter_otlp_endpoint.rstrip("/") + PATH
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(url, session=_session(url))))
    trace.set_tracer_provider(provider)
    trace_database(tracer())


def tracer() -> trace.Tracer:
    """Return what makes the spans of this process."""
    return trace.get_tracer(NAME, VERSION)


def _session(url: str) -> requests.Session:
    session = requests.Session()
    # Otherwise it would ask the proxy of the environment for this machine too, and send what ~/.netrc has for the host.
    session.trust_env = False
    session.proxies = proxies_for(url)
    return session


def describe_service() -> Resource:
    """Return what each span says of who sent it."""
    # OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win.
    given = OTELResourceDetector().detect().attributes
    return Resource.create({SERVICE_NAME: NAME, SERVICE_VERSION: VERSION, **given})
