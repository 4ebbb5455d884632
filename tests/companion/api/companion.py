"""Companion's calls as Uppy makes them, for tests."""

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

MIB = 1024 * 1024
PART = 5 * MIB
REST = b"the rest"
NAMED = {"filename": "Übung №1.mp3", "type": "audio/mpeg"}
MULTIPART = "/s3/multipart"


def begin(client: FlaskClient, **metadata: Any) -> dict[str, str]:
    response = client.post(MULTIPART, json={**NAMED, "metadata": metadata})
    assert response.status_code == 200, response.text
    begun: dict[str, str] = response.get_json()
    return begun


def sign(client: FlaskClient, begun: dict[str, str], number: object) -> TestResponse:
    return client.get(f"{MULTIPART}/{begun['uploadId']}/{number}", query_string={"key": begun["key"]})


def listed(client: FlaskClient, begun: dict[str, str]) -> list[dict[str, Any]]:
    response = client.get(f"{MULTIPART}/{begun['uploadId']}", query_string={"key": begun["key"]})
    assert response.status_code == 200, response.text
    parts: list[dict[str, Any]] = response.get_json()
    return parts


def send_all(client: FlaskClient, put_part: Callable[[str, bytes], str], begun: dict[str, str]) -> list[dict[str, Any]]:
    """Two parts; as Uppy names them to complete."""
    for number, body in ((1, bytes(PART)), (2, REST)):
        put_part(sign(client, begun, number).get_json()["url"], body)
    return [{"PartNumber": part["PartNumber"], "ETag": part["ETag"]} for part in listed(client, begun)]


def complete(client: FlaskClient, begun: dict[str, str], parts: Any) -> TestResponse:
    address = f"{MULTIPART}/{begun['uploadId']}/complete"
    return client.post(address, query_string={"key": begun["key"]}, json={"parts": parts})


def files(client: FlaskClient) -> list[dict[str, Any]]:
    answered: list[dict[str, Any]] = client.get("/v1/files").get_json()["files"]
    return answered
