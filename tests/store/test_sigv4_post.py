"""Our signer of forms, compared byte for byte with botocore's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any, Literal

import boto3
import pytest
from botocore.config import Config
from hypothesis import given, settings
from hypothesis import strategies as st

from service.store.sigv4.post import PostSigner
from service.store.sigv4.query import Credentials
from tests.store.sigv4_cases import CREDENTIALS, NOON
from tests.zones import machine_in

TEMPORARY = Credentials("ASIAEXAMPLE", "a/b+c=", "a token/with+signs==")


@dataclass(frozen=True)
class Case:
    """Everything that determines a presigned form."""

    object_key: str = "incoming/u1/song.mp3"
    fields: tuple[tuple[str, str], ...] = (("content-type", "audio/mpeg"),)
    sizes: tuple[int, int] = (1, 100)
    expires_in: int = 60
    at: datetime = NOON
    credentials: Credentials = CREDENTIALS
    endpoint_url: str = "http://localhost:9000"
    addressing_style: Literal["path", "virtual"] = "path"


def presigned(case: Case) -> tuple[str, dict[str, str]]:
    signer = PostSigner(
        case.credentials,
        endpoint_url=case.endpoint_url,
        region="us-east-1",
        addressing_style=case.addressing_style,
    )
    return signer.presign(
        "mybucket",
        case.object_key,
        fields=dict(case.fields),
        min_size_bytes=case.sizes[0],
        max_size_bytes=case.sizes[1],
        expires_in=case.expires_in,
        at=case.at,
    )


@lru_cache
def botocore_client(credentials: Credentials, endpoint_url: str, addressing_style: str) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=endpoint_url,
        region_name="us-east-1",
        aws_access_key_id=credentials.access_key,
        aws_secret_access_key=credentials.secret_key,
        aws_session_token=credentials.session_token,
        config=Config(signature_version="s3v4", s3={"addressing_style": addressing_style}),
    )


def presigned_by_botocore(case: Case) -> tuple[str, Mapping[str, str]]:
    """Return botocore's form for the same input at the same time."""
    client = botocore_client(case.credentials, case.endpoint_url, case.addressing_style)
    conditions = [*({name: value} for name, value in case.fields), ["content-length-range", *case.sizes]]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.auth.get_current_datetime", lambda: case.at)
        patch.setattr("botocore.signers.get_current_datetime", lambda: case.at)
        made = client.generate_presigned_post(
            "mybucket", case.object_key, Fields=dict(case.fields), Conditions=conditions, ExpiresIn=case.expires_in
        )
    return made["url"], made["fields"]


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
names = st.one_of(
    st.sampled_from(["content-type", "Content-Disposition", "success_action_status", "x-amz-meta-title"]),
    st.from_regex(r"x-amz-meta-[a-z]{1,8}", fullmatch=True),
)
cases = st.builds(
    Case,
    object_key=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60).filter(
        lambda key: "${filename}" not in key
    ),
    fields=st.dictionaries(names, texts, max_size=4).map(lambda drawn: tuple(drawn.items())),
    sizes=st.tuples(st.integers(0, 10), st.integers(10, 5 * 2**30)),
    expires_in=st.integers(1, 604_800),
    at=st.datetimes(datetime(2020, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  made aware
    credentials=st.sampled_from([CREDENTIALS, TEMPORARY]),
    endpoint_url=st.sampled_from(["http://localhost:9000", "https://store.example", "https://store.example:8443"]),
    addressing_style=st.sampled_from(["path", "virtual"]),
)


@settings(max_examples=2_000, deadline=None)
@given(case=cases)
def test_every_form_is_byte_identical_with_botocores(case: Case) -> None:
    """Each field in the same order; the address except for its final slash."""
    url, fields = presigned(case)
    botocores_url, botocores_fields = presigned_by_botocore(case)

    assert list(fields.items()) == list(botocores_fields.items())
    assert url == botocores_url.rstrip("/") + "/"


@pytest.mark.parametrize(
    "case",
    [
        Case(),
        Case(expires_in=1, sizes=(0, 5 * 2**30), fields=()),
        Case(expires_in=604_800, credentials=TEMPORARY),
        Case(endpoint_url="https://store.example:8443", addressing_style="virtual"),
        Case(at=datetime(2027, 12, 31, 23, 59, 58, tzinfo=UTC), fields=(("success_action_status", "201"),)),
    ],
)
def test_a_form_of_each_kind_is_byte_identical_with_botocores(case: Case) -> None:
    """Kinds that made-up cases meet only by luck."""
    url, fields = presigned(case)
    botocores_url, botocores_fields = presigned_by_botocore(case)

    assert list(fields.items()) == list(botocores_fields.items())
    assert url == botocores_url.rstrip("/") + "/"


def test_a_form_goes_to_the_path_of_its_bucket_unless_something_else_is_said() -> None:
    """As MinIO and VersityGW require."""
    signer = PostSigner(CREDENTIALS, endpoint_url="http://localhost:9000", region="us-east-1")
    sizes = {"min_size_bytes": 0, "max_size_bytes": 1, "expires_in": 1, "at": NOON}

    assert signer.presign("mybucket", "a", fields={}, **sizes)[0] == "http://localhost:9000/mybucket/"


def test_fields_that_cannot_be_signed_are_named() -> None:
    """The error lists all such fields for the developer who gave them."""
    with pytest.raises(ValueError, match=r"^not fields to sign: a, key$"):
        presigned(Case(fields=(("a", "1"), ("key", "2"))))


@pytest.mark.parametrize(
    "case",
    [
        Case(expires_in=0),
        Case(expires_in=604_801),
        Case(object_key=""),
        Case(object_key="incoming/u1/${filename}"),
        Case(fields=(("Key", "uploads/u2/1"),)),
        Case(fields=(("X-Amz-Signature", "0"),)),
        Case(fields=(("file", ""),)),
        Case(at=NOON.replace(tzinfo=None)),
    ],
)
def test_what_cannot_be_bound_is_not_signed(case: Case) -> None:
    """A form that silently does not bind it would be worse."""
    with pytest.raises(ValueError, match=r"expires_in|key|fields|aware"):
        presigned(case)


def test_the_zone_of_the_machine_does_not_matter() -> None:
    """A policy expires in UTC, wherever the server is."""
    in_tokyo, expected = Case(at=NOON.astimezone(timezone(timedelta(hours=9)))), presigned(Case())
    with machine_in("America/New_York"):
        assert presigned(in_tokyo) == presigned(Case()) == expected
