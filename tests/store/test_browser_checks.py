"""How the doctor judges an answer at the public address: as the store's own, or somebody else's."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from urllib3 import HTTPResponse

from service.settings import Settings
from service.shared.checks import StoreCheck
from service.store.checks import browser
from service.store.checks.browser import (
    CLOCKS,
    HOST_HEADER,
    NO_STORE,
    browser_checks,
)
from service.store.checks.probe import SigningPair
from service.store.sigv4.query import Credentials

PAIR = SigningPair(Credentials("upload", "secret"), Credentials("download", "secret"))
PAGE = b"<html>Sign in</html>"


def check_of(status: int, body: bytes, headers: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> StoreCheck:
    """Return the check `public_endpoint` for a server that always answers so."""

    class Pool:
        def request(self, *_: object, **__: object) -> Any:
            return HTTPResponse(body, headers, status)

    @contextmanager
    def pool(url: str) -> Iterator[Pool]:
        yield Pool()

    monkeypatch.setattr(browser, "store_pool", pool)
    settings = Settings(auth_mode="open", minio_public_endpoint="http://localhost:9001")
    return next(check for check in browser_checks(settings, PAIR, "music", "a") if check.name == "public_endpoint")


@pytest.mark.parametrize(
    ("status", "code", "fix"),
    [
        (403, "SignatureDoesNotMatch", HOST_HEADER),
        (403, "RequestTimeTooSkewed", CLOCKS),
        (400, "InvalidRequest", HOST_HEADER),
    ],
)
def test_the_stores_own_refusal_is_named(status: int, code: str, fix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its code, which says whether the host or the clock is wrong."""
    check = check_of(status, f"<Error><Code>{code}</Code></Error>".encode(), {}, monkeypatch)

    assert (check.ok, check.fix) == (False, fix)
    assert check.finding == f"http://localhost:9001 answered {status} {code}"


@pytest.mark.parametrize(
    ("status", "headers", "finding"),
    [
        (302, {"Location": "https://login.example/?next=/"}, "answered 302, a redirect to login.example"),
        (200, {"Content-Type": "text/html"}, "answered 200"),
        (405, {}, "answered 405"),
        (502, {}, "answered 502"),
    ],
)
def test_what_is_no_store_is_not_taken_for_one(
    status: int, headers: dict[str, str], finding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sign-in page, a site that accepts anything, the service itself, a proxy without a store."""
    check = check_of(status, PAGE, headers, monkeypatch)

    assert (check.ok, check.fix) == (False, NO_STORE)
    assert check.finding == f"http://localhost:9001 {finding}"


def test_a_store_tells_the_etag(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then the check passes."""
    assert check_of(200, b"\n", {"ETag": '"f00d"'}, monkeypatch).ok
