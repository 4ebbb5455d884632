"""The store or the database does not answer: the error is clear and does not blame the client."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from dev.ports import free_port
from service.app import build_ports
from service.settings import Settings
from tests.helpers.api import A_SONG, UNKNOWN_ID, client_of
from tests.helpers.problems import assert_problem
from tests.helpers.tokens import SECRET, bearer, claims, token


@pytest.fixture(scope="module", params=["open"])
def lone_client(request: pytest.FixtureRequest) -> Iterator[FlaskClient]:
    """The API with real adapters and no servers."""
    settings = Settings(
        auth_mode=request.param,
        jwt_secret=SECRET,
        minio_endpoint=f"http://127.0.0.1:{free_port()}",
        mongodb_uri=f"mongodb://127.0.0.1:{free_port()}",
    )
    ports = build_ports(settings)
    yield client_of(settings, ports)
    ports.records.close()


def test_every_call_says_when_to_come_again(lone_client: FlaskClient) -> None:
    """503 with Retry-After, at once: only one request at a time waits for the time-outs."""
    calls = [
        ("POST", "/v1/uploads", A_SONG),
        ("POST", "/v1/uploads/batch", {"uploads": [A_SONG]}),
        ("POST", "/v1/uploads/confirm", {"upload_ids": [UNKNOWN_ID]}),
        ("POST", "/v1/files/download-urls", {"file_ids": [UNKNOWN_ID]}),
        ("PATCH", f"/v1/files/{UNKNOWN_ID}", {"title": "x"}),
        ("GET", "/v1/files", None),
        ("GET", f"/v1/files/{UNKNOWN_ID}/download", None),
        ("DELETE", f"/v1/files/{UNKNOWN_ID}", None),
        ("GET", "/s3/upload-url?key=uploads/u1/a.mp3", None),
        ("GET", "/songs", None),
    ]
    for method, address, body in calls:
        response = lone_client.open(address, method=method, json=body)

        problem = assert_problem(response, 503, "database_unavailable")
        assert problem["retryable"] is True
        assert int(response.headers["Retry-After"]) >= 1


def test_ready_names_what_is_missing(lone_client: FlaskClient) -> None:
    """Load balancers see 503, and people see which dependency; the process itself is healthy."""
    response = lone_client.get("/readyz")
    checks = {check["name"]: check["ok"] for check in response.get_json()["checks"]}

    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) >= 1
    assert checks == {"startup": False, "database": False, "bucket mybucket": False}
    assert lone_client.get("/healthz").status_code == 200
    assert lone_client.get("/v1/session").status_code == 200


def test_a_bad_request_is_told_as_such_even_then(lone_client: FlaskClient) -> None:
    """Retrying it would not help."""
    assert_problem(lone_client.post("/v1/uploads", json={}), 422, "validation_failed")
    assert_problem(lone_client.get("/nope"), 404, "route_not_found")


@pytest.mark.parametrize("lone_client", ["jwt"], indirect=True)
@pytest.mark.parametrize("address", ["/v1/uploads", "/s3/params?filename=a.mp3&type=audio/mpeg", "/songs"])
def test_who_brings_no_token_is_told_so_at_once(lone_client: FlaskClient, address: str) -> None:
    """Strangers do not wait for the database; only an upload token may need a key stored there."""
    assert_problem(lone_client.get(address), 401, "token_missing")


@pytest.mark.parametrize("lone_client", ["jwt"], indirect=True)
def test_session_needs_the_counts_of_a_counted_token_alone(lone_client: FlaskClient) -> None:
    """Other tokens get their answer; what is left of a counted one is unknown."""
    counted = token(claims(jti="one of its kind", grant={"max_files": 1}))

    assert lone_client.get("/v1/session", headers=bearer()).status_code == 200
    assert_problem(
        lone_client.get("/v1/session", headers={"Authorization": f"Bearer {counted}"}), 503, "database_unavailable"
    )
