"""A refused request costs less than an accepted one: little is read, and the answer stays small."""

import io
import json
import re
from collections.abc import Callable, Collection

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import BaseModel, ValidationError

from service.accounts.api import auth_schemas
from service.accounts.api import schemas as accounts
from service.companion.api import schemas as companion_schemas
from service.companion.api import seed_schemas
from service.listening.api import schemas as listening_schemas
from service.ports import Ports
from service.settings import Settings
from service.shared.api.json_bodies import MAX_FIELDS, MAX_PIECES
from service.shared.api.requests import MAX_HEADER_CHARACTERS
from service.shared.api.schemas import Body, Params
from service.shared.api.secured import SecuredBlueprint, name_of_view
from service.shared.errors import (
    MAX_DETAIL,
    MAX_FIELD_ERRORS,
    MAX_FIELD_MESSAGE,
    MAX_FIELD_NAME,
)
from service.uploads.api import events
from service.uploads.api.batches import MAX_MALFORMED_ROWS, MAX_ROW_FIELDS
from service.uploads.api.schemas import batches, described, files, uploads
from service.uploads.api.schemas.batches import MAX_UNKNOWN_FIELDS
from service.uploads.api.schemas.uploads import UploadRequest
from service.uploads.metadata import FileMetadata
from tests.helpers.api import A_SONG, UNKNOWN_ID, client_of
from tests.helpers.costly_bodies import BODIES, WRONG
from tests.helpers.openapi_check import app
from tests.helpers.problems import assert_problem
from tests.helpers.tokens import ALL, bearer

SMALL = 10_000  # bytes of an answer
EVENTS_SECRET = "c0ffee17ba5eba11"

# A thousand rows with a few wrong fields each stay below this.
MOST_ERRORS = 30_000
# Answers that derive from request models.
ANSWERS = {described.Described, described.ChecksumAnswer, files.FileAnswer, uploads.UploadAnswer}
# The request models.
REQUESTS = (
    *(Body, Params, FileMetadata),
    *(events.StoreEvents, events.EventRecord, events.EventSubject, events.EventObject, events.EventBucket),
)
REQUEST_MODULES = (
    *(batches, described, files, uploads, events),
    *(accounts, auth_schemas, seed_schemas, companion_schemas, listening_schemas),
)
MODELS = sorted(
    {
        each
        for module in REQUEST_MODULES
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, REQUESTS) and each not in ANSWERS
    },
    key=lambda each: each.__name__,
)


@pytest.mark.parametrize(("address", "body"), BODIES.values(), ids=BODIES.keys())
def test_the_answer_to_a_body_is_small(client: FlaskClient, address: str, body: str) -> None:
    """It names only a few fields, shortened, and counts the rest."""
    response = client.post(address, data=body, content_type="application/json")

    problem = assert_problem(response, 400 if response.status_code == 400 else 422, "validation_failed")
    assert len(response.data) < SMALL
    assert len(problem["errors"]) <= MAX_FIELD_ERRORS
    assert len(problem["detail"]) <= MAX_DETAIL
    for error in problem["errors"]:
        assert len(error["field"]) <= MAX_FIELD_NAME
        assert len(error["message"]) <= MAX_FIELD_MESSAGE


@pytest.mark.parametrize("model", MODELS)
def test_no_field_of_a_body_makes_errors_without_end(model: type[BaseModel]) -> None:
    """Each error takes half a kilobyte, even those that the answer omits."""
    many = dict.fromkeys(map(str, range(95)), 1)
    nested = dict.fromkeys(UploadRequest.model_fields, many)
    for name, field in model.model_fields.items():
        for value in (many, [many] * 1000, [nested] * 1000, [[many] * 1000] * 100):
            assert count_of_errors(model, {field.alias or name: value}) <= MOST_ERRORS


def count_of_errors(model: type[BaseModel], body: dict[str, object]) -> int:
    """Return the number of errors; a batch has them row by row."""
    try:
        rows = getattr(model.model_validate(body), "uploads", [])
    except ValidationError as error:
        return error.error_count()
    return sum(row.error_count() for row in rows if isinstance(row, ValidationError))


@pytest.mark.parametrize("name", [name for name in BODIES if name.startswith("millions") or "megabytes" in name])
def test_values_are_counted_before_they_are_made(client: FlaskClient, name: str) -> None:
    """Otherwise each byte of the body would take a hundred in memory before the refusal."""
    address, body = BODIES[name]

    problem = client.post(address, data=body, content_type="application/json").get_json()

    assert problem["detail"] == f"the body holds more than {MAX_PIECES} values"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-16-le", "utf-32", "utf-8-sig"])
