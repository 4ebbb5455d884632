"""Our query signer, compared byte for byte with botocore's, which every S3 store is tested against."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from threading import Barrier
from typing import Any, Literal

import boto3
import pytest
from botocore.config import Config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.store.sigv4.query import Credentials, QuerySigner
from tests.store.sigv4_cases import NOON, Case, a_signer, cases, presigned, presigned_by_botocore
from tests.zones import machine_in


@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(case=cases)
def test_every_url_is_byte_identical_with_botocores(case: Case) -> None:
    """So a store that accepts botocore's URL accepts ours."""
    assert presigned_by_botocore(case) == presigned(case)


@pytest.mark.torture("10,000")
@pytest.mark.timeout(60 * 60)
@settings(max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(case=cases)
def test_ten_thousand_urls_are_byte_identical_with_botocores(case: Case) -> None:
    """The same with more of them."""
    assert presigned_by_botocore(case) == presigned(case)


@pytest.mark.parametrize(
    "params",
    [{"X-Foo": "1"}, {"X": "1", "X-Amz": "2", "X-B": "3"}, {"x-id": "é", "versionId": "v 1"}, {"A": "", "~": "+"}],
)
def test_a_parameter_stands_where_botocore_sorts_it(params: dict[str, str]) -> None:
    """Before or after SigV4's own, which made-up cases meet only by luck."""
    case = Case(params=params)

    assert presigned_by_botocore(case) == presigned(case)


@settings(max_examples=200, deadline=None)
@given(cases=st.lists(cases, min_size=2, max_size=6))
def test_what_a_signer_keeps_from_one_url_never_shows_in_the_next(cases: list[Case]) -> None:
    """One signer for all kinds of requests gives the same as a new signer for each."""
    first = cases[0]
    shared = {
        name: getattr(first, name) for name in ("credentials", "endpoint_url", "region", "addressing_style", "bucket")
    }
    for_one_signer = [replace(case, **shared) for case in cases]
    signer = a_signer(first)
    expected = [presigned_by_botocore(case) for case in for_one_signer]

    assert expected == [presigned(case, signer) for case in for_one_signer]


SHA256_OF_ABC = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="
KEY = "uploads/u1/été + 50% ~ 🎵/a b.mp3"
Operation = tuple[str, dict[str, Any], str, dict[str, str], dict[str, str]]
OPERATIONS: dict[str, Operation] = {
    "get": ("get_object", {}, "GET", {}, {}),
    "get as": (
        "get_object",
        {"ResponseContentDisposition": "attachment; filename*=UTF-8''%C3%A9t%C3%A9.mp3", "VersionId": "v 1"},
        "GET",
        {},
        {"response-content-disposition": "attachment; filename*=UTF-8''%C3%A9t%C3%A9.mp3", "versionId": "v 1"},
    ),
    "put": ("put_object", {}, "PUT", {}, {}),
    "bound put": (
        "put_object",
        {
            "ContentType": "audio/mpeg",
            "ContentLength": 3,
            "IfNoneMatch": "*",
            "ChecksumSHA256": SHA256_OF_ABC,
            "Metadata": {"mood": "very  happy"},
        },
        "PUT",
        {
            "Content-Type": "audio/mpeg",
            "Content-Length": "3",
            "If-None-Match": "*",
            "x-amz-checksum-sha256": SHA256_OF_ABC,
            "x-amz-meta-mood": "very  happy",
        },
        {},
    ),
    "head": ("head_object", {}, "HEAD", {}, {}),
    "delete a version": ("delete_object", {"VersionId": "v1"}, "DELETE", {}, {"versionId": "v1"}),
    "part": (
        "upload_part",
        {"UploadId": "a+b/c=", "PartNumber": 7, "ContentLength": 5},
        "PUT",
        {"content-length": "5"},
        {"uploadId": "a+b/c=", "partNumber": "7"},
    ),
    "start of a multipart": ("create_multipart_upload", {}, "POST", {}, {"uploads": ""}),
}


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("token", [None, "FwoGZXIvYXdz+/="])
@pytest.mark.parametrize(
    ("endpoint_url", "addressing_style"),
    [
        ("http://localhost:9000", "path"),
        ("http://localhost:9000", "virtual"),
        ("https://s3.eu-west-1.amazonaws.com", "virtual"),
        ("https://s3.example.com:443/base/", "path"),
        ("http://S3.Example.com:80/base", "virtual"),
        ("http://127.0.0.1:9000", "virtual"),
        ("https://[2001:DB8::1]:9443", "virtual"),
    ],
)
def test_a_url_is_the_one_that_boto3_would_hand_out(
    operation: str, token: str | None, endpoint_url: str, addressing_style: Literal["path", "virtual"]
) -> None:
    """boto3's own client, with its endpoint rules, serialiser and signer, makes the same bytes."""
    boto3_name, boto3_params, method, headers, params = OPERATIONS[operation]
    case = Case(
        credentials=Credentials("AKIDEXAMPLE", "secret", token),
        endpoint_url=endpoint_url,
        addressing_style=addressing_style,
        method=method,
        object_key=KEY,
        headers=headers,
        params=params,
    )
    client = boto3.client(
        "s3",
        endpoint_url=endpoint_url,
        region_name=case.region,
        aws_access_key_id=case.credentials.access_key,
        aws_secret_access_key=case.credentials.secret_key,
        aws_session_token=token,
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": addressing_style},
            request_checksum_calculation="when_required",
        ),
    )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.auth.get_current_datetime", lambda: case.at)
        expected = client.generate_presigned_url(
            boto3_name, Params={"Bucket": case.bucket, "Key": KEY, **boto3_params}, ExpiresIn=case.expires_in
        )

    assert expected == presigned(case)


