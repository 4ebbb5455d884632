"""Companion's calls, as Uppy makes them and as nobody should: what they answer, refuse and record."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.ports import Ports
from service.usecases.companion_parts import ABORT_GRACE
from service.usecases.sweep import sweep
from tests.api.conftest import SONG, UNKNOWN_ID
from tests.api.problems import assert_problem, fields_of
from tests.api.tokens import bearer, claims, token
from tests.conftest import Clock

MIB = 1024 * 1024
PART = 5 * MIB
REST = b"the rest"
NAMED = {"filename": "Übung №1.mp3", "type": "audio/mpeg"}
# As Uppy 6 writes into an address what is not there.
UPPY_META = {"metadata[name]": "Übung №1.mp3", "metadata[type]": "audio/mpeg", "metadata[relativePath]": "null"}
MULTIPART = "/s3/multipart"

JwtClient = Callable[..., FlaskClient]


@pytest.fixture
def put_part(ports: Ports, clock: Clock) -> Callable[[str, bytes], str]:
    """Send a part as the browser does, with no header of ours; the etag of the store."""

    def put(url: str, body: bytes) -> str:
        assert ports.objects.send(url, at=clock(), body=body) == (200, b"")
        return "sent"

    return put


def begin(client: FlaskClient, **metadata: Any) -> dict[str, str]:
    response = client.post(MULTIPART, json={**NAMED, "metadata": metadata})
    assert response.status_code == 200, response.text
    found: dict[str, str] = response.get_json()
    return found


def sign(client: FlaskClient, begun: dict[str, str], number: object) -> TestResponse:
    return client.get(f"{MULTIPART}/{begun['uploadId']}/{number}", query_string={"key": begun["key"]})


def listed(client: FlaskClient, begun: dict[str, str]) -> list[dict[str, Any]]:
    response = client.get(f"{MULTIPART}/{begun['uploadId']}", query_string={"key": begun["key"]})
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.get_json()
    return found


def send_all(client: FlaskClient, put_part: Callable[[str, bytes], str], begun: dict[str, str]) -> list[dict[str, Any]]:
    """Two parts; as Uppy names them to complete."""
    for number, body in ((1, bytes(PART)), (2, REST)):
        put_part(sign(client, begun, number).get_json()["url"], body)
    return [{"PartNumber": part["PartNumber"], "ETag": part["ETag"]} for part in listed(client, begun)]


def complete(client: FlaskClient, begun: dict[str, str], parts: Any) -> TestResponse:
    address = f"{MULTIPART}/{begun['uploadId']}/complete"
    return client.post(address, query_string={"key": begun["key"]}, json={"parts": parts})


def files(client: FlaskClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get("/v1/files").get_json()["files"]
    return found


# --- in one piece ------------------------------------------------------------------------------
def test_a_form_sends_the_file_and_the_sweeper_takes_it_in(client: FlaskClient, ports: Ports, clock: Clock) -> None:
    """Its key is the one to show; what is recorded has the name, the metadata and a key of our own making."""
    told = {"mood": "happy", "tags": "live, loud", "title": "null", "album": "Blue", "duration_seconds": "215.4"}
    said = {**NAMED, **UPPY_META, **{f"metadata[{name}]": value for name, value in told.items()}}
    found = client.get("/s3/params", query_string=said).get_json()

    assert found["method"] == "POST"
    assert found["fields"]["key"].startswith("incoming/")
    assert found["fields"]["content-type"] == "audio/mpeg"
    assert found["fields"]["success_action_status"] == "201"
    assert ports.objects.send_form(found["url"], at=clock(), fields=found["fields"], file=SONG) == 201
    sweep(ports)

    [file] = files(client)
    assert (file["filename"], file["mood"], file["tags"], file["title"]) == (
        NAMED["filename"],
        "happy",
        ["live", "loud"],
        None,
    )
    assert (file["album"], file["duration_seconds"]) == ("Blue", 215.4)
    assert file["object_key"].startswith("uploads/local/")
    assert file["object_key"].endswith(".mp3")


def test_a_form_takes_the_declared_size_alone(client: FlaskClient, ports: Ports, clock: Clock) -> None:
    """Without one, any that is allowed."""
    exact = client.get("/s3/params", query_string={**NAMED, "metadata[size]": len(SONG)}).get_json()
    open_ = client.get("/s3/params", query_string=NAMED).get_json()

    assert ports.objects.send_form(exact["url"], at=clock(), fields=exact["fields"], file=SONG + b"!") == 400
    assert ports.objects.send_form(exact["url"], at=clock(), fields=exact["fields"], file=SONG) == 201
    assert ports.objects.send_form(open_["url"], at=clock(), fields=open_["fields"], file=SONG + b"!") == 201


def test_with_a_token_and_a_size_it_is_a_sealed_put(jwt_client: JwtClient, ports: Ports, clock: Clock) -> None:
    """Uppy 5 sends the headers; the length its browser sets, and a script may not."""
    client = jwt_client()
    said = {**NAMED, "metadata[size]": str(len(SONG))}

    found = client.get("/s3/params", query_string=said, headers=bearer()).get_json()

    assert found["method"] == "PUT"
    assert found["headers"] == {"content-type": "audio/mpeg", "if-none-match": "*"}
    assert found["fields"]["key"].startswith("uploads/u1/")
    for body, status in ((SONG + b"!", 403), (SONG, 200), (SONG, 412)):
        assert ports.objects.send(found["url"], at=clock(), body=body, headers=found["headers"])[0] == status


def test_without_a_size_or_where_a_put_cannot_be_sealed_it_is_a_form(jwt_client: JwtClient, ports: Ports) -> None:
    """A token makes no difference then."""
    client = jwt_client()
    sized = {**NAMED, "metadata[size]": "5"}

    assert client.get("/s3/params", query_string=NAMED, headers=bearer()).get_json()["method"] == "POST"
    ports.objects.seals_puts = False
    assert client.get("/s3/params", query_string=sized, headers=bearer()).get_json()["method"] == "POST"


@pytest.mark.parametrize(
    ("said", "status", "code", "field"),
    [
        ({"type": "audio/mpeg"}, 400, "validation_failed", "filename"),
        ({"filename": "a.mp3"}, 400, "validation_failed", "type"),
        ({**NAMED, "filename": ""}, 400, "validation_failed", "filename"),
        ({**NAMED, "type": "text/html"}, 415, "content_type_not_allowed", None),
        ({**NAMED, "metadata[mood]": "grim"}, 422, "mood_not_allowed", None),
        ({**NAMED, "metadata[size]": "many"}, 422, "validation_failed", "metadata.size"),
        ({**NAMED, "metadata[size]": "-1"}, 422, "validation_failed", "metadata.size"),
        ({**NAMED, "metadata[size]": 6 * 1024**3}, 413, "file_too_large", None),
        ({**NAMED, "metadata[title]": "t" * 201}, 422, "validation_failed", "title"),
        ({**NAMED, "metadata": "x"}, 422, "validation_failed", "metadata"),
    ],
)
def test_bad_params_are_refused(
    client: FlaskClient, written: Callable[[], list[str]], said: dict[str, str], status: int, code: str, field: str
) -> None:
    """With both words that clients look for; nothing is written."""
    problem = assert_problem(client.get("/s3/params", query_string=said), status, code)

    assert problem["error"] == problem["message"] == problem["detail"]
    assert field is None or field in fields_of(problem)
    assert written() == []


# --- in parts ----------------------------------------------------------------------------------
@pytest.mark.parametrize("size", [{}, {"size": PART + len(REST)}, {"size": str(PART + len(REST))}])
def test_parts_become_a_file(client: FlaskClient, put_part: Callable[[str, bytes], str], size: dict[str, Any]) -> None:
    """Whether the size was said or not; nobody confirms anything."""
    begun = begin(client, mood="sad", title="Übung", tags=["a", "b"], relativePath=None, name="x", **size)
    assert listed(client, begun) == []
    parts = send_all(client, put_part, begun)
    assert [(part["PartNumber"], part["Size"]) for part in listed(client, begun)] == [(1, PART), (2, len(REST))]

    done = complete(client, begun, parts)

    [file] = files(client)
    found = done.get_json()
    assert (done.status_code, found["key"], found["bucket"]) == (200, begun["key"], begun["bucket"])
    assert found["id"] == file["file_id"] == begun["uploadId"]
    assert urlsplit(found["download_url"]).path == f"/v1/files/{file['file_id']}/download"
    assert (file["size_bytes"], file["mood"], file["title"], file["tags"]) == (
        PART + len(REST),
        "sad",
        "Übung",
        ["a", "b"],
    )


def test_a_declared_size_binds_the_length_of_each_part(client: FlaskClient, ports: Ports, clock: Clock) -> None:
    """As Uppy cuts it: 5 MiB, or what the app told of its getChunkSize."""
    for meta, cut in (({}, PART), ({"chunkSize": 6 * MIB}, 6 * MIB), ({"chunkSize": 1000}, PART)):
        begun = begin(client, size=20 * MIB, **meta)
        url = sign(client, begun, 1).get_json()["url"]

        assert ports.objects.send(url, at=clock(), body=bytes(cut - 1))[0] == 403
        assert ports.objects.send(url, at=clock(), body=bytes(cut))[0] == 200


def test_many_parts_are_signed_at_once(client: FlaskClient, put_part: Callable[[str, bytes], str]) -> None:
    """Nobody's Uppy asks any more; older ones did."""
    begun = begin(client)

    found = client.get(f"{MULTIPART}/{begun['uploadId']}/batch", query_string={"partNumbers": "1,2"}).get_json()

    assert list(found["presignedUrls"]) == ["1", "2"]
    assert put_part(found["presignedUrls"]["2"], REST)


