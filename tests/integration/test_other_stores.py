"""What other stores do, played by a proxy in front of a real MinIO: the doctor names it, and uploads go on."""

import base64
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import urllib3
from flask.testing import FlaskClient

from service.app import create_app
from service.operations.usecases.doctor import Finding, examine
from service.ports import Ports
from service.settings import Settings
from service.shared.checks import StoreCheck
from service.store.errors import StoreUnavailable
from service.uploads.errors import PartsMissing
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.files.delete import delete_file
from service.uploads.usecases.upkeep.reconcile import Problem, Tally, reconcile
from tests.builders import (
    ALICE,
    NO_METADATA,
    SONG,
    a_file,
    a_sent_multipart,
    a_staged_upload,
    fetch,
    later,
)
from tests.conftest import prepared_ports
from tests.helpers.store_proxy import HANG_UP, Proxy, ProxyRequest

pytestmark = pytest.mark.real
NO_VERSIONS = b"<Error><Code>NotImplemented</Code><Message>of other stores</Message></Error>"
BROKEN = b"<Error><Code>InternalError</Code><Message>try again</Message></Error>"
PART = re.compile(rb"<Part>.*?</Part>", re.DOTALL)
DENIED = b"<Error><Code>AccessDenied</Code></Error>"


@contextmanager
def behind(settings: Settings, **how: Any) -> Iterator[Ports]:
    """Return prepared ports on a MinIO that behaves so."""
    proxy = Proxy(settings.minio_endpoint, drop=(), **how)
    try:
        with prepared_ports(settings.model_copy(update={"minio_endpoint": proxy.url})) as ports:
            yield ports
    finally:
        proxy.stop()


def checks(ports: Ports) -> dict[str, StoreCheck]:
    return {check.name: check for check in ports.objects.check(ports.policy.bucket)}


def failures(ports: Ports) -> set[str]:
    return {name for name, check in checks(ports).items() if not check.ok} - {"foreign_headers"}


# --- no versions -----------------------------------------------------------------------------------
def lists_no_versions(asked: ProxyRequest) -> tuple[int, bytes] | None:
    return (501, NO_VERSIONS) if re.search(r"[?&]version(s|ing)(=|&|$)", asked.path) else None


def test_a_store_that_lists_no_versions_is_used_without_them(settings: Settings) -> None:
    """Cloudflare R2 and Garage answer 501 to ListObjectVersions."""
    with behind(settings, answers=lists_no_versions) as ports:
        assert failures(ports) == {"versioning"}
        intact, deleted, lost = (a_file(ports) for _ in range(3))
        staged = confirm_upload(ports, ALICE, a_staged_upload(ports).upload_id, NO_METADATA)
        assert [fetch(ports, file) for file in (intact, staged)] == [SONG, SONG]
        assert intact.version_id is None
        delete_file(ports, ALICE, deleted.upload_id)
        ports.objects.purge(lost.bucket, lost.object_key)

        rows = list(reconcile(later(ports, days=2), Tally(), grace=timedelta(0)))

        assert [(row.problem, row.upload_id) for row in rows] == [(Problem.LOST_FILE, lost.upload_id)]
        keys = {entry.object_key for entry in ports.objects.iter_objects(intact.bucket)}
        assert keys == {intact.object_key, staged.object_key}
        ports.objects.purge_below(intact.bucket, "uploads/")
        assert list(ports.objects.iter_objects(intact.bucket)) == []


# --- parts -----------------------------------------------------------------------------------------
def without_digests(asked: ProxyRequest, body: bytes) -> bytes:
    return re.sub(rb"<Checksum(SHA256|CRC32C)>[^<]*</Checksum\1>", b"", body) if "uploadId=" in asked.path else body


