"""Companion's calls for a file in parts: start, sign, list, complete, abort."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from service.companion.usecases.parts import ABORT_GRACE
from service.ports import Ports
from service.uploads.usecases.upkeep.sweep import sweep
from tests.companion.api.companion import (
    MIB,
    MULTIPART,
    NAMED,
    PART,
    REST,
    begin,
    complete,
    files,
    listed,
    send_all,
    sign,
)
from tests.conftest import Clock
from tests.helpers.problems import assert_problem
from tests.helpers.tokens import bearer

JwtClient = Callable[..., FlaskClient]


@pytest.mark.parametrize("size", [{}, {"size": PART + len(REST)}, {"size": str(PART + len(REST))}])
def test_parts_become_a_file(client: FlaskClient, put_part: Callable[[str, bytes], str], size: dict[str, Any]) -> None:
    """With or without a declared size; no client confirms anything."""
    begun = begin(client, mood="sad", title="Übung", tags=["a", "b"], relativePath=None, name="x", **size)
    assert listed(client, begun) == []
    parts = send_all(client, put_part, begun)
    assert [(part["PartNumber"], part["Size"]) for part in listed(client, begun)] == [(1, PART), (2, len(REST))]

    done = complete(client, begun, parts)

    [file] = files(client)
    completed = done.get_json()
    assert (done.status_code, completed["key"], completed["bucket"]) == (200, begun["key"], begun["bucket"])
    assert completed["id"] == file["file_id"] == begun["uploadId"]
    assert urlsplit(completed["download_url"]).path == f"/v1/files/{file['file_id']}/download"
    assert (file["size_bytes"], file["mood"], file["title"], file["tags"]) == (
        PART + len(REST),
        "sad",
        "Übung",
        ["a", "b"],
    )


def test_a_declared_size_binds_the_length_of_each_part(client: FlaskClient, ports: Ports, clock: Clock) -> None:
    """Uppy cuts parts of 5 MiB, or as the app's getChunkSize says."""
    for meta, cut in (({}, PART), ({"chunkSize": 6 * MIB}, 6 * MIB), ({"chunkSize": 1000}, PART)):
        begun = begin(client, size=20 * MIB, **meta)
        url = sign(client, begun, 1).get_json()["url"]

        assert ports.objects.send(url, at=clock(), body=bytes(cut - 1))[0] == 403
        assert ports.objects.send(url, at=clock(), body=bytes(cut))[0] == 200


def test_many_parts_are_signed_at_once(client: FlaskClient, put_part: Callable[[str, bytes], str]) -> None:
    """Current Uppy versions no longer use this; older ones did."""
    begun = begin(client)

    signed = client.get(f"{MULTIPART}/{begun['uploadId']}/batch", query_string={"partNumbers": "1,2"}).get_json()

    assert list(signed["presignedUrls"]) == ["1", "2"]
    assert put_part(signed["presignedUrls"]["2"], REST)


def test_signing_a_part_asks_the_store_nothing(client: FlaskClient, ports: Ports, clock: Clock) -> None:
    """And writes nothing while the first URLs are valid."""
    for begun in (begin(client), begin(client, size=200 * MIB)):
        before = ports.records.get(begun["uploadId"])
        clock.pass_(30)

        assert sign(client, begun, 2).status_code == 200
        assert ports.records.get(begun["uploadId"]) == before


@pytest.mark.parametrize("number", ["0", "10001", "x", "1.0", "-1", "01"])
@pytest.mark.parametrize("size", [{}, {"size": 20 * MIB}])
def test_there_is_no_such_part(client: FlaskClient, number: str, size: dict[str, int]) -> None:
    """400, as Companion answers; also for one of many."""
    begun = begin(client, **size)
    many = client.get(f"{MULTIPART}/{begun['uploadId']}/batch", query_string={"partNumbers": f"1,{number}"})

    assert_problem(sign(client, begun, number), 400, "validation_failed")
    assert_problem(many, 400, "validation_failed")


