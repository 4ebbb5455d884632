"""Inputs for presigned URLs, made up or generated, to be signed by us and by botocore."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from operator import add
from typing import Literal
from urllib.parse import quote

import pytest
from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotocoreCredentials
from hypothesis import strategies as st

from service.store.sigv4.query import MAX_EXPIRES_IN, Credentials, QuerySigner

NOON = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)
CREDENTIALS = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")


@dataclass(frozen=True)
class Case:
    """Everything that determines a presigned URL."""

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
    """Return botocore's URL for the same request at the same time, put together without our code."""
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


def join_pieces(pieces: st.SearchStrategy[str], *, min_size: int = 0) -> st.SearchStrategy[str]:
    return st.lists(pieces, min_size=min_size, max_size=8).map("".join)


any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)

# Everything that str.split(), and so botocore, treats as white space: more than HTTP does.
white_space = st.sampled_from([" ", "  ", "\t", "\r\n", "\v\f\x1c", "\x85\u00a0\u3000"])

# Mostly keys as people name files, with everything that may break quoting, joining and splitting.
key_pieces = one_of_words(
    "a Zz9 -._~ / // + % %2F %20 ~ ? # & = : @ !*'() .. . é e\u0301 日本語 🎵 \u202e \x00 \x7f \" \\ [] ; , $"
    " uploads/u1/ 01JD8ZK3V0X5W9QH2M4N6P7R8S .mp3"
)
object_keys = join_pieces(key_pieces | white_space, min_size=1) | any_text.filter(bool)

header_names = one_of_words(
    "content-type Content-Type content-length CONTENT-MD5 if-none-match If-Match cache-control range date accept gzip"
    " hosts content-disposition x-amz-checksum-sha256 x-amz-checksum-crc32c x-amz-acl x-amz-tagging x-amz-date"
    " x-amz-server-side-encryption x-amz-copy-source-if-match x-amz-meta-mood X-Amz-Meta-Mood-2 x-amz-meta-a"
    " x-amz-meta-a_b x-amz-meta-a.b x-amz-meta-!#$&'*+^`|~"
)
header_values = join_pieces(white_space | one_of_words('audio/mpeg ;q=0.5,b : é %s %% * "x')) | any_text
header_pairs = st.lists(st.tuples(header_names, header_values), max_size=5, unique_by=lambda pair: pair[0].lower())

param_names = one_of_words(
    "response-content-disposition response-content-type versionId partNumber uploadId uploads x-id x-amz-meta-a"
    " x-amz-checksum-mode A X X-Amy X-Amz X-B a a-b a.b + é ~"
) | any_text.filter(lambda name: name != "" and not name.startswith("X-Amz-"))
param_values = st.just("") | st.integers(1, 10_000).map(str) | any_text
params = st.dictionaries(param_names, param_values, max_size=4)

FIRST, LAST = datetime(1970, 1, 2, tzinfo=UTC), datetime(9998, 12, 30, tzinfo=UTC)
midnights = st.integers(0, (LAST - FIRST).days).map(lambda days: FIRST + timedelta(days=days))
new_years = st.integers(1971, 9998).map(lambda year: datetime(year, 1, 1, tzinfo=UTC))
times = st.one_of(
    st.integers(0, 2**31).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    st.builds(add, midnights, st.integers(-(10**6), 10**6).map(lambda us: timedelta(microseconds=us))),
    st.builds(add, new_years, st.integers(-2, 2).map(lambda seconds: timedelta(seconds=seconds))),
)

endpoints = st.builds(
    add,
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
    join_pieces(one_of_words("AKID me / + = @ é"), min_size=1),
    any_text,
    st.none() | join_pieces(one_of_words("FwoGZXIv / + = % é")),
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
