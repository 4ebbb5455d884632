"""The request log of a running service: a line of JSON for each request, and no secret in any."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3

from dev.ports import free_port
from dev.servers import MongodServer
from service.settings import Settings
from tests.conftest import COMMANDS, ROOT, SERVERS, Service, Store, environment_of, services, settings_for
from tests.helpers.planted import PASSWORD, PLANTED
from tests.helpers.raw_http import send_raw
from tests.helpers.tokens import SECRET, bearer, claims, token

pytestmark = pytest.mark.real

A_FILE = "/v1/files/01JD8ZK3V0X5W9QH2M4N6P7R8S"


@pytest.fixture
def settings(minio: Store, mongod: MongodServer, signing_keys: dict[str, str]) -> Settings:
    return settings_for(minio, mongod, **signing_keys, auth_mode="jwt", jwt_secret=SECRET)


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def service(settings: Settings, tmp_path: Path, server: str) -> Iterator[Service]:
    with services(tmp_path, server) as start:
        yield start(settings)


def lines_of(service: Service) -> list[dict[str, Any]]:
    """Stop the service and return its request log."""
    service.stop()
    return [json.loads(line) for line in service.log.read_text().splitlines() if line.startswith("{")]


def get(service: Service, path: str, **headers: str) -> urllib3.BaseHTTPResponse:
    return urllib3.request("GET", service.url + path, headers=headers, retries=False, redirect=False)


def test_each_request_is_a_line_of_json(service: Service) -> None:
    """With its id, caller, route, status, code of the error, time and size; the path and the query are not in it."""
    listed = get(service, "/v1/files?q=planted", **bearer(), **{"X-Request-ID": "first"})
    get(service, A_FILE, **bearer(), **{"X-Request-ID": "second"})
    get(service, "/v1/files", **{"X-Request-ID": "third"})
    get(service, "/nowhere", **{"X-Request-ID": "fourth"})
    head = urllib3.request("HEAD", service.url + "/v1/moods", headers={**bearer(), "X-Request-ID": "fifth"})

    lines = {line["request_id"]: line for line in lines_of(service)}

    first = lines["first"]
    assert first.pop("time").endswith("+00:00")
    assert 0 < first.pop("ms") < 60_000
    assert first == {
        "level": "info",
        "request_id": "first",
        "caller": "u1",
        "address": "127.0.0.1",
        "method": "GET",
        "route": "/v1/files",
        "status": 200,
        "bytes": len(listed.data),
    }
    others = [lines[name] for name in ("second", "third", "fourth")]
    assert [(line.get("route"), line["status"], line["code"], line["level"]) for line in others] == [
        ("/v1/files/{file_id}", 404, "file_not_found", "warning"),
        ("/v1/files", 401, "token_missing", "warning"),
        (None, 404, "route_not_found", "warning"),
    ]
    assert (head.status, lines["fifth"]["bytes"]) == (200, 0)


def test_what_the_server_itself_refuses_is_a_line_too(service: Service) -> None:
    """It never reaches the app, and its id is the one in the answer."""
    refused_header = {"gunicorn": b"Content-Length: planted", "granian": b"X-Planted: " + b"x" * 9000}[service.server]
    answer = send_raw(service.url, b"GET / HTTP/1.1\r\nHost: x\r\n" + refused_header + b"\r\n\r\n")
    problem = json.loads(answer.partition(b"\r\n\r\n")[2])

    refused = [line for line in lines_of(service) if line["status"] == problem["status"]]

    expected = {"gunicorn": (400, "bad_request"), "granian": (431, "headers_too_large")}[service.server]
    assert [(line["request_id"], line["status"], line["code"]) for line in refused] == [
        (problem["request_id"], *expected)
    ]
    assert "route" not in refused[0]


@pytest.mark.parametrize("level", ["debug", "warning"])
def test_the_level_is_chosen(settings: Settings, tmp_path: Path, server: str, level: str) -> None:
    """Probes of a healthy service are debug, answers info, refusals warning."""
    with services(tmp_path, server) as start:
        service = start(settings.model_copy(update={"log_level": level}))
        get(service, "/v1/moods", **bearer())
        get(service, "/v1/moods")
        lines = lines_of(service)

    expected = {
        "debug": {("/readyz", 200), ("/v1/moods", 200), ("/v1/moods", 401)},
        "warning": {("/v1/moods", 401)},
    }
    assert {(line["route"], line["status"]) for line in lines} == expected[level]


def test_it_can_be_turned_off(settings: Settings, tmp_path: Path, server: str) -> None:
    """Then standard output stays empty."""
    with services(tmp_path, server) as start:
        service = start(settings.model_copy(update={"request_log": False}))
        get(service, "/v1/moods")

        assert lines_of(service) == []


def test_no_secret_gets_into_it(service: Service) -> None:
    """Wherever somebody plants one: in path, query, headers, body, the request's id, the caller's own name."""
    for secret in (*PLANTED, PASSWORD):
        is_word = secret == PASSWORD
        who = bearer() if is_word else {"Authorization": f"Bearer {token(claims(sub=secret))}"}
        request_id = "" if is_word else secret[:64]
        get(service, f"/v1/files/{secret}?token={secret}&X-Amz-Signature={secret}&email={secret}", **who)
        get(service, f"/u/{secret}/s3/params?filename={secret}", Referer=secret, Cookie=f"moodrop_session={secret}")
        get(service, "/v1/moods", **{"Authorization": f"Bearer {secret}", "X-Request-ID": request_id})
        get(service, "/v1/moods", **who, **{"User-Agent": secret, "X-Forwarded-For": secret})
        urllib3.request("POST", service.url + "/v1/uploads", headers=who, json={secret: secret}, retries=False)
        urllib3.request(secret.upper()[:4], service.url + f"/%2e/{secret}", headers=who, retries=False)
        send_raw(service.url, f"GET /{secret}\x00 HTTP/1.1\r\nHost: {secret}\r\nBad {secret}\r\n\r\n".encode())

    lines = lines_of(service)
    text = json.dumps(lines)

    assert len(lines) >= 7 * len(PLANTED)
    assert [secret for secret in (*PLANTED, PASSWORD) if secret[:24] in text] == []


def test_who_reads_it_may_stop(settings: Settings, tmp_path: Path, server: str) -> None:
    """Then its pipe fills up, which stops no request, and the lines wait."""
    url, (module, arguments) = f"http://127.0.0.1:{(port := free_port())}", COMMANDS[server]
    environment = environment_of(settings, PORT=str(port), WEB_CONCURRENCY="1")
    command = [sys.executable, "-m", module, *arguments, "service.wsgi:app"]
    with (
        (log := tmp_path / "errors.log").open("wb") as errors,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=errors) as process,
    ):
        service = Service(process, url, log, server)
        try:
            service.wait("/readyz")
            # A pipe holds 64 KiB, and a line has more than a hundred characters.
            statuses = {get(service, "/v1/moods", **bearer()).status for _ in range(1000)}
            process.terminate()
            output, _ = process.communicate(timeout=60)
        finally:
            process.kill()

    assert statuses == {200}
    assert len(output.splitlines()) == 1000