def test_signing_a_part_asks_the_store_nothing(client: FlaskClient, ports: Ports, clock: Clock) -> None:
    """Nor is anything written while the first URLs live."""
    for begun in (begin(client), begin(client, size=200 * MIB)):
        before = ports.records.get(begun["uploadId"])
        clock.pass_(30)

        assert sign(client, begun, 2).status_code == 200
        assert ports.records.get(begun["uploadId"]) == before


@pytest.mark.parametrize("number", ["0", "10001", "x", "1.0", "-1", "01"])
@pytest.mark.parametrize("size", [{}, {"size": 20 * MIB}])
def test_there_is_no_such_part(client: FlaskClient, number: str, size: dict[str, int]) -> None:
    """400, as Companion; also for one of many."""
    begun = begin(client, **size)
    many = client.get(f"{MULTIPART}/{begun['uploadId']}/batch", query_string={"partNumbers": f"1,{number}"})

    assert_problem(sign(client, begun, number), 400, "validation_failed")
    assert_problem(many, 400, "validation_failed")


def test_a_part_beyond_the_file_is_refused(jwt_client: JwtClient) -> None:
    """Beyond its plan, or beyond what a file may be, where it has none."""
    client = jwt_client(max_upload_bytes=20 * MIB)
    client.environ_base["HTTP_AUTHORIZATION"] = bearer()["Authorization"]
    sized, open_ = begin(client, size=20 * MIB), begin(client)

    assert_problem(sign(client, sized, 5), 400, "part_number_invalid")
    assert sign(client, open_, 4).status_code == 200
    assert_problem(sign(client, open_, 5), 413, "file_too_large")


