"""Checks the common shape of every error in one place."""

from typing import Any

from werkzeug.test import TestResponse

MEMBERS = {
    "type",
    "title",
    "status",
    "detail",
    "code",
    "hint",
    "retryable",
    "errors",
    "request_id",
    "error",
    "message",
}
# Text that would reveal how the service is built, or let a stranger in.
LEAKS = ("Traceback", 'File "', "pydantic", "minioadmin", "mongodb://", "site-packages", "0x7f")


def assert_problem(response: TestResponse, status: int, code: str) -> dict[str, Any]:
    """Check all that an error must and must not contain, and return its body."""
    problem = assert_shape(response, status, code)
    text = response.get_data(as_text=True)
    assert [] == [leak for leak in LEAKS if leak in text]
    return problem


def assert_shape(response: TestResponse, status: int, code: str) -> dict[str, Any]:
    """Check only the shape, for requests whose own words may appear in the answer."""
    text = response.get_data(as_text=True)
    assert (status, "application/problem+json") == (response.status_code, response.content_type), text
    problem: dict[str, Any] = response.get_json(force=True)
    assert code == problem["code"], text
    assert set(problem) == MEMBERS
    assert status == problem["status"]
    assert problem["type"] == f"/docs/errors#{code}"
    assert problem["detail"] == problem["error"] == problem["message"] != ""
    assert problem["title"]
    assert problem["hint"]
    assert problem["request_id"] == response.headers["X-Request-ID"] != ""
    assert response.headers["Cache-Control"] == "no-store"
    assert (status == 401) == ("WWW-Authenticate" in response.headers)
    assert (status == 503) == ("Retry-After" in response.headers)
    return problem


def fields_of(problem: dict[str, Any]) -> set[str]:
    """Return the fields that a problem names."""
    return {error["field"] for error in problem["errors"]}
