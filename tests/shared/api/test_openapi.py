"""The OpenAPI document and its pages, checked against the routes and the error catalogue."""

from html.parser import HTMLParser
from typing import Any

import pytest
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.catalogue import CATALOGUE
from tests.helpers.openapi_check import document, template

# Not of the API: the page, the documents themselves, and flask's own file route; other addresses of documented calls,
# and those that nobody can make up: they are given out signed.
NOT_DOCUMENTED = (
    "/docs",
    "/openapi.json",
    "/assets/",
    "/<any(",
    "/u/<upload_token>/",
    "/s3/calls/",
    "/files/",
    "/share",
)


def test_the_document_is_valid_openapi_3_1(client: FlaskClient) -> None:
    """So client generators can read it."""
    published = client.get("/openapi.json").get_json()

    assert published["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(published).iter_errors()) == []


def test_each_route_has_its_operation(client: FlaskClient) -> None:
    """The document has every call, and no others."""
    routes = {
        (template(str(rule.rule)), method.lower())
        for rule in client.application.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule != "/" and not rule.rule.startswith(NOT_DOCUMENTED)
    }
    operations = {(path, method) for path, methods in document()["paths"].items() for method in methods}

    assert routes == operations


def test_a_problem_has_a_code_of_the_catalogue() -> None:
    """So a client's types know all codes."""
    code = document()["components"]["schemas"]["Problem"]["properties"]["code"]

    assert code["enum"] == sorted({kind.code for kind in CATALOGUE})


OPERATIONS = [
    pytest.param(operation, id=f"{method} {path}")
    for path, methods in document()["paths"].items()
    for method, operation in methods.items()
]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_each_operation_names_its_answers(operation: dict[str, Any]) -> None:
    """Errors of any request, of a body, of a missing token, and the success."""
    statuses = set(operation["responses"])

    assert operation["summary"]
    assert {status for status in statuses if status < "400"}
    assert {"400", "403", "405", "414", "422", "431", "500"} <= statuses
    parameters = {parameter["name"] for parameter in operation["parameters"]}
    is_declared = "requestBody" in operation or {"filename", "type"} <= parameters
    assert is_declared == ({"413", "415"} <= statuses)
    assert bool(operation.get("security")) == ("401" in statuses)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_each_operation_names_its_headers(operation: dict[str, Any]) -> None:
    """Those that a client may send, and those of the answer."""
    asked = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "header"}
    responses = operation["responses"]
    answered = {status: set(response["headers"]) - {"X-Request-ID"} for status, response in responses.items()}
    with_header = {
        "302": {"Location"},
        "304": {"ETag"},
        "401": {"WWW-Authenticate"},
        "405": {"Allow"},
        "503": {"Retry-After"},
    }

    assert "X-Request-ID" in asked
    assert all("X-Request-ID" in response["headers"] for response in responses.values())
    assert ("If-None-Match" in asked) == ("304" in answered)
    assert ("If-Match" in asked) == ("412" in answered)
    assert (answered.get("200") == {"ETag"}) == ("304" in answered or "412" in answered)
    assert {status: names for status, names in answered.items() if status in with_header} == {
        status: names for status, names in with_header.items() if status in answered
    }


@pytest.mark.parametrize("operation", OPERATIONS)
def test_no_parameter_may_be_null(operation: dict[str, Any]) -> None:
    """An address can only omit one."""
    assert all(
        "type" in parameter["schema"] and "anyOf" not in parameter["schema"] for parameter in operation["parameters"]
    )


def test_an_upload_leads_on_to_its_calls() -> None:
    """The links name the calls that take a new upload's or file's id."""
    paths = document()["paths"]
    uploads = paths["/v1/uploads"]["post"]["responses"]["201"]["links"]
    files = paths["/v1/uploads/{upload_id}/confirm"]["post"]["responses"]["200"]["links"]

    assert len(uploads) == sum(len(methods) for path, methods in paths.items() if "{upload_id}" in path)
    assert len(files) == sum(len(methods) for path, methods in paths.items() if "{file_id}" in path)


def test_what_needs_a_token_says_so() -> None:
    """All but health, the session and signing in; the session accepts one."""
    paths = document()["paths"]
    open_to_all = {
        path for path, methods in paths.items() if any({} in one.get("security", [{}]) for one in methods.values())
    }

    ways_in = {
        *("register", "verify-email", "login", "otp/send", "otp/verify", "logout", "session"),
        *("guest", "password/forgot", "password/reset", "refresh", "device", "device/token"),
        *("callback/{provider}", "passkey/options", "passkey/login"),
    }
    assert open_to_all == {"/healthz", "/readyz", "/v1/session", "/.well-known/jwks.json"} | {
        f"/api/auth/{way}" for way in ways_in
    }
    assert paths["/v1/session"]["get"]["security"] == [{}, {"bearer": []}, {"session": []}]
    assert paths["/v1/session"]["post"]["security"] == [{"bearer": []}]


def test_every_error_has_a_code_of_its_own() -> None:
    """So clients can distinguish all errors; each has a hint."""
    codes = [kind.code for kind in CATALOGUE]

    assert len(codes) == len(set(codes))
    assert all(kind.title and kind.hint for kind in CATALOGUE)


class _Ids(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value for name, value in attrs if name == "id" and value]


def test_the_error_page_has_each_code_where_problems_point(client: FlaskClient) -> None:
    """A problem's `type` is /docs/errors#<code>."""
    response = client.get("/docs/errors")
    page = _Ids()
    page.feed(response.get_data(as_text=True))

    assert response.mimetype == "text/html"
    assert sorted(page.ids) == sorted(kind.code for kind in CATALOGUE)


def test_the_documentation_page_shows_the_document_without_help_from_elsewhere(client: FlaskClient) -> None:
    """Its script is served here, and its policy allows no other."""
    response = client.get("/docs")
    text = response.get_data(as_text=True)

    assert response.status_code == 200
    assert 'spec-url="/openapi.json"' in text
    assert "http" not in text.replace('charset="utf-8"', "")
    assert "script-src 'self';" in response.headers["Content-Security-Policy"]
    with client.get("/docs/static/js/redoc.standalone.js") as script:
        assert script.mimetype in ("text/javascript", "application/javascript")


@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/v1/session"])
def test_health_and_session_answer(client: FlaskClient, address: str) -> None:
    """Without a token."""
    assert client.get(address).status_code == 200


def test_session_tells_what_may_be_uploaded(client: FlaskClient) -> None:
    """The page reads its limits here."""
    session = client.get("/v1/session").get_json()

    assert (session["auth_mode"], session["owner"]) == ("open", "local")
    assert session["limits"]["max_upload_bytes"] == 5 * 1024**3
    assert session["limits"]["moods"] == ["happy", "sad", "neutral"]
    assert "audio/*" in session["limits"]["allowed_content_types"]


def test_the_limits_of_a_number_that_may_be_left_out_are_told() -> None:
    """pydantic drops them from a schema easily."""
    [schema] = [
        parameter["schema"]
        for parameter in document()["paths"]["/v1/files/{file_id}/download"]["get"]["parameters"]
        if parameter["name"] == "expires_in"
    ]

    assert (schema["minimum"], schema["maximum"]) == (1, 604_800)