def test_more_than_is_allowed_is_not_joined(jwt_client: JwtClient, ports: Ports, clock: Clock) -> None:
    """The parts were each allowed, their sum is not: all is removed."""
    client = jwt_client(max_upload_bytes=6 * MIB)
    client.environ_base["HTTP_AUTHORIZATION"] = bearer()["Authorization"]
    begun = begin(client)
    for number in (1, 2):
        ports.objects.send(sign(client, begun, number).get_json()["url"], at=clock(), body=bytes(PART))
    parts = listed(client, begun)

    problem = assert_problem(complete(client, begun, parts), 422, "object_mismatch")

    assert "at most 6291456" in problem["message"]
    assert ports.objects.keys() == []
    assert_problem(sign(client, begun, 1), 422, "object_mismatch")


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"type": "audio/mpeg"}, 400, "validation_failed"),
        ({"filename": "a.mp3"}, 400, "validation_failed"),
        ({**NAMED, "type": ""}, 400, "validation_failed"),
        ({**NAMED, "type": None}, 400, "validation_failed"),
        ({**NAMED, "filename": 7}, 400, "validation_failed"),
        ({**NAMED, "metadata": "x"}, 422, "validation_failed"),
        ({**NAMED, "metadata": {"size": 1.5}}, 422, "validation_failed"),
        ({**NAMED, "metadata": {"size": True}}, 422, "validation_failed"),
        ({**NAMED, "metadata": {"tags": {"a": 1}}}, 422, "validation_failed"),
        ({**NAMED, "metadata": {"duration_seconds": "3:05"}}, 422, "validation_failed"),
        ({**NAMED, "metadata": {"duration_seconds": "1e3"}}, 422, "validation_failed"),
        ({**NAMED, "metadata": {"mood": "grim"}}, 422, "mood_not_allowed"),
        ({**NAMED, "type": "text/html"}, 415, "content_type_not_allowed"),
    ],
)
def test_a_bad_beginning_is_refused(
    client: FlaskClient, written: Callable[[], list[str]], said: dict[str, Any], status: int, code: str
) -> None:
    """And nothing is written."""
    assert_problem(client.post(MULTIPART, json=said), status, code)
    assert written() == []