def test_a_part_beyond_the_file_is_refused(jwt_client: JwtClient) -> None:
    """Beyond its plan, or beyond the largest allowed file if it has no plan."""
    client = jwt_client(max_upload_bytes=20 * MIB)
    client.environ_base["HTTP_AUTHORIZATION"] = bearer()["Authorization"]
    sized, open_ = begin(client, size=20 * MIB), begin(client)

    assert_problem(sign(client, sized, 5), 400, "part_number_invalid")
    assert sign(client, open_, 4).status_code == 200
    assert_problem(sign(client, open_, 5), 413, "file_too_large")


def test_more_than_is_allowed_is_not_joined(jwt_client: JwtClient, ports: Ports, clock: Clock) -> None:
    """Each part was allowed but their sum is not, so all are removed."""
    client = jwt_client(max_upload_bytes=6 * MIB)
    client.environ_base["HTTP_AUTHORIZATION"] = bearer()["Authorization"]
    begun = begin(client)
    for number in (1, 2):
        ports.objects.send(sign(client, begun, number).get_json()["url"], at=clock(), body=bytes(PART))
    parts = [{"PartNumber": number, "ETag": "whatever"} for number in (1, 2)]

    problem = assert_problem(complete(client, begun, parts), 422, "object_mismatch")

    assert "at most 6291456" in problem["message"]
    assert ports.objects.keys() == []
    assert_problem(sign(client, begun, 1), 422, "object_mismatch")


@pytest.mark.parametrize(
    ("declared", "status", "code"),
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
    client: FlaskClient, written: Callable[[], list[str]], declared: dict[str, Any], status: int, code: str
) -> None:
    """A malformed start writes nothing."""
    assert_problem(client.post(MULTIPART, json=declared), status, code)
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
    """400, as Companion answers."""
    assert_problem(complete(client, begin(client), parts), 400, "validation_failed")


def test_parts_that_are_not_there_or_others_are_not_joined(
    client: FlaskClient, put_part: Callable[[str, bytes], str]
) -> None:
    """The upload stays pending and can continue, with or without a size."""
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
    """Uppy 5 sends quotes, Uppy 6 does not."""
    begun = begin(client)
    parts = [{**part, "ETag": part["ETag"].strip('"')} for part in send_all(client, put_part, begun)]

    assert complete(client, begun, parts).status_code == 200


def test_complete_may_be_repeated(client: FlaskClient, put_part: Callable[[str, bytes], str]) -> None:
    """A repeat returns the same file, also for a client that lists first. No part is signed again."""
    begun = begin(client)
    parts = send_all(client, put_part, begun)
    first = complete(client, begun, parts).get_json()

    again = [complete(client, begun, sent).get_json() for sent in (parts, listed(client, begun))]

    assert len(parts) == 2
    # The store in memory gives each URL a number of its own.
    assert [{**repeated, "location": ""} for repeated in again] == [{**first, "location": ""}] * 2
    assert_problem(sign(client, begun, 1), 409, "upload_finished")
    assert len(files(client)) == 1


def test_an_abort_after_a_complete_is_harmless(client: FlaskClient, put_part: Callable[[str, bytes], str]) -> None:
    """Uppy 5 sends one if it merely missed the answer."""
    begun = begin(client)
    complete(client, begun, send_all(client, put_part, begun))

    aborted = client.delete(f"{MULTIPART}/{begun['uploadId']}")

    assert (aborted.status_code, aborted.get_json()) == (200, {})
    assert len(files(client)) == 1


def test_a_complete_within_the_grace_of_an_abort_counts(
    client: FlaskClient, ports: Ports, clock: Clock, put_part: Callable[[str, bytes], str]
) -> None:
    """It was in progress when its client gave up. No more parts can be sent."""
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
    """The store is empty afterwards, and no sweeper revives the upload even if all parts are there."""
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
    """Without a size, only the client knows whether all parts are there."""
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
    """Under the same id, whether complete or a list notices the loss first."""
    begun = begin(client)
    parts = send_all(client, put_part, begun)
    ports.objects.abort_multiparts(begun["bucket"], begun["key"])

    assert_problem(complete(client, begun, parts), 409, "parts_missing")
    assert listed(client, begun) == []
    assert complete(client, begun, send_all(client, put_part, begun)).status_code == 200
