"""Values that are permissions in themselves are removed from messages and logs."""

import base64
import json
from urllib.parse import quote

import pytest

from service.shared import redaction
from service.shared.redaction import hide, redacted

SIGNATURE = "0123456789abcdef" * 4
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1MSJ9.c2lnbmVk-by_nobody"
CREDENTIAL = "AKIDOFSOMEBODY/20261128/us-east-1/s3/aws4_request"
SECRET = "not/for+any'body\"at all%"


@pytest.fixture(autouse=True)
def _nothing_hidden_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reset what a test has hidden."""
    monkeypatch.setattr(redaction, "_secrets", ())
    monkeypatch.setattr(redaction, "_short_secrets", None)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/u/aaa.bbb.ccc/s3/params", "/u/…/s3/params"),
        ("//u/aaa.bbb.ccc//s3/params?filename=a", "//u/…//s3/params?filename=a"),
        ("/u//aaa.bbb.ccc/s3", "/u//…/s3"),
        ("GET /u/aaa.bbb.ccc HTTP/1.1", "GET /u/… HTTP/1.1"),
        ("Invalid HTTP request line: 'GET /u/aaa.bbb.ccc'", "Invalid HTTP request line: 'GET /u/…'"),
        ("http://host/u/aaa?x=1 and /u/bbb/", "http://host/u/…?x=1 and /u/…/"),
        ("/s3/calls/aaa.bbb", "/s3/calls/…"),
        ("/%75/aaa.bbb/s3", "/u/…/s3"),
        ("/v1/uploads/01JD8ZK3V0X5W9QH2M4N6P7R8S", "/v1/uploads/01JD8ZK3V0X5W9QH2M4N6P7R8S"),
        ("/u/", "/u/"),
        ("mongodb://user:p@ss@db.example:27017/?a=b", "mongodb://…@db.example:27017/?a=b"),
        ("u1@example.com asked", "… asked"),
        ("/v1/files/mdk_4fQ9sT2bXa_0123456789abcdefghijABCDEFGHIJ120a1b2C", "/v1/files/mdk_…"),
        ("no such file: 'mdk_4fQ9sT2bXa_0123'", "no such file: 'mdk_…'"),
        ("/x/rt_01JD8ZK3V0X5W9QH2M4N6P7R8S.12.q7Zk-_0x?a=b", "/x/rt_…?a=b"),
        ("device_code: q7Zk-_0x12", "device_code: …"),
        ("signed with whsec_MDEyMzQ1Njc4OWFiY2RlZg==", "signed with whsec_…"),
        ("make one with whsec_…", "make one with whsec_…"),
        ("moodrop_passkey=q7Zk-_0x12; moodrop_oauth=eyJ.x.y", "moodrop_passkey=…; moodrop_oauth=…"),
        (f"/verify#{'a' * 43}.{'b' * 43}", "/verify#…"),
        ("start_at, part_1.mp3", "start_at, part_1.mp3"),
        ("uploads/u1/100% sure.mp3", "uploads/u1/100% sure.mp3"),
        ("the token needs the scope 'files:read'", "the token needs the scope 'files:read'"),
        ("store check signature failed: answered 200", "store check signature failed: answered 200"),
    ],
)
def test_the_secret_of_a_text_is_cut_out(text: str, shown: str) -> None:
    """And nothing else."""
    assert redacted(text) == shown


@pytest.mark.parametrize("times", range(4))
@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"PUT http://s/b/k?X-Amz-Credential={CREDENTIAL}&X-Amz-Signature=abc123", "abc123"),
        (f"PUT http://s/b/k?X-Amz-Credential={CREDENTIAL}&X-Amz-Date=x", "AKIDOFSOMEBODY"),
        (f"x-amz-signature={SIGNATURE[:40]}", SIGNATURE[:40]),
        (f"/b/k?AWSAccessKeyId=AKIDOLD&Signature=q{SIGNATURE[:20]}%3D&Expires=1", SIGNATURE[:20]),
        ("/b/k?AWSAccessKeyId=AKIDOLD&Signature=q&Expires=1", "AKIDOLD"),
        (f"X-Amz-Security-Token={JWT}", JWT),
        (f"/s3/params?token={JWT}", "c2lnbmVk"),
        ("mongodb://moodrop:hunter2@db:27017", "hunter2"),
        ("/x?password=hunter2&a=b", "hunter2"),
        ("/u/aaa.bbb.ccc/s3/params", "bbb"),
        ("someone@example.com", "someone"),
        (SIGNATURE, SIGNATURE),
    ],
)
def test_percent_encoding_hides_nothing(text: str, secret: str, times: int) -> None:
    """Even if it is encoded several times, as in an address within an address."""
    for _ in range(times):
        text = quote(text, safe="")

    assert secret not in redacted(f"before {text} after")


@pytest.mark.parametrize(
    "text",
    [
        f"AWS4-HMAC-SHA256 Credential={CREDENTIAL}, SignedHeaders=host, Signature={SIGNATURE}",
        "{'x-amz-credential': 'AKIDOFSOMEBODY/2026'}",
        '{"AccessKeyId": "AKIDOFSOMEBODY"}',
        r"{\"accessKey\": \"AKIDOFSOMEBODY\"}",
        "[('x-amz-credential', 'AKIDOFSOMEBODY/2026')]",
        "{b'X-Amz-Security-Token': b'AKIDOFSOMEBODY'}",
        'form-data; name="x-amz-credential"\r\n\r\nAKIDOFSOMEBODY\r\n--',
        r"form-data; name=\"x-amz-credential\"\r\n\r\nAKIDOFSOMEBODY\r\n--",
        "<Error><AWSAccessKeyId>AKIDOFSOMEBODY</AWSAccessKeyId></Error>",
        "Authorization: AWS AKIDOFSOMEBODY:c2lnbmF0dXJl",
        "sent AWS AKIDOFSOMEBODY:c2lnbmF0dXJl",
        "authorization: Bearer AKIDOFSOMEBODY",
        "{'Authorization': 'Token AKIDOFSOMEBODY'}",
        "got bearer AKIDOFSOMEBODY there",
        "Proxy says Basic AKIDOFSOMEBODY==",
        "Cookie: a=b; moodrop_session=AKIDOFSOMEBODY; c=d",
        "__Host-moodrop_session=AKIDOFSOMEBODY",
        "{'Set-Cookie': 'x=AKIDOFSOMEBODY'}",
        "Uppy-Auth-Token: AKIDOFSOMEBODY",
        "eyJAKIDOFSOMEBODY",
        "policy=AKIDOFSOMEBODY",
    ],
)
def test_a_credential_is_known_by_what_stands_before_it(text: str) -> None:
    """In headers, forms, JSON, XML, and as Python prints them."""
    assert "AKIDOFSOMEBODY" not in redacted(text)
    assert SIGNATURE not in redacted(text)


@pytest.mark.parametrize(
    "written",
    [
        SECRET,
        quote(SECRET),
        quote(quote(SECRET, safe=""), safe=""),
        json.dumps(SECRET),
        repr({"a": SECRET}),
        base64.b64encode(SECRET.encode()).decode(),
        base64.urlsafe_b64encode(SECRET.encode()).decode(),
        SECRET.encode().hex(),
    ],
)
def test_our_own_secrets_are_cut_out_wherever_they_stand(written: str) -> None:
    hide(SECRET)

    shown = redacted(f"x{written}y")

    assert written not in shown
    assert "any" not in shown
    assert "bm90L2Zvcit" not in shown


def test_a_short_secret_is_cut_out_as_a_word() -> None:
    """The root user may be called 'root', but 'rooted' is another word."""
    hide("root", "abc", "")

    assert redacted("root (root) rooted abc") == "… (…) rooted abc"


def test_a_longer_secret_goes_before_its_beginning() -> None:
    """Otherwise its end would remain."""
    hide("moodrop-root")
    hide("moodrop-root-secret")

    assert redacted("a moodrop-root-secret and moodrop-root") == "a … and …"