@pytest.mark.parametrize(
    "parts",
    [
        None,
        [],
        "parts",
        [1],
        [{"PartNumber": 1}],
        [{"ETag": "x"}],
        [{"PartNumber": "1", "ETag": "x"}],
        [{"PartNumber": 0, "ETag": "x"}],
        [{"PartNumber": 1, "ETag": ""}],
        [{"PartNumber": 1, "ETag": None}],
    ],
)
def test_bad_parts_are_refused(client: FlaskClient, parts: Any) -> None:
    """400, as Companion."""
    assert_problem(complete(client, begin(client), parts), 400, "validation_failed")


def test_parts_that_are_not_there_or_others_are_not_joined(
    client: FlaskClient, put_part: Callable[[str, bytes], str]
) -> None:
    """The upload stays, to be gone on with; so with and without a size."""
    for size in ({}, {"size": PART + len(REST)}):
        begun = begin(client, **size)
        parts = send_all(client, put_part, begun)
        third = {"PartNumber": 3, "ETag": "x"}
        other = [parts[0], {"PartNumber": 2, "ETag": "other"}]

        missing = assert_problem(
            complete(client, begun, [*parts, third]),
            *((400, "part_number_invalid") if size else (409, "parts_missing")),
        )
        assert_problem(complete(client, begun, other), 409, "part_mismatch")
        assert "3" in missing["message"]
        assert complete(client, begun, parts).status_code == 200


def test_etags_count_with_and_without_their_quotes(client: FlaskClient, put_part: Callable[[str, bytes], str]) -> None:
    """Uppy 5 sends them with, Uppy 6 without."""
    begun = begin(client)
    parts = [{**part, "ETag": part["ETag"].strip('"')} for part in send_all(client, put_part, begun)]

    assert complete(client, begun, parts).status_code == 200


def test_complete_may_be_repeated(client: FlaskClient, put_part: Callable[[str, bytes], str]) -> None:
    """The same answer, one file; so does a client that lost the answer, and lists first. No part is signed again."""
    begun = begin(client)
    parts = send_all(client, put_part, begun)
    first = complete(client, begun, parts).get_json()

    again = [complete(client, begun, sent).get_json() for sent in (parts, listed(client, begun))]

    assert len(parts) == 2
    # The store in memory gives each URL a number of its own.
    assert [{**found, "location": ""} for found in again] == [{**first, "location": ""}] * 2
    assert_problem(sign(client, begun, 1), 409, "upload_finished")
    assert len(files(client)) == 1


