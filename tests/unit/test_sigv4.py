"""Our query signer, compared byte for byte with botocore's, which every S3 store is tested against."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from threading import Barrier
from typing import Any, Literal
from urllib.parse import quote

import boto3
import pytest
from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials as BotocoreCredentials
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.adapters.sigv4 import MAX_EXPIRES_IN, Credentials, QuerySigner

NOON = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)
CREDENTIALS = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")


@dataclass(frozen=True)
class Case:
    """All that decides a presigned URL."""

    credentials: Credentials = CREDENTIALS
    endpoint_url: str = "http://localhost:9000"
    region: str = "us-east-1"
    addressing_style: Literal["path", "virtual"] = "path"
    method: str = "GET"
    bucket: str = "mybucket"
    object_key: str = "uploads/u1/song.mp3"
    expires_in: int = 60
    at: datetime = NOON
    headers: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)


def a_signer(case: Case) -> QuerySigner:
    return QuerySigner(
        case.credentials,
        endpoint_url=case.endpoint_url,
        region=case.region,
        addressing_style=case.addressing_style,
    )


def presigned(case: Case, signer: QuerySigner | None = None) -> str:
    return (signer or a_signer(case)).presign(
        case.method,
        case.bucket,
        case.object_key,
        expires_in=case.expires_in,
        at=case.at,
        headers=case.headers,
        params=case.params,
    )


def presigned_by_botocore(case: Case) -> str:
    """What botocore signs for the same request at the same time; the URL is put together here, not by our code."""
    scheme, _, rest = case.endpoint_url.partition("://")
    place = f"{case.bucket}.{rest}" if case.addressing_style == "virtual" else f"{rest}/{case.bucket}"
    request = AWSRequest(
        method=case.method,
        url=f"{scheme}://{place}/{quote(case.object_key, safe='/~')}",
        headers=case.headers,
        params=dict(case.params),
    )
    credentials = BotocoreCredentials(
        case.credentials.access_key, case.credentials.secret_key, case.credentials.session_token
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.auth.get_current_datetime", lambda: case.at)
        S3SigV4QueryAuth(credentials, "s3", case.region, expires=case.expires_in).add_auth(request)
    return str(request.url)


def one_of_words(words: str) -> st.SearchStrategy[str]:
    return st.sampled_from(words.split())


def joined(pieces: st.SearchStrategy[str], *, min_size: int = 0) -> st.SearchStrategy[str]:
    return st.lists(pieces, min_size=min_size, max_size=8).map("".join)


any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)

# All that str.split(), and so botocore, takes for white space: more than HTTP does.
white_space = st.sampled_from([" ", "  ", "\t", "\r\n", "\v\f\x1c", "\x85\u00a0\u3000"])

# Mostly keys as people name files, with all that quoting, joining and splitting could trip over.
key_pieces = one_of_words(
    "a Zz9 -._~ / // + % %2F %20 ~ ? # & = : @ !*'() .. . é e\u0301 日本語 🎵 \u202e \x00 \x7f \" \\ [] ; , $"
    " uploads/u1/ 01JD8ZK3V0X5W9QH2M4N6P7R8S .mp3"
)
object_keys = joined(key_pieces | white_space, min_size=1) | any_text.filter(bool)

header_names = one_of_words(
    "content-type Content-Type content-length CONTENT-MD5 if-none-match If-Match cache-control range date accept gzip"
    " hosts content-disposition x-amz-checksum-sha256 x-amz-checksum-crc32c x-amz-acl x-amz-tagging x-amz-date"
    " x-amz-server-side-encryption x-amz-copy-source-if-match x-amz-meta-mood X-Amz-Meta-Mood-2 x-amz-meta-a"
    " x-amz-meta-a_b x-amz-meta-a.b x-amz-meta-!#$&'*+^`|~"
)
header_values = joined(white_space | one_of_words('audio/mpeg ;q=0.5,b : é %s %% * "x')) | any_text
header_pairs = st.lists(st.tuples(header_names, header_values), max_size=5, unique_by=lambda pair: pair[0].lower())

param_names = one_of_words(
    "response-content-disposition response-content-type versionId partNumber uploadId uploads x-id x-amz-meta-a"
    " x-amz-checksum-mode A X X-Amy X-Amz X-B a a-b a.b + é ~"
) | any_text.filter(lambda name: name != "" and not name.startswith("X-Amz-"))
param_values = st.just("") | st.integers(1, 10_000).map(str) | any_text
params = st.dictionaries(param_names, param_values, max_size=4)

midnights = st.dates(datetime(1970, 1, 2).date(), datetime(9998, 12, 30).date()).map(
    lambda day: datetime(day.year, day.month, day.day, tzinfo=UTC)
)
times = st.one_of(
    st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC)),
    st.builds(lambda midnight, us: midnight + timedelta(microseconds=us), midnights, st.integers(-(10**6), 10**6)),
    st.builds(
        lambda year, s: datetime(year, 1, 1, tzinfo=UTC) + timedelta(seconds=s),
        st.integers(1971, 9999),
        st.integers(-2, 2),
    ),
)

endpoints = st.builds(
    str.__add__,
    one_of_words(
        "http://localhost:9000 http://minio https://s3.example.com https://s3.eu-west-1.amazonaws.com"
        " http://s3.example.com:80 https://S3.Example.Com:443 https://s3.example.com:80 http://h.example:443"
    ),
    st.sampled_from(["", "/base", "/base/two"]),
)
addresses = one_of_words("http://127.0.0.1:9000 http://[::1]:9000 https://[2001:DB8::1] http://[fe80::1]:80/b")
places = st.one_of(
    st.tuples(
        endpoints | addresses, st.just("path"), st.sampled_from(["mybucket", "My_Bucket", "a.b.c", "xn--80ak6aa92e"])
    ),
    st.tuples(endpoints, st.just("virtual"), st.sampled_from(["mybucket", "a-1", "0123456789"])),
)
credentials = st.builds(
    Credentials,
    joined(one_of_words("AKID me / + = @ é"), min_size=1),
    any_text,
    st.none() | joined(one_of_words("FwoGZXIv / + = % é")),
)
cases = st.builds(
    lambda place, **rest: Case(endpoint_url=place[0], addressing_style=place[1], bucket=place[2], **rest),
    place=places,
    credentials=st.just(CREDENTIALS) | credentials,
    region=st.sampled_from(["us-east-1", "eu-west-1", "auto", "fsn1"]),
    method=st.sampled_from(["GET", "PUT", "HEAD", "DELETE", "POST", "put"]),
    object_key=object_keys,
    expires_in=st.integers(1, MAX_EXPIRES_IN),
    at=times,
    headers=header_pairs.map(dict),
    params=params,
)


@settings(max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(case=cases)
def test_every_url_is_byte_identical_with_botocores(case: Case) -> None:
    """Whatever is signed, a store that accepts botocore's URL accepts ours: it is the same URL."""
    assert presigned_by_botocore(case) == presigned(case)