def test_a_body_in_another_encoding_is_none(client: FlaskClient, encoding: str) -> None:
    """Bytes are counted as UTF-8: in UTF-16, half of '∀' is a quotation mark that hides the rest."""
    body = '{"a":"∀","uploads":[' + ",".join(["[]"] * 300_000) + ',"∀"]}'

    response = client.post("/v1/uploads/batch", data=body.encode(encoding), content_type="application/json")

    if encoding == "utf-8-sig":  # of JSON, after the byte order mark of some editors
        assert "more than" in assert_problem(response, 422, "validation_failed")["detail"]
    else:
        assert_problem(response, 400, "invalid_json")


def test_an_event_of_an_object_with_many_headers_is_read(ports: Ports) -> None:
    """MinIO repeats a refused event for ever and sends no later one, so anybody with a URL could stop them all."""
    client = client_of(Settings(auth_mode="open", events_secret=EVENTS_SECRET), ports)
    metadata = {f"X-Amz-Meta-{number}": "" for number in range(171)}  # the most that fit into 2 kB
    record = {"eventName": "s3:ObjectCreated:Put", "s3": {"bucket": {"name": "b"}, "object": {"key": "k"}}}
    record["s3"]["object"] |= {"userMetadata": metadata}  # type: ignore[index, operator]

    response = client.post(
        "/v1/events/store", json={"Records": [record]}, headers={"Authorization": f"Bearer {EVENTS_SECRET}"}
    )

    assert response.get_json() == {"records": 1}


def test_the_fields_of_an_object_are_counted_before_they_are_looked_at(client: FlaskClient) -> None:
    problem = client.post("/v1/uploads", json={str(number): 1 for number in range(MAX_FIELDS + 1)}).get_json()

    assert problem["detail"] == f"an object has {MAX_FIELDS + 1} fields, and the most that one may have is {MAX_FIELDS}"


def test_what_is_not_told_is_counted(client: FlaskClient) -> None:
    problem = client.post("/v1/uploads", json={**A_SONG, **{f"field{index}": 1 for index in range(50)}}).get_json()

    assert len(problem["errors"]) == MAX_FIELD_ERRORS
    assert problem["detail"].endswith("field11, field12: is not a known field; and 45 more")


def test_a_body_of_as_many_values_as_may_be_is_read(client: FlaskClient) -> None:
    """Commas in strings do not count, and the largest legitimate batch is accepted."""
    row = {
        **A_SONG,
        "title": ",[{," * 50,
        "album": "," * 200,
        "tags": [f"tag {number}, of twenty" for number in range(20)],
    }
    body = json.dumps({"uploads": [row] * 1000})
    assert body.count(",") > MAX_PIECES

    results = client.post("/v1/uploads/batch", data=body, content_type="application/json").get_json()["results"]

    assert [row["error"] for row in results] == [None] * 1000


def test_a_few_rows_that_are_wrong_stand_by_themselves(client: FlaskClient) -> None:
    """Up to fifty; the batch's other rows are accepted."""
    body = {"uploads": [WRONG] * MAX_MALFORMED_ROWS + [A_SONG]}

    response = client.post("/v1/uploads/batch", json=body)

    results = response.get_json()["results"]
    assert results[-1]["upload"]
    assert {len(row["error"]["errors"]) for row in results[:-1]} == {MAX_ROW_FIELDS}
    assert results[0]["error"]["detail"].endswith("; and 11 more")
    assert len(response.data) < 64_000


def test_one_row_more_that_is_wrong_refuses_the_batch(client: FlaskClient) -> None:
    """Nothing is started, and the answer names rows and fields."""
    wrong = {"uploads": [A_SONG] + [{**A_SONG, "size_bytes": -1}] * (MAX_MALFORMED_ROWS + 1)}
    unknown = {"uploads": [{**A_SONG, "titel": "x"}] * (MAX_UNKNOWN_FIELDS + 1)}

    first = assert_problem(client.post("/v1/uploads/batch", json=wrong), 422, "validation_failed")
    second = assert_problem(client.post("/v1/uploads/batch", json=unknown), 422, "validation_failed")

    assert first["detail"].startswith("uploads.1.size_bytes, uploads.2.size_bytes, ")
    assert first["detail"].endswith(f"; and {MAX_MALFORMED_ROWS + 1 - 5} more")
    assert second["detail"] == f"uploads: the rows hold {MAX_UNKNOWN_FIELDS + 1} fields that are not known"
    assert client.get("/v1/uploads").get_json()["uploads"] == []


