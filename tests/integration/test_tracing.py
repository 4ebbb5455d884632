"""The spans of a running service, as a collector gets them by OTLP/HTTP: which ones, and no secret in any."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from dev.ports import free_port
from dev.servers import MongodServer
from service.settings import Settings
from service.shared.version import VERSION
from tests.conftest import Service, Store, services, settings_for
from tests.helpers.collector import Collector, running_collector, values_of
from tests.helpers.planted import PASSWORD, PLANTED
from tests.helpers.tokens import SECRET, bearer, claims, token
from tests.log_scan import leaks_of

pytestmark = pytest.mark.real

SONG = b"a song"
A_SONG = {"filename": "a.mp3", "content_type": "audio/mpeg", "size_bytes": len(SONG)}
KEY_OF_THE_COLLECTOR = "the-collector-knows-us-by-this"
# And as in an office: no proxy is asked for this machine.
AT_ONCE = {"OTEL_BSP_SCHEDULE_DELAY": "100", "HTTP_PROXY": f"http://127.0.0.1:{free_port()}"}


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with running_collector() as running:
        yield running


@pytest.fixture(scope="module")
def settings(minio: Store, mongod: MongodServer, signing_keys: dict[str, str], collector: Collector) -> Settings:
    own = {"auth_mode": "jwt", "jwt_secret": SECRET, "otel_exporter_otlp_endpoint": collector.url}
    headers = f"authorization=Bearer%20{KEY_OF_THE_COLLECTOR}"
    return settings_for(minio, mongod, **signing_keys, **own, otel_exporter_otlp_headers=headers)


@pytest.fixture(scope="module")
def service(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with services(tmp_path_factory.mktemp("traces")) as start:
        yield start(settings, **AT_ONCE)


def call(service: Service, method: str, path: str, request_id: str, json: object = None, **headers: str) -> int:
    sent = {**bearer(), **headers, "X-Request-ID": request_id}
    return urllib3.request(method, service.url + path, json=json, headers=sent, retries=False, redirect=False).status


def trace_of(collector: Collector, request_id: str) -> tuple[Span, list[Span]]:
    """Return the span of a request, once it came, and those of the same trace; children end and are sent before."""

    def of_request(spans: list[Span]) -> list[Span]:
        return [span for span in spans if values_of(span.attributes).get("moodrop.request_id") == request_id]

    spans = collector.wait_until(lambda seen: bool(of_request(seen)))
    (request,) = of_request(spans)
    return request, [span for span in spans if span.trace_id == request.trace_id and span is not request]


def test_a_request_is_a_span_with_its_calls_below_it(service: Service, collector: Collector) -> None:
    """Route, method, status and id; the commands to the database and the calls to the store that it made."""
    started = urllib3.request("POST", service.url + "/v1/uploads", json=A_SONG, headers=bearer()).json()
    put = started["transfer"]
    assert urllib3.request("PUT", put["url"], body=SONG, headers=put["headers"]).status == 200
    assert call(service, "POST", f"/v1/uploads/{started['upload_id']}/confirm?", "confirmed", {}) == 200

    request, children = trace_of(collector, "confirmed")

    assert (request.name, request.kind) == ("POST /v1/uploads/{upload_id}/confirm", Span.SPAN_KIND_SERVER)
    assert values_of(request.attributes) == {
        "http.request.method": "POST",
        "http.route": "/v1/uploads/{upload_id}/confirm",
        "http.response.status_code": 200,
        "moodrop.request_id": "confirmed",
    }
    assert request.parent_span_id == b""
    assert {child.parent_span_id for child in children} == {request.span_id}
    assert {"store arrived", "findAndModify files"} <= {child.name for child in children}
    assert all(
        request.start_time_unix_nano <= child.start_time_unix_nano <= child.end_time_unix_nano
        and child.end_time_unix_nano <= request.end_time_unix_nano
        for child in children
    )


def test_the_calls_of_a_batch_belong_to_it(service: Service, collector: Collector) -> None:
    """Though other threads make them."""
    rows = urllib3.request(
        "POST", service.url + "/v1/uploads/batch", json={"uploads": [A_SONG, A_SONG]}, headers=bearer()
    ).json()["results"]
    ids = [row["upload"]["upload_id"] for row in rows]
    assert call(service, "POST", "/v1/uploads/confirm", "a-batch", {"upload_ids": ids}) == 200

    request, children = trace_of(collector, "a-batch")

    assert [child.name for child in children].count("store arrived") >= 2
    assert {child.parent_span_id for child in children} == {request.span_id}


def test_a_refused_request_has_its_code(service: Service, collector: Collector) -> None:
    """An address that nobody knows has no route; a refusal is no error of the service."""
    assert call(service, "PATCH", "/nowhere/planted?q=planted", "refused") == 404

    request, _ = trace_of(collector, "refused")

    assert request.name == "PATCH"
    assert values_of(request.attributes) == {
        "http.request.method": "PATCH",
        "http.response.status_code": 404,
        "moodrop.request_id": "refused",
        "moodrop.code": "route_not_found",
    }
    assert request.status.code == Status.STATUS_CODE_UNSET


def test_the_collector_knows_who_sends(service: Service, collector: Collector) -> None:
    """By OpenTelemetry's names, and by the header that it wants to see."""
    call(service, "GET", "/v1/moods", "who")
    trace_of(collector, "who")

    assert {(sender["service.name"], sender["service.version"]) for sender in collector.senders} == {
        ("moodrop", VERSION)
    }
    assert collector.authorizations == {f"Bearer {KEY_OF_THE_COLLECTOR}"}