def test_an_abort_after_a_complete_is_harmless(client: FlaskClient, put_part: Callable[[str, bytes], str]) -> None:
    """Uppy 5 sends one where it merely did not hear the answer."""
    begun = begin(client)
    complete(client, begun, send_all(client, put_part, begun))

    aborted = client.delete(f"{MULTIPART}/{begun['uploadId']}")

    assert (aborted.status_code, aborted.get_json()) == (200, {})
    assert len(files(client)) == 1


def test_a_complete_within_the_grace_of_an_abort_counts(
    client: FlaskClient, ports: Ports, clock: Clock, put_part: Callable[[str, bytes], str]
) -> None:
    """It was at work when its client gave up. No part can be sent any more."""
    begun = begin(client)
    parts = send_all(client, put_part, begun)
    for _ in range(2):
        assert client.delete(f"{MULTIPART}/{begun['uploadId']}").get_json() == {}
    assert_problem(sign(client, begun, 1), 409, "upload_aborted")
    clock.pass_(ABORT_GRACE.total_seconds() - 1)
    sweep(ports)

    assert complete(client, begun, parts).status_code == 200
    clock.pass_(100_000)
    sweep(ports)
    assert len(files(client)) == 1


@pytest.mark.parametrize("size", [{}, {"size": PART + len(REST)}])
def test_an_abort_takes_effect_after_its_grace(
    client: FlaskClient, ports: Ports, clock: Clock, put_part: Callable[[str, bytes], str], size: dict[str, int]
) -> None:
    """Nothing is left in the store, and no sweeper makes a file of what its client gave up, though all is there."""
    begun = begin(client, **size)
    parts = send_all(client, put_part, begun)
    client.delete(f"{MULTIPART}/{begun['uploadId']}")
    clock.pass_(ABORT_GRACE.total_seconds())
    sweep(ports)

    assert_problem(complete(client, begun, parts), 409, "upload_aborted")
    assert_problem(client.get(f"{MULTIPART}/{begun['uploadId']}"), 409, "upload_aborted")
    assert files(client) == []
    assert ports.objects.keys() == []
    assert client.delete(f"{MULTIPART}/{begun['uploadId']}").get_json() == {}


def test_what_was_never_completed_is_not_made_a_file_by_the_sweeper(
    client: FlaskClient, ports: Ports, clock: Clock, put_part: Callable[[str, bytes], str]
) -> None:
    """Without a size only the client knows whether these are all the parts."""
    send_all(client, put_part, begin(client))
    clock.pass_(4000)
    sweep(ports)
    assert files(client) == []

    clock.pass_(100_000)
    sweep(ports)

    assert (files(client), ports.objects.keys()) == ([], [])


def test_parts_that_the_store_dropped_are_sent_again(
    client: FlaskClient, ports: Ports, put_part: Callable[[str, bytes], str]
) -> None:
    """Behind the same id; whether complete is the first to notice, or a list."""
    begun = begin(client)
    parts = send_all(client, put_part, begun)
    ports.objects.abort_multiparts(begun["bucket"], begun["key"])

    assert_problem(complete(client, begun, parts), 409, "parts_missing")
    assert listed(client, begun) == []
    assert complete(client, begun, send_all(client, put_part, begun)).status_code == 200


# --- Uppy 6's signRequest ----------------------------------------------------------------------
PRESIGN = "/s3/presign"
PROPOSED = "0b7d2c0e-3f2c-4f8e-9d1a-5d8d3f0c1b2a-Übung №1.mp3"


def asked(client: FlaskClient, **said: Any) -> dict[str, Any]:
    response = client.post(PRESIGN, json={"key": PROPOSED, **said})
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.get_json()
    return found


def path_of(url: str) -> str:
    return urlsplit(url).path