def a_bound_upload(client: FlaskClient) -> str:
    """Send a file in two parts that are bound to their sha256; return its id."""
    bodies = [bytes(16 * 1024 * 1024), SONG]
    digests = [base64.b64encode(hashlib.sha256(body).digest()).decode() for body in bodies]
    new = {
        "filename": "a.mp3",
        "content_type": "audio/mpeg",
        "size_bytes": sum(map(len, bodies)),
        "part_checksum_algorithm": "sha256",
    }
    upload_id = str(client.post("/v1/uploads", json=new).get_json()["upload_id"])
    parts = [{"part_number": number, "checksum_base64": digest} for number, digest in enumerate(digests, 1)]
    signed = client.post(f"/v1/uploads/{upload_id}/urls", json={"parts": parts}).get_json()["transfer"]["parts"]
    for part, body, digest in zip(signed, bodies, digests, strict=True):
        headers = {"x-amz-checksum-sha256": digest}
        refused = urllib3.request("PUT", part["url"], body=bytes(len(body) - 1) + b"!", headers=headers, retries=False)
        assert 400 <= refused.status < 500, "other bytes"
        assert urllib3.request("PUT", part["url"], body=body, headers=headers, retries=False).status == 200
    return upload_id


@pytest.mark.parametrize("are_listed", [True, False])
def test_parts_bound_to_sha256_are_confirmed_whether_or_not_their_digests_are_listed(
    settings: Settings, are_listed: bool
) -> None:
    """SeaweedFS lists none, and would refuse to join parts that were opened for sha256."""
    settings = settings.model_copy(update={"put_max_bytes": 0})
    with behind(settings, **{} if are_listed else {"edits": without_digests}) as ports:
        digests = checks(ports)["part_digests"]
        assert (digests.ok, digests.note) == (are_listed, True)
        client = create_app(settings, ports).test_client()
        answer = client.post(f"/v1/uploads/{a_bound_upload(client)}/confirm")
        assert (answer.status_code, answer.get_json()["size_bytes"]) == (200, 16 * 1024 * 1024 + len(SONG))


def twice(asked: ProxyRequest, body: bytes) -> bytes:
    """List an older part of the same number as well, after the newer one, as SeaweedFS may."""
    if "uploadId=" not in asked.path:
        return body
    older = [
        re.sub(rb"<LastModified>\d+", b"<LastModified>2001", re.sub(rb"<ETag>[^<]*", b"<ETag>&#34;0&#34;", part))
        for part in re.findall(rb"<Part>.*?</Part>", body, re.DOTALL)
    ]
    return body.replace(b"</ListPartsResult>", b"".join(older) + b"</ListPartsResult>")


def test_of_parts_listed_twice_the_newest_counts(settings: Settings) -> None:
    with behind(settings, edits=twice) as ports:
        made = checks(ports)
        assert (made["part_listed_once"].ok, made["part_listed_once"].note) == (False, True)
        assert "listed 2 times" in made["part_listed_once"].finding
        assert made["part_retry"].ok
        assert confirm_upload(ports, ALICE, a_sent_multipart(ports).upload_id, NO_METADATA).status == "ready"


def in_one_second(asked: ProxyRequest, body: bytes) -> bytes:
    """List beside each part another with other bytes and the same time, which may come first or last."""
    if "uploadId=" not in asked.path:
        return body
    others = [re.sub(rb"<ETag>[^<]*", b"<ETag>&#34;0&#34;", part) for part in PART.findall(body)]
    return body.replace(b"</ListPartsResult>", b"".join(others) + b"</ListPartsResult>")


def the_same_again(asked: ProxyRequest, body: bytes) -> bytes:
    """List each part twice, as after a retry whose first answer was lost."""
    if "uploadId=" not in asked.path:
        return body
    return body.replace(b"</ListPartsResult>", b"".join(PART.findall(body)) + b"</ListPartsResult>")


def test_of_two_parts_of_one_second_neither_counts(settings: Settings) -> None:
    """SeaweedFS gives whole seconds: the client sends such a part once more, and no luck decides over the bytes."""
    with behind(settings, edits=in_one_second) as ports:
        made = checks(ports)
        assert (made["part_retry"].ok, made["part_retry"].finding) == (True, "neither counts")
        with pytest.raises(PartsMissing):
            confirm_upload(ports, ALICE, a_sent_multipart(ports).upload_id, NO_METADATA)


