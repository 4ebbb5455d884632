"""/v1/uploads of large files: what answers say about parts, and what is refused."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.conftest import Clock
from tests.helpers.api import A_SONG, UNKNOWN_ID
from tests.helpers.problems import assert_problem

MIB = 1024 * 1024
PART = 16 * MIB
LARGE: dict[str, Any] = {**A_SONG, "size_bytes": PART + 5}
SHA256 = "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg="
CRC32C = "AAAAAA=="


def start(client: FlaskClient, **fields: Any) -> dict[str, Any]:
    started: dict[str, Any] = client.post("/v1/uploads", json={**LARGE, **fields}).get_json()
    return started


def test_a_large_file_gets_its_plan_and_its_first_parts(client: FlaskClient) -> None:
    """Each part with its size and headers, all valid until the same time."""
    started = start(client)
    transfer = started["transfer"]

    assert started["url"] is None
    assert {name: transfer[name] for name in ("kind", "part_size_bytes", "part_count", "part_checksum_algorithm")} == {
        "kind": "multipart",
        "part_size_bytes": PART,
        "part_count": 2,
        "part_checksum_algorithm": None,
    }
    assert [(part["part_number"], part["size_bytes"], part["method"]) for part in transfer["parts"]] == [
        (1, PART, "PUT"),
        (2, 5, "PUT"),
    ]
    assert transfer["parts"][1]["headers"] == {"content-length": "5"}
    assert {part["expires_at"] for part in transfer["parts"]} == {transfer["expires_at"]}


def test_parts_are_asked_for_by_number(client: FlaskClient) -> None:
    """Only those are returned, in that order; without numbers, the first ones."""
    upload_id = start(client, size_bytes=200 * PART)["upload_id"]

    some = client.post(f"/v1/uploads/{upload_id}/urls", json={"part_numbers": [150, 7]}).get_json()
    first = client.post(f"/v1/uploads/{upload_id}/urls").get_json()
    most = client.post(f"/v1/uploads/{upload_id}/urls", json={"part_numbers": [1 + n % 200 for n in range(1000)]})

    assert [part["part_number"] for part in some["transfer"]["parts"]] == [150, 7]
    assert [part["part_number"] for part in first["transfer"]["parts"]] == list(range(1, 101))
    assert len(most.get_json()["transfer"]["parts"]) == 1000


def test_parts_with_digests_are_signed_with_them(client: FlaskClient) -> None:
    """The start returns none, because their digests are not known yet."""
    started = start(client, part_checksum_algorithm="sha256")
    assert started["transfer"]["parts"] == []

    asked = {"parts": [{"part_number": 2, "checksum_base64": SHA256}]}
    [part] = client.post(f"/v1/uploads/{started['upload_id']}/urls", json=asked).get_json()["transfer"]["parts"]

    assert part["headers"] == {"content-length": "5", "x-amz-checksum-sha256": SHA256}


@pytest.mark.parametrize(
    ("fields", "asked", "code"),
    [
        ({}, {"part_numbers": [3]}, "part_number_invalid"),
        ({}, {"part_numbers": [1, 0]}, "part_number_invalid"),
        ({}, {"part_numbers": [-(2**80)]}, "part_number_invalid"),
        ({}, {"part_numbers": []}, "validation_failed"),
        ({}, {"part_numbers": [1] * 1001}, "validation_failed"),
        ({}, {"part_numbers": [1.5]}, "validation_failed"),
        ({}, {"part_numbers": [True]}, "validation_failed"),
        ({}, {"part_numbers": [1], "parts": [{"part_number": 1, "checksum_base64": CRC32C}]}, "validation_failed"),
        ({}, {"parts": [{"part_number": 1, "checksum_base64": CRC32C}]}, "validation_failed"),
        ({"part_checksum_algorithm": "crc32c"}, {"part_numbers": [1]}, "part_checksum_required"),
        (
            {"part_checksum_algorithm": "sha256"},
            {"parts": [{"part_number": 1, "checksum_base64": CRC32C}]},
            "checksum_invalid",
        ),
        ({"size_bytes": 5}, {"part_numbers": [1]}, "not_multipart"),
        ({"size_bytes": 5}, {"parts": [{"part_number": 1, "checksum_base64": CRC32C}]}, "not_multipart"),
    ],
)
def test_a_part_that_cannot_be_has_a_code(
    client: FlaskClient, fields: dict[str, Any], asked: dict[str, Any], code: str
) -> None:
    """And the upload stays as it was."""
    upload_id = start(client, **fields)["upload_id"]
    before = client.get(f"/v1/uploads/{upload_id}").get_json()

    assert_problem(client.post(f"/v1/uploads/{upload_id}/urls", json=asked), 422, code)

    assert client.get(f"/v1/uploads/{upload_id}").get_json() == before


@pytest.mark.parametrize(
    ("parts", "status", "code"),
    [
        ([], 409, "parts_missing"),
        ([{"part_number": 1, "etag": "x"}], 409, "parts_missing"),
        ([{"part_number": 3, "etag": "x"}], 422, "part_number_invalid"),
        ([{"part_number": 0, "etag": "x"}], 422, "validation_failed"),
        ([{"part_number": 10_001, "etag": "x"}], 422, "validation_failed"),
        ([{"part_number": 1, "etag": ""}], 422, "validation_failed"),
        ([{"part_number": 1}], 422, "validation_failed"),
        ([{"part_number": 1, "etag": "x"}] * 10_001, 422, "validation_failed"),
        ({"1": "x"}, 422, "validation_failed"),
    ],
)
def test_a_confirm_of_parts_that_are_not_there_has_a_code(
    client: FlaskClient, parts: Any, status: int, code: str
) -> None:
    """Whatever the client believes it has sent."""
    upload_id = start(client)["upload_id"]

    problem = client.post(f"/v1/uploads/{upload_id}/confirm", json={"parts": parts})

    assert_problem(problem, status, code)
    assert problem.get_json()["retryable"] is (code == "parts_missing")


def test_parts_of_a_put_are_refused_when_it_is_confirmed(client: FlaskClient) -> None:
    """A single PUT has no parts."""
    upload_id = start(client, size_bytes=5)["upload_id"]
    body = {"parts": [{"part_number": 1, "etag": "x"}]}

    assert_problem(client.post(f"/v1/uploads/{upload_id}/confirm", json=body), 422, "not_multipart")


def test_parts_of_nobody_are_not_found(client: FlaskClient) -> None:
    """An unknown id and another owner's look the same."""
    for method, path, body in (
        ("GET", "", None),
        ("POST", "/urls", {"part_numbers": [1]}),
        ("POST", "/confirm", {"parts": [{"part_number": 1, "etag": "x"}]}),
        ("DELETE", "", None),
    ):
        response = client.open(f"/v1/uploads/{UNKNOWN_ID}{path}", method=method, json=body)
        assert_problem(response, 404, "upload_not_found")