def test_uppy_6_makes_a_file_of_parts_by_signed_requests(
    client: FlaskClient, ports: Ports, put_part: Callable[[str, bytes], str]
) -> None:
    """It speaks S3 to addresses that want no token; the type comes with its first call, the id is ours."""
    created = asked(client, method="POST", metadata={"mood": "happy"})
    answer = client.post(path_of(created["url"]), headers={"Content-Type": "audio/mpeg"})
    upload_id = answer.text.partition("<UploadId>")[2].partition("<")[0]
    known = {"key": created["key"], "uploadId": upload_id}
    for number, body in ((1, bytes(PART)), (2, REST)):
        put_part(asked(client, method="PUT", partNumber=number, **known)["url"], body)
    held = client.get(path_of(asked(client, method="GET", **known)["url"])).text
    parts = "".join(
        f"<Part><PartNumber>{one['PartNumber']}</PartNumber><ETag>{one['ETag'].strip(chr(34))}</ETag></Part>"
        for one in listed(client, {"uploadId": upload_id, "key": created["key"]})
    )
    body = f"<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>"

    address = path_of(asked(client, method="POST", **known)["url"])
    done = [client.post(address, data=body, headers={"Content-Type": "application/xml"}) for _ in range(2)]

    assert answer.content_type == "application/xml"
    assert held.count("<Part>") == 2
    assert [(found.status_code, f"<Key>{created['key']}</Key>" in found.text) for found in done] == [(200, True)] * 2
    [file] = files(client)
    assert (file["filename"], file["mood"], file["content_type"]) == ("Übung №1.mp3", "happy", "audio/mpeg")


def test_uppy_6_sends_one_piece_sealed_or_as_a_form(client: FlaskClient) -> None:
    """Sealed where the app tells the size."""
    form = asked(client, method="PUT", contentType="audio/mpeg")
    sealed = asked(client, method="PUT", contentType="audio/mpeg", metadata={"size": 5})

    assert form["fields"]["key"] == form["key"]
    assert sealed["headers"] == {"content-type": "audio/mpeg", "if-none-match": "*"}
    assert sealed["fields"] is None


def test_uppy_6_gives_up(client: FlaskClient, ports: Ports, clock: Clock) -> None:
    """As the other calls do."""
    created = asked(client, method="POST", contentType="audio/mpeg")
    answer = client.post(path_of(created["url"]))
    known = {"key": created["key"], "uploadId": answer.text.partition("<UploadId>")[2].partition("<")[0]}

    aborted = client.delete(path_of(asked(client, method="DELETE", **known)["url"]))

    assert (aborted.status_code, aborted.data) == (204, b"")
    clock.pass_(ABORT_GRACE.total_seconds())
    sweep(ports)
    assert_problem(client.post(PRESIGN, json={"method": "PUT", "partNumber": 1, **known}), 409, "upload_aborted")


