"""Parameters that a call does not have are refused, since a misspelt one must not be ignored."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from service.accounts.usecases.admin.operator import set_admin
from service.ports import Ports
from tests.helpers.accounts import EMAIL, register
from tests.helpers.api import A_SONG, UNKNOWN_ID
from tests.helpers.openapi_check import document
from tests.helpers.problems import assert_problem, fields_of
from tests.helpers.tokens import bearer

ALL_CALLS = [
    (
        method.upper(),
        re.sub("{[a-z_]+}", "1" if "part_number" in path else UNKNOWN_ID, path.replace("{name}", "master")),
    )
    for path, methods in document()["paths"].items()
    for method in methods
    # If it is enabled, the first asks for the store's secret first. Providers may send the second one more.
    if path not in ("/v1/events/store", "/api/auth/callback/{provider}")
]
# There are no accounts in the other modes, whatever is asked of them.
ACCOUNT_CALLS = [call for call in ALL_CALLS if call[1].startswith(("/api/auth/", "/api/admin/", "/.well-known/"))]
CALLS = [call for call in ALL_CALLS if call not in ACCOUNT_CALLS]


@pytest.mark.parametrize(("method", "address"), CALLS)
def test_an_unknown_parameter_is_refused(client: FlaskClient, method: str, address: str) -> None:
    """422 that names it, in every call."""
    problem = assert_problem(client.open(f"{address}?mod=happy", method=method), 422, "validation_failed")

    assert fields_of(problem) == {"mod"}


@pytest.mark.parametrize(("method", "address"), CALLS)
def test_a_repeated_parameter_is_refused(client: FlaskClient, method: str, address: str) -> None:
    """Using only the first would answer another question."""
    problem = assert_problem(client.open(f"{address}?key=a&key=b", method=method), 422, "validation_failed")

    assert fields_of(problem) == {"key"}


@pytest.mark.parametrize("query", ["mod=happy", "key=a&key=b"])
@pytest.mark.parametrize(("method", "address"), ACCOUNT_CALLS)
def test_a_call_of_accounts_refuses_them_too(
    page: FlaskClient, accounts: Ports, method: str, address: str, query: str
) -> None:
    """A signed-in caller learns which one; here, an administrator."""
    register(page, accounts)
    set_admin(accounts, EMAIL, is_admin=True)

    problem = assert_problem(page.open(f"{address}?{query}", method=method), 422, "validation_failed")

    assert fields_of(problem) == {query.partition("=")[0]}


def test_a_refused_parameter_writes_nothing(client: FlaskClient) -> None:
    """No upload is started."""
    assert client.post("/v1/uploads?dry_run=1", json=A_SONG).status_code == 422
    assert client.get("/v1/uploads").get_json()["uploads"] == []


@pytest.mark.parametrize(
    ("method", "address"), [call for call in CALLS if call[1] not in ("/healthz", "/readyz", "/v1/session")]
)
@pytest.mark.parametrize("query", ["mod=happy", "key=a&key=b"])
def test_who_is_unknown_learns_nothing_of_it(
    jwt_client: Callable[..., FlaskClient], method: str, address: str, query: str
) -> None:
    """Without a token it is 401, whatever else is wrong."""
    assert_problem(jwt_client().open(f"{address}?{query}", method=method), 401, "token_missing")


def test_a_preflight_is_not_refused(client: FlaskClient) -> None:
    """The request itself is, with a message that a page can show."""
    assert client.options("/v1/uploads?mod=happy").status_code == 200


@pytest.mark.parametrize("address", ["/nope", "/v1/uploads/batch"])
def test_what_is_not_there_is_told_first(client: FlaskClient, address: str) -> None:
    """404 and 405 come before the check of parameters."""
    assert client.get(f"{address}?a=1&a=2").status_code in (404, 405)


def test_the_page_takes_any_parameter(jwt_client: Callable[..., FlaskClient]) -> None:
    """Links to it may carry tracking parameters, and it is no API call."""
    assert jwt_client().get("/docs?utm_source=x&utm_source=y", headers=bearer()).status_code == 200