def test_what_is_unfinished_is_found_by_its_fingerprint(client: FlaskClient) -> None:
    """The list finds it, and the upload shows its plan and its stored parts."""
    mine = start(client, fingerprint="a song.mp3|16777221|1795255200000")["upload_id"]
    start(client, fingerprint="another")
    start(client)

    uploads = client.get(
        "/v1/uploads", query_string={"status": "pending", "fingerprint": "a song.mp3|16777221|1795255200000"}
    ).get_json()["uploads"]
    shown = client.get(f"/v1/uploads/{mine}").get_json()

    assert [upload["upload_id"] for upload in uploads] == [mine]
    assert uploads[0]["stored_parts"] is None
    assert (shown["kind"], shown["part_count"], shown["stored_parts"]) == ("multipart", 2, [])


@pytest.mark.parametrize("fingerprint", ["", "x" * 513, "a\nb", 5, ["a"]])
def test_a_fingerprint_is_a_line_of_text(client: FlaskClient, fingerprint: object) -> None:
    """At most 512 characters."""
    response = client.post("/v1/uploads", json={**LARGE, "fingerprint": fingerprint})

    assert_problem(response, 422, "validation_failed")


def test_a_page_of_one_fingerprint_does_not_go_on_with_another(client: FlaskClient) -> None:
    """A cursor belongs to its filters."""
    for _ in range(2):
        start(client, fingerprint="a")
    cursor = client.get("/v1/uploads?fingerprint=a&limit=1").get_json()["next_cursor"]

    assert len(client.get(f"/v1/uploads?fingerprint=a&limit=1&cursor={cursor}").get_json()["uploads"]) == 1
    assert_problem(client.get(f"/v1/uploads?fingerprint=b&cursor={cursor}"), 400, "invalid_cursor")


def test_a_batch_tells_the_plan_and_signs_nothing(client: FlaskClient) -> None:
    """Rows in parts request their URLs one by one."""
    [small, large] = client.post("/v1/uploads/batch", json={"uploads": [A_SONG, LARGE]}).get_json()["results"]

    assert small["upload"]["transfer"]["kind"] == "put"
    assert (large["upload"]["transfer"]["part_count"], large["upload"]["transfer"]["parts"]) == (2, [])
    answer = client.post(f"/v1/uploads/{large['upload']['upload_id']}/urls").get_json()
    assert len(answer["transfer"]["parts"]) == 2


def test_an_aborted_upload_stays_aborted(client: FlaskClient, clock: Clock) -> None:
    """For its URLs, its confirm and a second abort."""
    upload_id = start(client)["upload_id"]

    assert client.delete(f"/v1/uploads/{upload_id}").status_code == 204
    assert client.delete(f"/v1/uploads/{upload_id}").status_code == 204
    assert_problem(client.post(f"/v1/uploads/{upload_id}/urls"), 409, "upload_aborted")
    assert_problem(client.post(f"/v1/uploads/{upload_id}/confirm"), 409, "upload_aborted")
    assert client.get(f"/v1/uploads/{upload_id}").get_json()["status"] == "aborted"


def test_a_file_that_needs_more_parts_than_there_may_be_is_too_large(client: FlaskClient) -> None:
    """The size limit applies first; below it every file has a plan."""
    assert_problem(client.post("/v1/uploads", json={**LARGE, "size_bytes": 2**60}), 413, "file_too_large")
