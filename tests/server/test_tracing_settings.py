"""Traces are off until a collector is named, and cost nothing; then the extra must be there."""

import subprocess
import sys

import pytest
from pydantic import ValidationError

from dev.ports import free_port
from dev.project import ROOT
from service.settings import Settings

pytestmark = pytest.mark.programs

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
LOADED = "print(*sorted({name.partition('.')[0] for name in sys.modules} & {'opentelemetry', 'prometheus_client'}))"
WITHOUT = "sys.modules['opentelemetry'] = None"  # what Python takes for a package that is not there


def run(code: str, **given: str) -> tuple[str, str, int]:
    """Run the code in a process whose servers are not there."""
    environment = {
        "AUTH_MODE": "open",
        "SECRET_KEY": "5f8d0c1e9b7a43d2866f0e1c7d9a2b34e5c6f708",
        "PATH": "",
        "MONGODB_URI": f"mongodb://127.0.0.1:{free_port()}/",
        "MINIO_ENDPOINT": f"http://127.0.0.1:{free_port()}",
        "MINIO_ACCESS_KEY": "4f1d0a9b3c7e5d2f8a6b",
        "MINIO_SECRET_KEY": "8a6b4f1d0a9b3c7e5d2f",
        **given,
    }
    command = [sys.executable, "-c", f"import sys\n{code}"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return done.stdout.strip(), done.stderr, done.returncode


@pytest.mark.parametrize(
    ("given", "loaded"),
    [({}, ""), ({ENDPOINT: "http://127.0.0.1:4318"}, "opentelemetry")],
    ids=["off", "on"],
)
def test_a_service_without_traces_loads_nothing_for_them(given: dict[str, str], loaded: str) -> None:
    """Nor for metrics."""
    output, errors, code = run(f"import service.wsgi\n{LOADED}", **given)

    assert (output, code) == (loaded, 0), errors


def test_a_service_whose_extra_is_missing_says_so_and_does_not_start() -> None:
    """With what else is wrong, before a worker is there."""
    code = f"{WITHOUT}\nimport service.server.gunicorn_conf"

    output, errors, status = run(code, **{ENDPOINT: "http://127.0.0.1:4318", "PORT": "0"})

    assert (output, status) == ("", 1)
    assert "OTEL_EXPORTER_OTLP_ENDPOINT: needs the extra `otel`: pip install 'moodrop[service,otel]'" in errors
    assert "PORT: must be at least 1" in errors
    assert "Traceback" not in errors
    assert run(code) == ("", "", 0)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"otel_exporter_otlp_endpoint": "collector:4318"}, "must look like http://collector:4318"),
        ({"otel_exporter_otlp_endpoint": "grpc://collector:4317"}, "must look like http://collector:4318"),
        ({"otel_exporter_otlp_endpoint": "http://me:planted@collector:4318"}, "must not contain a user"),
        ({"otel_exporter_otlp_endpoint": "http://collector:4318/?key=planted"}, "without a user, a query"),
        ({"otel_exporter_otlp_headers": "planted"}, "must look like authorization="),
        ({"otel_exporter_otlp_headers": "a=1,planted two=2"}, "must look like authorization="),
    ],
)
def test_a_bad_value_stops_the_start(given: dict[str, str], message: str) -> None:
    """Without showing what may be a secret."""
    with pytest.raises(ValidationError, match=message) as raised:
        Settings(**{"auth_mode": "open", **given})

    assert "planted" not in raised.value.errors()[0]["msg"]


def test_what_the_collector_knows_us_by_is_a_secret() -> None:
    """As it is written, and as it is sent."""
    settings = Settings(auth_mode="open", otel_exporter_otlp_headers="authorization=Bearer%20abc, x-team=music")

    assert {"Bearer%20abc", "Bearer abc", "music"} <= set(settings.secrets)
    assert "abc" not in repr(settings)
    assert Settings(auth_mode="open").otel_exporter_otlp_endpoint == ""


def test_the_collector_is_not_told_a_key_of_ours() -> None:
    """Whoever runs it could sign with it."""
    key = "5f8d0c1e9b7a43d2866f0e1c7d9a2b34e5c6f708"

    with pytest.raises(ValidationError, match="is also a key of SECRET_KEY"):
        Settings(auth_mode="open", secret_key=key, otel_exporter_otlp_headers=f"authorization=Bearer%20{key}")


def test_a_collector_may_be_below_a_path() -> None:
    """As those of many providers are."""
    given = "https://otlp.example.com/otlp/"

    assert Settings(auth_mode="open", otel_exporter_otlp_endpoint=given).otel_exporter_otlp_endpoint == given