@pytest.mark.parametrize(
    ("said", "status", "code"),
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
def test_a_request_that_cannot_be_signed(client: FlaskClient, said: dict[str, Any], status: int, code: str) -> None:
    """In words that the app's signRequest may throw."""
    assert_problem(client.post(PRESIGN, json={"key": PROPOSED, **said}), status, code)


@pytest.mark.parametrize("what", ["forged", "old", "another call"])
def test_an_address_is_for_its_one_call(client: FlaskClient, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    """404 in XML, with our code for Uppy to show."""
    created = asked(client, method="POST", contentType="audio/mpeg")
    address, method = path_of(created["url"]), "POST"
    if what == "forged":
        # Not the last letter, of which a few bits count for nothing.
        address = address[:-10] + ("A" if address[-10] != "A" else "B") + address[-9:]
    elif what == "old":
        long_after = time.time() + 301
        monkeypatch.setattr("time.time", lambda: long_after)
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
    """400; nothing is parsed that could be anything."""
    created = asked(client, method="POST", contentType="audio/mpeg")
    upload_id = client.post(path_of(created["url"])).text.partition("<UploadId>")[2].partition("<")[0]
    address = path_of(asked(client, method="POST", key=created["key"], uploadId=upload_id)["url"])

    response = client.post(address, data=body, headers={"Content-Type": "application/xml"})

    assert (response.status_code, "<Code>bad_request</Code>" in response.text) == (400, True)


# --- whose it is -------------------------------------------------------------------------------
CALLS: list[tuple[str, str, Any]] = [
    ("GET", "", None),
    ("GET", "/1", None),
    ("GET", "/batch?partNumbers=1", None),
    ("POST", "/complete", {"parts": [{"PartNumber": 1, "ETag": "x"}]}),
    ("DELETE", "", None),
]


@pytest.mark.parametrize(("method", "address", "body"), CALLS)
def test_a_strangers_upload_is_not_there(jwt_client: JwtClient, method: str, address: str, body: Any) -> None:
    """Nor is one that there is not, nor one with another key, nor one that is not in parts."""
    client = jwt_client()
    begun = client.post(MULTIPART, json=NAMED, headers=bearer()).get_json()
    said = {"filename": "a.mp3", "content_type": "audio/mpeg", "size_bytes": 5}
    single = client.post("/v1/uploads", json=said, headers=bearer()).get_json()
    foreign = "&key=uploads/u1/x" if "?" in address else "?key=uploads/u1/x"
    theirs = f"{MULTIPART}/{begun['uploadId']}{address}"

    for called, who in (
        (theirs, "u2"),
        (theirs + foreign, "u1"),
        (f"{MULTIPART}/{UNKNOWN_ID}{address}", "u1"),
        (f"{MULTIPART}/nothing{address}", "u1"),
        (f"{MULTIPART}/{single['upload_id']}{address}", "u1"),
    ):
        assert_problem(client.open(called, method=method, json=body, headers=bearer(who)), 404, "upload_not_found")


def test_a_grant_counts_here_too(jwt_client: JwtClient) -> None:
    """Types are known always, bytes where the size is said."""
    client = jwt_client()
    narrow = {"max_bytes": 10, "content_types": ["audio/*"]}
    who = {"Authorization": f"Bearer {token(claims(jti='one of its kind', grant=narrow))}"}
    sized = {**NAMED, "metadata[size]": "10"}

    def ask(**said: str) -> TestResponse:
        return client.get("/s3/params", query_string={**NAMED, **said}, headers=who)

    assert_problem(ask(), 403, "grant_needs_declaration")
    assert_problem(client.post(MULTIPART, json=NAMED, headers=who), 403, "grant_needs_declaration")
    assert_problem(ask(**{"metadata[size]": "11"}), 413, "grant_too_large")
    assert_problem(ask(type="video/mp4", **{"metadata[size]": "9"}), 415, "grant_type_not_allowed")
    assert client.get("/s3/params", query_string=sized, headers=who).status_code == 200
    assert_problem(client.get("/s3/params", query_string=sized, headers=who), 403, "grant_exhausted")


@pytest.mark.parametrize("prefix", ["/", "/u/{token}", "/u/{token}/"])
def test_the_other_addresses_answer_at_once(client: FlaskClient, prefix: str) -> None:
    """A redirect would break the preflight of a page elsewhere."""
    prefix = prefix.format(token=client.post("/v1/upload-tokens").get_json()["upload_token"])

    def call(method: str, address: str, **said: Any) -> TestResponse:
        # The test client takes what follows two slashes for a host.
        return client.open("/", method=method, environ_overrides={"PATH_INFO": prefix + address}, **said)

    begun = call("POST", MULTIPART, json=NAMED).get_json()

    assert call("GET", "/s3/params", query_string=NAMED).status_code == 200
    assert call("GET", f"{MULTIPART}/{begun['uploadId']}/1").status_code == 200
    assert call("DELETE", f"{MULTIPART}/{begun['uploadId']}").get_json() == {}


@pytest.mark.parametrize(
    "address", ["/s3/params", MULTIPART, "/u/a.b.c/s3/params", "/u/a.b.c//s3/params", "/s3/calls/x"]
)
def test_a_preflight_is_answered(jwt_client: JwtClient, address: str) -> None:
    """Without a token and without a redirect, with the headers that Uppy may send."""
    origin = "https://app.example.com"
    asked = "authorization,content-type,uppy-auth-token,uppy-credentials-params"

    response = jwt_client(cors_origins=origin).options(
        address,
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": "DELETE",
            "Access-Control-Request-Headers": asked,
        },
    )

    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == origin
    assert set(asked.split(",")) <= set(response.headers["Access-Control-Allow-Headers"].lower().split(", "))
    assert "DELETE" in response.headers["Access-Control-Allow-Methods"]