def test_no_secret_gets_into_a_span(service: Service, collector: Collector, settings: Settings) -> None:
    """Wherever somebody plants one; nor does what was asked for: no query, no path, no key of an object."""
    for number, secret in enumerate((*PLANTED, PASSWORD)):
        who = {} if secret == PASSWORD else {"Authorization": f"Bearer {token(claims(sub=secret))}"}
        query = f"?token={secret}&X-Amz-Signature={secret}&email={secret}"
        call(service, "GET", f"/v1/files/{secret}{query}", f"1-{number}", **who)
        call(service, "GET", f"/u/{secret}/s3/params?filename={secret}", f"2-{number}", Referer=secret, Cookie=secret)
        call(service, "GET", "/v1/moods", f"3-{number}", Authorization=f"Bearer {secret}")
        call(service, "POST", "/v1/uploads", f"4-{number}", {**A_SONG, "filename": secret, secret: secret}, **who)
        call(service, "POST", "/v1/uploads", f"5-{number}", {**A_SONG, "filename": secret, "title": secret}, **who)
        call(service, secret.upper()[:4], f"/%2e/{secret}", f"6-{number}", tracestate=f"x={secret}", baggage=secret)
        if secret != PASSWORD:
            call(service, "GET", "/v1/moods", secret[:64])
    call(service, "GET", "/v1/moods", "the-last")
    trace_of(collector, "the-last")
    (sent,) = {b"".join(collector.bodies).decode("latin-1")}

    names = {span.name for span in collector.spans}
    assert len([span for span in collector.spans if span.kind == Span.SPAN_KIND_SERVER]) >= 7 * len(PLANTED)
    assert [secret for secret in (*PLANTED, PASSWORD) if secret[:24] in sent] == []
    assert leaks_of(sent, settings.secrets) == []
    # Of a file's key, or its name.
    assert re.findall(r"uploads/(?!\{|batch|confirm)|a\.mp3", sent) == []
    assert [name for name in names if not re.fullmatch(r"[A-Za-z_ ]+(/[A-Za-z0-9_{}./-]*)?", name)] == []


def test_the_log_does_not_have_what_the_collector_knows_us_by(
    settings: Settings, collector: Collector, tmp_path: Path
) -> None:
    """A collector that refuses changes nothing for anybody else; the log says that it does, and no more."""
    collector.is_refusing = True
    with services(tmp_path) as start:
        service = start(settings, **AT_ONCE)
        assert [call(service, "GET", "/v1/moods", f"refusing-{number}") for number in range(3)] == [200] * 3
        service.stop()
        log = service.log.read_text()
    collector.is_refusing = False

    assert "Failed to export spans batch code: 400" in log
    assert KEY_OF_THE_COLLECTOR not in log


def test_a_collector_that_is_not_there_costs_no_answer_and_no_time_at_the_end(
    settings: Settings, tmp_path: Path
) -> None:
    """Spans are dropped. A worker that stops waits no longer for them than for its requests."""
    gone = settings.model_copy(update={"otel_exporter_otlp_endpoint": f"http://127.0.0.1:{free_port()}"})
    with services(tmp_path) as start:
        service = start(gone, **AT_ONCE)
        assert [call(service, "GET", "/v1/moods", f"gone-{number}") for number in range(3)] == [200] * 3
        service.stop()

    assert service.process.returncode == 0