class Unread(io.BytesIO):
    """A body that fails the test if anyone reads it."""

    def read(self, *_: object) -> bytes:
        pytest.fail("the body was read")

    readline = readinto = read  # type: ignore[assignment]


METHODS = {
    (rule.endpoint, method): rule.rule
    for rule in app().url_map.iter_rules()
    for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}
}
ACCOUNT_PATHS = ("/api/auth/", "/api/admin/", "/.well-known/", "/dev/")
ACCOUNT_CALLS = {call for call, rule in METHODS.items() if rule.startswith(ACCOUNT_PATHS)}
OPEN = ("health", "sessions", "events", "companion_calls", "documents", "page")
SECURED = {call for call in METHODS if call[0].partition(".")[0] not in OPEN} - ACCOUNT_CALLS


@pytest.mark.parametrize(("endpoint", "method"), sorted(SECURED))
@pytest.mark.parametrize("length", [10, 9_000_000])
def test_a_token_without_the_scope_has_no_body_read(
    jwt_client: Callable[..., FlaskClient], endpoint: str, method: str, length: int
) -> None:
    """403 comes first in every call, for any body of any size."""
    client = jwt_client()
    rule = next(rule for rule in client.application.url_map.iter_rules(endpoint) if "<upload_token>" not in rule.rule)
    address = rule.rule.replace("<id:part_number>", "1")
    for name in ("upload_id", "file_id"):
        address = address.replace(f"<id:{name}>", UNKNOWN_ID)
    others = " ".join(scope for scope in ALL.split() if scope not in _scopes_of(client.application, endpoint))

    for scope in ("", others):
        response = client.open(
            address,
            method=method,
            headers=bearer(scope=scope),
            input_stream=Unread(),
            content_type="text/plain",
            content_length=length,
        )
        assert_problem(response, 403, "scope_missing")


@pytest.mark.parametrize(("endpoint", "method"), sorted(ACCOUNT_CALLS))
def test_without_accounts_no_body_of_theirs_is_read(
    jwt_client: Callable[..., FlaskClient], endpoint: str, method: str
) -> None:
    """404 comes first in every call of accounts."""
    address = re.sub("<[^>]+>", UNKNOWN_ID, METHODS[endpoint, method])

    response = jwt_client().open(
        address, method=method, input_stream=Unread(), content_type="text/plain", content_length=9_000_000
    )

    assert_problem(response, 404, "accounts_off")


def _scopes_of(application: Flask, endpoint: str) -> Collection[str]:
    blueprint = application.blueprints[endpoint.partition(".")[0]]
    assert isinstance(blueprint, SecuredBlueprint)
    return blueprint.scopes_of(name_of_view(endpoint))


def test_a_call_that_is_not_listed_stays_shut() -> None:
    with pytest.raises(LookupError):
        _scopes_of(app(), "batches.forgotten")


@pytest.mark.parametrize("name", ["If-None-Match", "Accept-Encoding", "X-Any"])
def test_headers_are_bounded_together(client: FlaskClient, name: str) -> None:
    """gunicorn limits each header, but accepts a hundred."""
    most = {name: "," * (MAX_HEADER_CHARACTERS - 200)}
    more = {name: "," * MAX_HEADER_CHARACTERS}

    assert client.get("/v1/files", headers=most).status_code == 200
    assert_problem(client.get("/v1/files", headers=more), 431, "headers_too_large")


@pytest.mark.parametrize("address", ["/v1/files", "/s3/params", "/healthz", "/songs"])
@pytest.mark.parametrize("query", ["&".join(f"a{n}" for n in range(1600)), "a&" * 4000, "metadata[a]=1&" * 500])
def test_the_answer_to_a_query_is_small(client: FlaskClient, address: str, query: str) -> None:
    response = client.get(f"{address}?{query}")

    problem = assert_problem(response, 422, "validation_failed")
    assert len(response.data) < SMALL
    assert 1 <= len(problem["errors"]) <= MAX_FIELD_ERRORS


def test_an_outage_is_one_line_for_all_rows(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand rows hit the same outage."""
    from service.store.errors import StoreUnavailable

    monkeypatch.setattr(
        "service.uploads.api.batches.confirm_uploads", lambda *_: [StoreUnavailable("no answer")] * 1000
    )

    response = client.post("/v1/uploads/confirm", json={"upload_ids": [UNKNOWN_ID] * 1000})

    assert len(response.get_json()["results"]) == 1000
    assert caplog.text.count("store_unavailable") == 1
