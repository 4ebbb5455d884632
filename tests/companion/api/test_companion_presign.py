"""The requests of Uppy 6's signRequest: how they are answered, refused and recorded."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from service.companion.usecases.parts import ABORT_GRACE
from service.ports import Ports
from service.uploads.usecases.upkeep.sweep import sweep
from tests.companion.api.companion import PART, REST, files, listed
from tests.conftest import Clock
from tests.helpers.api import UNKNOWN_ID
from tests.helpers.problems import assert_problem

PRESIGN = "/s3/presign"
PROPOSED = "0b7d2c0e-3f2c-4f8e-9d1a-5d8d3f0c1b2a-Übung №1.mp3"


def asked(client: FlaskClient, **fields: Any) -> dict[str, Any]:
    response = client.post(PRESIGN, json={"key": PROPOSED, **fields})
    assert response.status_code == 200, response.text
    signed: dict[str, Any] = response.get_json()
    return signed


def path_of(url: str) -> str:
    return urlsplit(url).path


def test_uppy_6_makes_a_file_of_parts_by_signed_requests(
    client: FlaskClient, ports: Ports, put_part: Callable[[str, bytes], str]
) -> None:
    """It calls S3-like addresses without a token; the type comes with its first call, and the id is ours."""
    created = asked(client, method="POST", metadata={"mood": "happy"})
    answer = client.post(path_of(created["url"]), headers={"Content-Type": "audio/mpeg"})
    upload_id = answer.text.partition("<UploadId>")[2].partition("<")[0]
    known = {"key": created["key"], "uploadId": upload_id}
    for number, body in ((1, bytes(PART)), (2, REST)):
        put_part(asked(client, method="PUT", partNumber=number, **known)["url"], body)
    listing = client.get(path_of(asked(client, method="GET", **known)["url"])).text
    parts = "".join(
        f"<Part><PartNumber>{one['PartNumber']}</PartNumber><ETag>{one['ETag'].strip(chr(34))}</ETag></Part>"
        for one in listed(client, {"uploadId": upload_id, "key": created["key"]})
    )
    body = f"<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>"

    address = path_of(asked(client, method="POST", **known)["url"])
    done = [client.post(address, data=body, headers={"Content-Type": "application/xml"}) for _ in range(2)]

    assert answer.content_type == "application/xml"
    assert listing.count("<Part>") == 2
    assert [(response.status_code, f"<Key>{created['key']}</Key>" in response.text) for response in done] == [
        (200, True)
    ] * 2
    [file] = files(client)
    assert (file["filename"], file["mood"], file["content_type"]) == ("Übung №1.mp3", "happy", "audio/mpeg")


def test_uppy_6_sends_one_piece_sealed_or_as_a_form(client: FlaskClient) -> None:
    """Sealed if the app gives the size."""
    form = asked(client, method="PUT", contentType="audio/mpeg")
    sealed = asked(client, method="PUT", contentType="audio/mpeg", metadata={"size": 5})

    assert form["fields"]["key"] == form["key"]
    assert sealed["headers"].pop("x-amz-meta-moodrop")
    assert sealed["headers"] == {"content-type": "audio/mpeg", "if-none-match": "*"}
    assert sealed["fields"] is None


def test_uppy_6_gives_up(client: FlaskClient, ports: Ports, clock: Clock) -> None:
    """As with the other calls."""
    created = asked(client, method="POST", contentType="audio/mpeg")
    answer = client.post(path_of(created["url"]))
    known = {"key": created["key"], "uploadId": answer.text.partition("<UploadId>")[2].partition("<")[0]}

    aborted = client.delete(path_of(asked(client, method="DELETE", **known)["url"]))

    assert (aborted.status_code, aborted.data) == (204, b"")
    clock.pass_(ABORT_GRACE.total_seconds())
    sweep(ports)
    assert_problem(client.post(PRESIGN, json={"method": "PUT", "partNumber": 1, **known}), 409, "upload_aborted")


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"method": "PUT", "uploadId": UNKNOWN_ID, "partNumber": 1}, 404, "upload_not_found"),
        ({"method": "GET", "uploadId": UNKNOWN_ID}, 404, "upload_not_found"),
        ({"method": "PUT", "uploadId": UNKNOWN_ID}, 400, "bad_request"),
        ({"method": "DELETE"}, 400, "bad_request"),
        ({"method": "GET"}, 400, "bad_request"),
        ({"method": "PATCH"}, 422, "validation_failed"),
        ({"method": "PUT", "contentType": "text/html"}, 415, "content_type_not_allowed"),
        ({"method": "PUT"}, 415, "content_type_not_allowed"),
        ({"method": "POST", "metadata": {"mood": "grim"}}, 422, "mood_not_allowed"),
    ],
)
def test_a_request_that_cannot_be_signed(client: FlaskClient, fields: dict[str, Any], status: int, code: str) -> None:
    """The message suits the app's signRequest, which may throw it."""
    assert_problem(client.post(PRESIGN, json={"key": PROPOSED, **fields}), status, code)


@pytest.mark.parametrize("what", ["forged", "old", "another call"])
def test_an_address_is_for_its_one_call(client: FlaskClient, clock: Clock, what: str) -> None:
    """404 in XML, with our code, which Uppy shows."""
    created = asked(client, method="POST", contentType="audio/mpeg")
    address, method = path_of(created["url"]), "POST"
    if what == "forged":
        # Not the last letter, in which some bits mean nothing.
        address = address[:-10] + ("A" if address[-10] != "A" else "B") + address[-9:]
    elif what == "old":
        clock.pass_(301)
    else:
        method = "DELETE"

    response = client.open(address, method=method)

    assert (response.status_code, response.content_type) == (404, "application/xml")
    assert "<Code>route_not_found</Code>" in response.text


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<CompleteMultipartUpload></CompleteMultipartUpload>",
        "<CompleteMultipartUpload><Part><PartNumber>0</PartNumber><ETag>x</ETag></Part></CompleteMultipartUpload>",
        '<!DOCTYPE x [<!ENTITY a "b">]><CompleteMultipartUpload></CompleteMultipartUpload>',
        "{}",
    ],
)
def test_a_complete_that_uppy_does_not_write_is_refused(client: FlaskClient, body: str) -> None:
    """400; arbitrary XML is never parsed."""
    created = asked(client, method="POST", contentType="audio/mpeg")
    upload_id = client.post(path_of(created["url"])).text.partition("<UploadId>")[2].partition("<")[0]
    address = path_of(asked(client, method="POST", key=created["key"], uploadId=upload_id)["url"])

    response = client.post(address, data=body, headers={"Content-Type": "application/xml"})

    assert (response.status_code, "<Code>bad_request</Code>" in response.text) == (400, True)
