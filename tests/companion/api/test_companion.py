"""Companion's calls for a file in one piece, and the callers that must not make them."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.ports import Ports
from service.uploads.usecases.upkeep.sweep import sweep
from tests.companion.api.companion import MULTIPART, NAMED, files
from tests.conftest import Clock
from tests.helpers.api import SONG, UNKNOWN_ID
from tests.helpers.problems import assert_problem, fields_of
from tests.helpers.tokens import bearer, claims, token

# How Uppy 6 writes a missing value into an address.
UPPY_META = {"metadata[name]": "Übung №1.mp3", "metadata[type]": "audio/mpeg", "metadata[relativePath]": "null"}

JwtClient = Callable[..., FlaskClient]


def test_a_form_sends_the_file_and_the_sweeper_takes_it_in(client: FlaskClient, ports: Ports, clock: Clock) -> None:
    """The client knows its key; the record has the name, the metadata and a key of our own."""
    metadata = {
        "mood": "happy",
        "tags": "live, , loud",
        "title": "null",
        "artist": " ",
        "album": "Blue",
        "duration_seconds": "215.4",
    }
    query = {**NAMED, **UPPY_META, **{f"metadata[{name}]": value for name, value in metadata.items()}}
    presigned = client.get("/s3/params", query_string=query).get_json()

    assert presigned["method"] == "POST"
    assert presigned["fields"]["key"].startswith("incoming/")
    assert presigned["fields"]["content-type"] == "audio/mpeg"
    assert presigned["fields"]["success_action_status"] == "201"
    assert ports.objects.send_form(presigned["url"], at=clock(), fields=presigned["fields"], file=SONG) == 201
    sweep(ports)

    [file] = files(client)
    assert (file["filename"], file["mood"], file["tags"], file["title"]) == (
        NAMED["filename"],
        "happy",
        ["live", "loud"],
        None,
    )
    assert (file["artist"], file["album"], file["duration_seconds"]) == (None, "Blue", 215.4)
    assert file["object_key"].startswith("uploads/local/")
    assert file["object_key"].endswith(".mp3")


def test_a_form_takes_the_declared_size_alone(client: FlaskClient, ports: Ports, clock: Clock) -> None:
    """Without a declared size, any allowed size."""
    exact = client.get("/s3/params", query_string={**NAMED, "metadata[size]": len(SONG)}).get_json()
    open_ = client.get("/s3/params", query_string=NAMED).get_json()

    assert ports.objects.send_form(exact["url"], at=clock(), fields=exact["fields"], file=SONG + b"!") == 400
    assert ports.objects.send_form(exact["url"], at=clock(), fields=exact["fields"], file=SONG) == 201
    assert ports.objects.send_form(open_["url"], at=clock(), fields=open_["fields"], file=SONG + b"!") == 201


def test_with_a_token_and_a_size_it_is_a_sealed_put(jwt_client: JwtClient, ports: Ports, clock: Clock) -> None:
    """Uppy 5 sends the signed headers; the browser sets the length, which scripts may not."""
    client = jwt_client()
    query = {**NAMED, "metadata[size]": str(len(SONG))}

    presigned = client.get("/s3/params", query_string=query, headers=bearer()).get_json()

    assert presigned["method"] == "PUT"
    label = presigned["headers"]["x-amz-meta-moodrop"]
    signed = {"content-type": "audio/mpeg", "if-none-match": "*", "x-amz-meta-moodrop": label}
    assert presigned["headers"] == signed
    assert presigned["fields"]["key"].startswith("uploads/u1/")
    for body, status in ((SONG + b"!", 403), (SONG, 200), (SONG, 412)):
        assert ports.objects.send(presigned["url"], at=clock(), body=body, headers=presigned["headers"])[0] == status


def test_without_a_size_or_where_a_put_cannot_be_sealed_it_is_a_form(jwt_client: JwtClient, ports: Ports) -> None:
    """With or without a token."""
    client = jwt_client()
    sized = {**NAMED, "metadata[size]": "5"}

    assert client.get("/s3/params", query_string=NAMED, headers=bearer()).get_json()["method"] == "POST"
    ports.objects.seals_puts = False
    assert client.get("/s3/params", query_string=sized, headers=bearer()).get_json()["method"] == "POST"


@pytest.mark.parametrize(
    ("query", "status", "code", "field"),
    [
        ({"type": "audio/mpeg"}, 400, "validation_failed", "filename"),
        ({"filename": "a.mp3"}, 400, "validation_failed", "type"),
        ({**NAMED, "filename": ""}, 400, "validation_failed", "filename"),
        ({**NAMED, "type": "text/html"}, 415, "content_type_not_allowed", None),
        ({**NAMED, "metadata[mood]": "grim"}, 422, "mood_not_allowed", None),
        ({**NAMED, "metadata[size]": "many"}, 422, "validation_failed", "metadata.size"),
        ({**NAMED, "metadata[size]": "-1"}, 422, "validation_failed", "metadata.size"),
        ({**NAMED, "metadata[size]": 6 * 1024**3}, 413, "file_too_large", None),
        ({**NAMED, "metadata[title]": "t" * 201}, 422, "validation_failed", "title"),
        ({**NAMED, "metadata": "x"}, 422, "validation_failed", "metadata"),
    ],
)
def test_bad_params_are_refused(
    client: FlaskClient, written: Callable[[], list[str]], query: dict[str, str], status: int, code: str, field: str
) -> None:
    """The answer has both words that clients look for, and nothing is written."""
    problem = assert_problem(client.get("/s3/params", query_string=query), status, code)

    assert problem["error"] == problem["message"] == problem["detail"]
    assert field is None or field in fields_of(problem)
    assert written() == []


CALLS: list[tuple[str, str, Any]] = [
    ("GET", "", None),
    ("GET", "/1", None),
    ("GET", "/batch?partNumbers=1", None),
    ("POST", "/complete", {"parts": [{"PartNumber": 1, "ETag": "x"}]}),
    ("DELETE", "", None),
]


@pytest.mark.parametrize(("method", "address", "body"), CALLS)
def test_a_strangers_upload_is_not_there(jwt_client: JwtClient, method: str, address: str, body: Any) -> None:
    """The same for unknown uploads, other keys, and uploads without parts."""
    client = jwt_client()
    begun = client.post(MULTIPART, json=NAMED, headers=bearer()).get_json()
    declared = {"filename": "a.mp3", "content_type": "audio/mpeg", "size_bytes": 5}
    single = client.post("/v1/uploads", json=declared, headers=bearer()).get_json()
    foreign = "&key=uploads/u1/x" if "?" in address else "?key=uploads/u1/x"
    theirs = f"{MULTIPART}/{begun['uploadId']}{address}"

    for called, who in (
        (theirs, "u2"),
        (theirs + foreign, "u1"),
        (f"{MULTIPART}/{UNKNOWN_ID}{address}", "u1"),
        (f"{MULTIPART}/nothing{address}", "u1"),
        (f"{MULTIPART}/{single['upload_id']}{address}", "u1"),
    ):
        assert_problem(client.open(called, method=method, json=body, headers=bearer(who)), 404, "upload_not_found")


def test_a_grant_counts_here_too(jwt_client: JwtClient) -> None:
    """Types are always known; bytes count if the size is given."""
    client = jwt_client()
    narrow = {"max_bytes": 10, "content_types": ["audio/*"]}
    who = {"Authorization": f"Bearer {token(claims(jti='one of its kind', grant=narrow))}"}
    sized = {**NAMED, "metadata[size]": "10"}

    def ask(**query: str) -> TestResponse:
        return client.get("/s3/params", query_string={**NAMED, **query}, headers=who)

    assert_problem(ask(), 403, "grant_needs_declaration")
    assert_problem(client.post(MULTIPART, json=NAMED, headers=who), 403, "grant_needs_declaration")
    assert_problem(ask(**{"metadata[size]": "11"}), 413, "grant_too_large")
    assert_problem(ask(type="video/mp4", **{"metadata[size]": "9"}), 415, "grant_type_not_allowed")
    assert client.get("/s3/params", query_string=sized, headers=who).status_code == 200
    assert_problem(client.get("/s3/params", query_string=sized, headers=who), 403, "grant_exhausted")


@pytest.mark.parametrize("prefix", ["/", "/u/{token}", "/u/{token}/"])
def test_the_other_addresses_answer_at_once(client: FlaskClient, prefix: str) -> None:
    """A redirect would break the preflight of a page on another origin."""
    prefix = prefix.format(token=client.post("/v1/upload-tokens").get_json()["upload_token"])

    def call(method: str, address: str, **options: Any) -> TestResponse:
        # The test client reads the text after two slashes as a host.
        return client.open("/", method=method, environ_overrides={"PATH_INFO": prefix + address}, **options)

    begun = call("POST", MULTIPART, json=NAMED).get_json()

    assert call("GET", "/s3/params", query_string=NAMED).status_code == 200
    assert call("GET", f"{MULTIPART}/{begun['uploadId']}/1").status_code == 200
    assert call("DELETE", f"{MULTIPART}/{begun['uploadId']}").get_json() == {}


@pytest.mark.parametrize(
    "address", ["/s3/params", MULTIPART, "/u/a.b.c/s3/params", "/u/a.b.c//s3/params", "/s3/calls/x"]
)
def test_a_preflight_is_answered(jwt_client: JwtClient, address: str) -> None:
    """Without a token or a redirect, with the headers that Uppy may send."""
    origin = "https://app.example.com"
    asked = "authorization,content-type,uppy-auth-token,uppy-credentials-params"

    response = jwt_client(cors_origins=origin).options(
        address,
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": "DELETE",
            "Access-Control-Request-Headers": asked,
        },
    )

    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == origin
    assert set(asked.split(",")) <= set(response.headers["Access-Control-Allow-Headers"].lower().split(", "))
    assert "DELETE" in response.headers["Access-Control-Allow-Methods"]
