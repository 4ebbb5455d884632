"""Our own requests are signed exactly as botocore signs them, and their URLs contain no signature."""

from urllib.parse import quote

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotocoreCredentials
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.store.addresses import Endpoint
from service.store.sigv4.headers import HeaderSigner
from tests.store.sigv4_cases import CREDENTIALS, NOON, Case, endpoints, object_keys, times

cases = st.builds(
    Case,
    endpoint_url=endpoints,
    addressing_style=st.sampled_from(["path", "virtual"]),
    method=st.sampled_from(["HEAD", "DELETE", "GET"]),
    object_key=object_keys,
    at=times,
    headers=st.dictionaries(
        st.sampled_from(["x-amz-checksum-mode", "X-Minio-Force-Delete"]), st.sampled_from(["a", "a  b "])
    ),
    params=st.dictionaries(st.sampled_from(["versionId", "a"]), st.text(st.characters(codec="utf-8"), max_size=20)),
)


def signed(case: Case) -> tuple[str, dict[str, str]]:
    endpoint = Endpoint.parse(case.endpoint_url, virtual=case.addressing_style == "virtual")
    signer = HeaderSigner(case.credentials, endpoint, case.region)
    return signer.sign(case.method, case.bucket, case.object_key, at=case.at, headers=case.headers, params=case.params)


def signed_by_botocore(case: Case, url: str) -> dict[str, str]:
    request = AWSRequest(case.method, url.partition("?")[0], headers=dict(case.headers), params=dict(case.params))
    credentials = BotocoreCredentials(case.credentials.access_key, case.credentials.secret_key)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.auth.get_current_datetime", lambda: case.at)
        S3SigV4Auth(credentials, "s3", case.region).add_auth(request)
    return {name.lower(): value for name, value in request.headers.items()}


@pytest.mark.timeout(300)
@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(case=cases)
def test_every_request_is_signed_as_botocore_does(case: Case) -> None:
    """So a store that accepts botocore's headers accepts ours."""
    url, headers = signed(case)

    assert headers == signed_by_botocore(case, url)


def test_the_address_holds_the_key_and_nothing_else() -> None:
    """So a URL from a log is useless to its reader."""
    url, headers = signed(Case(method="HEAD", object_key="uploads/u1/a b é.mp3", params={"versionId": "v 1"}))

    assert url == f"http://localhost:9000/mybucket/{quote('uploads/u1/a b é.mp3')}?versionId=v%201"
    assert headers["authorization"].startswith(f"AWS4-HMAC-SHA256 Credential={CREDENTIALS.access_key}/{NOON:%Y%m%d}/")
