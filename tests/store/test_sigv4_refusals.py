"""What our query signer refuses: URLs that would not work, or would not bind what the caller expects."""

from typing import Any

import pytest

from service.store.sigv4.query import MAX_EXPIRES_IN, Credentials
from tests.store.sigv4_cases import NOON, Case, a_signer, presigned, presigned_by_botocore


def test_a_naive_time_is_refused() -> None:
    """A local time read as UTC would be hours off, and the URL expired or valid for too long."""
    with pytest.raises(ValueError, match="aware"):
        presigned(Case(at=NOON.replace(tzinfo=None)))


@pytest.mark.parametrize("expires_in", [-1, 0, MAX_EXPIRES_IN + 1, 60.5, float("nan")])
def test_a_lifetime_that_no_store_takes_is_refused(expires_in: Any) -> None:
    """Stores answer 400, so nobody should get such a URL."""
    with pytest.raises(ValueError, match=r"expires_in|format code"):
        presigned(Case(expires_in=expires_in))


@pytest.mark.parametrize("expires_in", [1, MAX_EXPIRES_IN])
def test_the_shortest_and_the_longest_lifetime_are_signed(expires_in: int) -> None:
    """The limits are inclusive: 1 second and 7 days."""
    assert f"&X-Amz-Expires={expires_in}&" in presigned(Case(expires_in=expires_in))


@pytest.mark.parametrize(
    "name", ["Host", "user-agent", "Transfer-Encoding", "x-amzn-trace-id", "", "a b", "a:b", "a\n"]
)
def test_a_header_that_cannot_be_bound_is_refused(name: str) -> None:
    """botocore silently leaves some headers unsigned, but a caller who names one relies on it."""
    with pytest.raises(ValueError, match="cannot be bound"):
        presigned(Case(headers={name: "x"}))


def test_a_header_given_in_two_spellings_is_refused() -> None:
    """HTTP would join the two, and no client sends that."""
    with pytest.raises(ValueError, match="twice"):
        presigned(Case(headers={"Content-Type": "a/b", "content-type": "c/d"}))


def test_a_form_content_type_is_bound_like_any_other() -> None:
    """Only here are we stricter: botocore mistakes this value for its own default and drops it."""
    case = Case(method="PUT", headers={"content-type": "application/x-www-form-urlencoded; charset=utf-8"})

    assert "X-Amz-SignedHeaders=content-type%3Bhost&" in presigned(case)
    assert "X-Amz-SignedHeaders=host&" in presigned_by_botocore(case)


@pytest.mark.parametrize("name", ["", "X-Amz-Expires", "X-Amz-Signature", "X-Amz-Anything"])
def test_a_parameter_in_sigv4s_name_space_is_refused(name: str) -> None:
    """With a second X-Amz-Expires, the store would decide which one counts."""
    with pytest.raises(ValueError, match="not a parameter"):
        presigned(Case(params={name: "1"}))


@pytest.mark.parametrize("bucket", ["", "a/b", "a?b", "bücket", "a b", "a\n"])
def test_a_bucket_name_that_would_change_the_url_is_refused(bucket: str) -> None:
    """It stands in the URL unquoted."""
    with pytest.raises(ValueError, match="bucket"):
        presigned(Case(bucket=bucket))


def test_an_empty_key_is_refused() -> None:
    """Its URL would be the bucket's own, so a DELETE would delete the bucket."""
    with pytest.raises(ValueError, match="object_key"):
        presigned(Case(object_key=""))


@pytest.mark.parametrize(
    "endpoint_url",
    [
        "localhost:9000",
        "ftp://h",
        "http://",
        "http://me:secret@h",
        "http://h?a=1",
        "http://h#a",
        "http://h:99999",
        "http://[fe80::1%25eth0]",
    ],
)
def test_an_endpoint_that_is_not_a_plain_http_address_is_refused(endpoint_url: str) -> None:
    """A mistyped setting stops the start rather than the first upload."""
    with pytest.raises(ValueError, match=r"endpoint|[Pp]ort"):
        a_signer(Case(endpoint_url=endpoint_url))


@pytest.mark.parametrize("bucket", ["My_Bucket", "a.b", "ab"])
def test_a_bucket_that_is_no_host_label_stays_in_the_path(bucket: str) -> None:
    """Even in virtual-host style: `My_Bucket.host` is no host name, and `a.b.host` has no certificate."""
    case = Case(endpoint_url="https://s3.example.com", bucket=bucket)
    virtual = Case(endpoint_url="https://s3.example.com", bucket=bucket, addressing_style="virtual")

    assert presigned_by_botocore(case) == presigned(virtual)


def test_secrets_stay_out_of_a_repr() -> None:
    """Tracebacks and logs contain the repr of credentials."""
    shown = repr(Credentials("AKID", "very-secret", "token-secret"))

    assert "AKID" in shown
    assert "secret" not in shown.replace("secret_key", "")