@settings(max_examples=200, deadline=None)
@given(cases=st.lists(cases, min_size=2, max_size=6))
def test_what_a_signer_keeps_from_one_url_never_shows_in_the_next(cases: list[Case]) -> None:
    """One signer for requests of every kind gives what a fresh signer for each would give."""
    first = cases[0]
    kept = {
        name: getattr(first, name) for name in ("credentials", "endpoint_url", "region", "addressing_style", "bucket")
    }
    for_one_signer = [replace(case, **kept) for case in cases]
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
    """From boto3's own client down: its endpoint rules, its serialiser and its signer end in our bytes."""
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
    """The published vector, so that a mistake shared with botocore would show too."""
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
    """Clocks are set back too: yesterday's key is made again, today's is never used for it."""
    before = datetime(2026, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    sequence = [Case(at=at) for at in (before, before + timedelta(microseconds=1), before, before)]
    signer = a_signer(Case())

    urls = [presigned(case, signer) for case in sequence]

    assert [presigned_by_botocore(case) for case in sequence] == urls
    assert "%2F20261231%2F" in urls[0]
    assert "%2F20270101%2F" in urls[1]


def test_threads_share_a_signer_over_midnight() -> None:
    """Eight threads that straddle midnight with other keys, headers and buckets each get their own URL."""
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


def test_a_naive_time_is_refused() -> None:
    """A local time taken for UTC would be wrong by hours, and the URL dead or alive too long."""
    with pytest.raises(ValueError, match="aware"):
        presigned(Case(at=datetime(2026, 11, 21)))


@pytest.mark.parametrize("expires_in", [-1, 0, MAX_EXPIRES_IN + 1, 60.5, float("nan")])
def test_a_lifetime_that_no_store_takes_is_refused(expires_in: Any) -> None:
    """Stores answer 400 to it; better that nobody gets such a URL."""
    with pytest.raises(ValueError, match=r"expires_in|format code"):
        presigned(Case(expires_in=expires_in))


@pytest.mark.parametrize("expires_in", [1, MAX_EXPIRES_IN])
def test_the_shortest_and_the_longest_lifetime_are_signed(expires_in: int) -> None:
    """The limits themselves are allowed: 1 second and 7 days."""
    assert f"&X-Amz-Expires={expires_in}&" in presigned(Case(expires_in=expires_in))


@pytest.mark.parametrize(
    "name", ["Host", "user-agent", "Transfer-Encoding", "x-amzn-trace-id", "", "a b", "a:b", "a\n"]
)
def test_a_header_that_cannot_be_bound_is_refused(name: str) -> None:
    """botocore leaves some headers unsigned without a word; a caller who names one believes that it is bound."""
    with pytest.raises(ValueError, match="cannot be bound"):
        presigned(Case(headers={name: "x"}))


def test_a_header_given_in_two_spellings_is_refused() -> None:
    """HTTP would join the two, and no client sends them so."""
    with pytest.raises(ValueError, match="twice"):
        presigned(Case(headers={"Content-Type": "a/b", "content-type": "c/d"}))


def test_a_form_content_type_is_bound_like_any_other() -> None:
    """The one place where we are stricter: botocore takes this value for its own default and drops it."""
    case = Case(method="PUT", headers={"content-type": "application/x-www-form-urlencoded; charset=utf-8"})

    assert "X-Amz-SignedHeaders=content-type%3Bhost&" in presigned(case)
    assert "X-Amz-SignedHeaders=host&" in presigned_by_botocore(case)


@pytest.mark.parametrize("name", ["", "X-Amz-Expires", "X-Amz-Signature", "X-Amz-Anything"])
def test_a_parameter_in_sigv4s_name_space_is_refused(name: str) -> None:
    """A second X-Amz-Expires beside ours would leave it to the store which one counts."""
    with pytest.raises(ValueError, match="not a parameter"):
        presigned(Case(params={name: "1"}))


@pytest.mark.parametrize("bucket", ["", "a/b", "a?b", "bücket", "a b", "a\n"])
def test_a_bucket_name_that_would_change_the_url_is_refused(bucket: str) -> None:
    """It goes into the URL unquoted."""
    with pytest.raises(ValueError, match="bucket"):
        presigned(Case(bucket=bucket))


def test_an_empty_key_is_refused() -> None:
    """Its URL would be the bucket's own: a DELETE of it would mean the bucket."""
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
    """A setting mistyped stops the start, not the first upload."""
    with pytest.raises(ValueError, match=r"endpoint|[Pp]ort"):
        a_signer(Case(endpoint_url=endpoint_url))


@pytest.mark.parametrize("bucket", ["My_Bucket", "a.b", "ab"])
def test_a_bucket_that_is_no_host_label_stays_in_the_path(bucket: str) -> None:
    """Virtual-host style asked for, but `My_Bucket.host` is no host name and `a.b.host` has no certificate."""
    case = Case(endpoint_url="https://s3.example.com", bucket=bucket)
    virtual = Case(endpoint_url="https://s3.example.com", bucket=bucket, addressing_style="virtual")

    assert presigned_by_botocore(case) == presigned(virtual)


def test_secrets_stay_out_of_a_repr() -> None:
    """Credentials end up in tracebacks and logs by their repr."""
    shown = repr(Credentials("AKID", "very-secret", "token-secret"))

    assert "AKID" in shown
    assert "secret" not in shown.replace("secret_key", "")
