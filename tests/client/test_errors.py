"""The client's errors: those of the service's catalogue, and answers of another kind."""

import httpx
import pytest

from moodrop import Client, errors
from moodrop.calls.parsing import parse_problem
from moodrop.errors import FAMILIES, ServerUnknown, ServiceError
from service.shared.errors import MoodropError as ServiceProblem
from tests.catalogue import CATALOGUE as KINDS

UNKNOWN_HERE = {"route_not_found", "method_not_allowed"}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_each_error_of_the_service_is_of_the_family_of_that_name(kind: type[ServiceProblem]) -> None:
    """With its code, its hint and whether to try again."""
    body = {"code": kind.code, "detail": "why", "hint": kind.hint, "retryable": kind.retryable, "request_id": "r1"}

    error = parse_problem(body, kind.status)

    if kind.code in UNKNOWN_HERE:
        assert isinstance(error, ServerUnknown)
    else:
        names = [base.__name__ for base in kind.__mro__]
        assert type(error).__name__ in [*names, "Internal"]
        assert (kind.code, kind.hint, kind.retryable) == (error.code, error.hint, error.retryable)
        assert (kind.status, "r1", "why") == (error.status, error.request_id, str(error))


def test_the_families_are_those_of_the_catalogue() -> None:
    """A new kind of error in the service needs a new class here."""
    statuses = {kind.status for kind in KINDS}

    assert statuses == set(FAMILIES)


def test_the_fields_that_were_refused_are_named_in_the_message() -> None:
    """All in one line."""
    rows = [{"field": "size_bytes", "message": "is negative"}, {"field": "mood", "message": "is too long"}]

    error = parse_problem({"code": "validation_failed", "detail": "2 fields are not valid", "errors": rows}, 422)

    assert str(error) == "2 fields are not valid (size_bytes: is negative; mood: is too long)"
    assert [row.field for row in error.fields] == ["size_bytes", "mood"]


@pytest.mark.parametrize("body", [None, [], "<html>", {}, {"code": 7}, {"error": "nope"}])
def test_what_is_no_problem_comes_from_no_moodrop(body: object) -> None:
    """For example from a proxy, or another program on that port."""
    assert isinstance(parse_problem(body, 404), ServerUnknown)


@pytest.mark.parametrize(
    ("location", "message"),
    [
        ("https://moodrop.example/v1/session", "redirects to 'https://moodrop.example', which"),
        ("/login", "redirects to another place"),
        (None, "redirects to another place"),
    ],
)
def test_a_redirect_names_where_it_leads(location: str | None, message: str) -> None:
    """From http to https, or to a sign-in page: Moodrop does neither."""
    headers = {"Location": location} if location else {}
    moved = httpx.MockTransport(lambda request: httpx.Response(301, headers=headers))

    with Client("http://moodrop.example", transport=moved, retries=0) as client, pytest.raises(ServerUnknown) as caught:
        client.whoami()

    assert message in str(caught.value)
    assert "https" in caught.value.hint


def test_a_status_that_we_do_not_know_is_an_error_of_the_service_still() -> None:
    """A newer service may have more."""
    error = parse_problem({"code": "too_early", "detail": "not yet", "retryable": True}, 425)

    assert type(error) is ServiceError
    assert error.retryable


def test_every_error_is_drawn_in_the_tree() -> None:
    """The docstring shows the whole hierarchy."""
    named = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)}

    assert {name for name in named if name not in (errors.__doc__ or "")} == set()