def test_a_part_that_was_sent_twice_with_the_same_bytes_counts(settings: Settings) -> None:
    with behind(settings, edits=the_same_again) as ports:
        assert confirm_upload(ports, ALICE, a_sent_multipart(ports).upload_id, NO_METADATA).status == "ready"


def test_a_store_that_joins_older_parts_is_named(settings: Settings) -> None:
    """The listing shows the older etag alone: this store took the second part and left the first."""
    seen_ids: list[bytes] = []

    def first_only(asked: ProxyRequest) -> tuple[int, bytes] | None:
        if asked.method == "PUT" and "partNumber=1" in asked.path and ".probe" in asked.path:
            upload = re.search("uploadId=[^&]*", asked.path)
            assert upload
            if upload[0].encode() in seen_ids:
                return 200, b""
            seen_ids.append(upload[0].encode())
        return None

    with behind(settings, answers=first_only) as ports:
        retry = checks(ports)["part_retry"]
        assert (retry.ok, retry.must) == (False, False)


# --- forms -----------------------------------------------------------------------------------------
def takes_no_forms(asked: ProxyRequest) -> tuple[int, bytes] | None:
    return (403, DENIED) if asked.content_type.startswith("multipart/form-data") else None


def test_a_put_takes_the_place_of_a_form_that_the_store_refuses(settings: Settings) -> None:
    """VersityGW asks for a right to the whole bucket."""
    with behind(settings, answers=takes_no_forms) as ports:
        assert failures(ports) == {"form"}
        client = create_app(settings, ports).test_client()
        asked = client.get("/s3/params", query_string={"filename": "a.mp3", "type": "audio/mpeg"}).get_json()
        assert asked["method"] == "PUT"
        sent = urllib3.request("PUT", asked["url"], body=SONG, headers=asked["headers"], retries=False)
        assert sent.status == 200


# --- failures --------------------------------------------------------------------------------------
@pytest.mark.parametrize(("answer", "detail"), [((HANG_UP, b""), "no answer"), ((500, BROKEN), "answered 500")])
def test_a_check_that_cannot_be_made_is_one_finding(settings: Settings, answer: tuple[int, bytes], detail: str) -> None:
    """The others are made, and reported."""

    def fails(asked: ProxyRequest) -> tuple[int, bytes] | None:
        return answer if asked.method == "POST" and "uploads" in asked.path.partition("?")[2] else None

    with behind(settings) as ports:
        everything = set(checks(ports))
    proxy = Proxy(settings.minio_endpoint, drop=(), answers=fails)
    try:
        app = create_app(settings.model_copy(update={"minio_endpoint": proxy.url}))
        ports = app.extensions["moodrop"].ports
        findings = {finding.check.name: finding for finding in examine(ports, ())}
        ports.records.close()
    finally:
        proxy.stop()
    missing = {"multipart_length", "multipart_write_once", "part_listed_once", "part_retry", "part_digests"}
    assert everything - set(findings) == missing
    assert {"multipart", "parts"} <= {name for name, finding in findings.items() if finding.result == "failed"}
    assert detail in findings["parts"].check.finding
    assert _passed(findings, "put", "versioning", "download_reads_derived")


def _passed(findings: dict[str, Finding], *names: str) -> bool:
    return all(findings[name].result == "ok" for name in names)


def test_after_an_answered_failure_of_complete_the_next_confirm_begins_at_once(settings: Settings) -> None:
    """VersityGW answers 500 once in some hundred times under attack; the store is no longer at work then."""
    failing = [True]

    def fails(asked: ProxyRequest) -> tuple[int, bytes] | None:
        completes = asked.method == "POST" and "uploadId=" in asked.path and ".probe" not in asked.path
        return (500, BROKEN) if completes and failing else None

    with behind(settings, answers=fails) as ports:
        upload = a_sent_multipart(ports)
        with pytest.raises(StoreUnavailable, match="InternalError"):
            confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)
        failing.clear()
        assert confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA).status == "ready"
