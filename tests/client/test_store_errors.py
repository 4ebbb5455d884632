"""Errors of the store while the service works: they name the address and what to try."""

import re

import pytest

from moodrop.calls.store_errors import CLOCKS, HOST_CHANGED, LOOPBACK, TOO_LARGE, WRONG_PLACE, no_answer, refusal_of
from moodrop.errors import FileChanged, StoreRefused
from moodrop.http.transport import Response, TransportError

URL = "https://files.example:9000/mybucket/uploads/a?X-Amz-Signature=f00d"
PAGE = b"<html>\r\n<head><title>413 Request Entity Too Large</title></head></html>"


def error_xml(code: str, message: str = "") -> bytes:
    return f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{message}</Message></Error>".encode()


def refused(status: int, body: bytes = b"", location: str | None = None) -> StoreRefused:
    error = refusal_of(URL, Response(status, body, None, location))
    assert isinstance(error, StoreRefused)
    assert error.status == status
    assert "f00d" not in f"{error} {error.hint}"
    return error


@pytest.mark.parametrize("status", [200, 204])
def test_what_the_store_did_is_no_error(status: int) -> None:
    assert refusal_of(URL, Response(status, b"", None)) is None


def test_a_proxys_413_names_the_proxy_and_its_setting() -> None:
    """By default nginx accepts one megabyte. Sending again would change nothing."""
    error = refused(413, PAGE)

    assert str(error).startswith("files.example:9000 answers 413: the request body is too large for the proxy")
    assert "client_max_body_size" in error.hint == TOO_LARGE
    assert not error.retryable


def test_the_stores_own_413_is_not_the_proxys() -> None:
    """The store answers in XML."""
    error = refused(413, error_xml("EntityTooLarge", "too large"))

    assert "the object store answers 413: EntityTooLarge too large" in str(error)
    assert "proxy" not in error.hint


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (409, "ExistingObjectIsDirectory"),
        (409, "ConditionalRequestConflict"),
        (503, "SlowDown"),
        (500, "InternalError"),
    ],
)
def test_a_store_that_is_busy_with_the_key_is_asked_again(status: int, code: str) -> None:
    """VersityGW answers 409 while another request removes the key's folder, AWS while another one writes the key."""
    assert refused(status, error_xml(code)).retryable


@pytest.mark.parametrize("body", [PAGE, b"\n<!DOCTYPE html><title>Welcome to our WLAN</title>"])
def test_a_web_page_is_not_the_stores_yes(body: bytes) -> None:
    """A captive portal answers 200 to everything, and the bytes would be lost."""
    error = refused(200, body)

    assert "files.example:9000 answers 200 with a web page" in str(error)
    assert error.hint == WRONG_PLACE


@pytest.mark.parametrize(
    ("status", "location", "message"),
    [
        (302, "https://login.example/?next=x", "a redirect to login.example"),
        (307, None, "a redirect to another place"),
        (401, None, "a demand to sign in"),
        (511, None, "a demand to sign in"),
    ],
)
def test_a_sign_in_page_is_named(status: int, location: str | None, message: str) -> None:
    """No store redirects a signed request or asks for a sign-in."""
    error = refused(status, PAGE, location)

    assert message in str(error)
    assert error.hint == WRONG_PLACE
    assert not error.retryable


@pytest.mark.parametrize(
    ("code", "message", "hint"),
    [
        ("RequestTimeTooSkewed", "The difference is too large", CLOCKS),
        ("AccessDenied", "Request has expired", CLOCKS),
        ("SignatureDoesNotMatch", "The signature does not match", HOST_CHANGED),
        ("AccessDenied", "Access Denied.", StoreRefused.default_hint),
    ],
)
def test_a_403_of_the_store_says_what_may_be_wrong(code: str, message: str, hint: str) -> None:
    """The clocks, the signed host, or neither; in each case a fresh URL may help."""
    error = refused(403, error_xml(code, message))

    assert error.hint == hint
    assert error.retryable


def test_other_bytes_are_the_files_own_fault() -> None:
    """The store has compared the checksum."""
    assert isinstance(refusal_of(URL, Response(400, error_xml("BadDigest"), None)), FileChanged)


@pytest.mark.parametrize(
    ("url", "words", "hint"),
    [
        (URL, "[Errno -2] Name or service not known", "DNS"),
        (URL, "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate", "SSL_CERT_FILE"),
        (URL, "[SSL: WRONG_VERSION_NUMBER] wrong version number", "plain HTTP"),
        (URL, "[Errno 104] Connection reset by peer", "client_max_body_size"),
        (URL, "nothing has arrived for too long", "can be reached"),
        ("http://localhost:9000/mybucket/a", "[Errno 111] Connection refused", LOOPBACK),
        ("http://127.0.0.1:9000/mybucket/a", "[Errno 111] Connection refused", "MINIO_PUBLIC_ENDPOINT"),
    ],
)
def test_no_answer_names_the_address_and_what_to_try(url: str, words: str, hint: str) -> None:
    """So nobody looks for the fault in the wrong network."""
    error = no_answer(url, TransportError(words))

    host = re.sub("^https?://|/.*", "", url)
    assert str(error) == f"no answer from the object store at {host}: {words}"
    assert hint in error.hint
    assert error.retryable