def test_the_example_of_the_aws_documentation_is_signed_as_printed_there() -> None:
    """The published vector would reveal a mistake that we share with botocore."""
    # https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
    signer = QuerySigner(
        Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        endpoint_url="https://s3.amazonaws.com",
        region="us-east-1",
        addressing_style="virtual",
    )

    url = signer.presign("GET", "examplebucket", "test.txt", expires_in=86400, at=datetime(2013, 5, 24, tzinfo=UTC))

    assert url.endswith("&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404")


def test_the_signing_key_follows_the_date_over_midnight_and_back() -> None:
    """Clocks are also set back: yesterday's key is made again, and today's is not used for it."""
    before = datetime(2026, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    sequence = [Case(at=at) for at in (before, before + timedelta(microseconds=1), before, before)]
    signer = a_signer(Case())

    urls = [presigned(case, signer) for case in sequence]

    assert [presigned_by_botocore(case) for case in sequence] == urls
    assert "%2F20261231%2F" in urls[0]
    assert "%2F20270101%2F" in urls[1]


def test_threads_share_a_signer_over_midnight() -> None:
    """Eight threads around midnight with different keys, headers and buckets each get their own URL."""
    midnight = datetime(2027, 1, 1, tzinfo=UTC)
    mine = [
        [
            Case(
                at=midnight + timedelta(seconds=(-1) ** (thread + turn)),
                object_key=f"uploads/u{thread}/{turn} é",
                bucket=f"bucket-{turn % 3}",
                headers={f"x-amz-meta-{thread}": str(turn)},
                params={"versionId": f"{thread}-{turn}"},
            )
            for turn in range(200)
        ]
        for thread in range(8)
    ]
    signer = a_signer(Case())
    start = Barrier(8)

    def sign(cases: list[Case]) -> list[str]:
        start.wait()
        return [presigned(case, signer) for case in cases]

    with ThreadPoolExecutor(8) as pool:
        urls = list(pool.map(sign, mine))

    assert [[presigned_by_botocore(case) for case in cases] for cases in mine] == urls


def test_a_time_in_another_zone_is_the_same_instant() -> None:
    """The store reads UTC, so 01:30 in Kolkata on the 22nd is signed as 20:00 on the 21st."""
    kolkata = datetime(2026, 11, 22, 1, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))

    assert presigned(Case(at=datetime(2026, 11, 21, 20, tzinfo=UTC))) == presigned(Case(at=kolkata))


def test_the_zone_of_the_machine_does_not_matter() -> None:
    """SigV4 uses UTC, whatever the zone of the server or of the given time."""
    in_tokyo = Case(at=NOON.astimezone(timezone(timedelta(hours=9))))
    expected = presigned(Case())
    with machine_in("America/New_York"):
        assert presigned(in_tokyo) == presigned(Case()) == expected
