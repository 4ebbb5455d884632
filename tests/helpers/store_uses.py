"""The service in use on a real store: what it hands out works there, and only once."""

from typing import Any

import urllib3
from flask.testing import FlaskClient

from service.settings import Settings
from service.store.s3.store import S3ObjectStore
from tests.builders import KEYRING, SONG
from tests.conftest import PAGE_ORIGIN


def use_parts(client: FlaskClient, settings: Settings) -> None:
    """Send two parts, dropped once by the store; confirm twice, and replay in vain."""
    body = bytes(16 * 1024 * 1024) + SONG
    new = {"filename": "a b.mp3", "content_type": "audio/mpeg", "size_bytes": len(body)}
    upload_id = client.post("/v1/uploads", json=new).get_json()["upload_id"]

    def send() -> list[int]:
        parts = client.post(f"/v1/uploads/{upload_id}/urls").get_json()["transfer"]["parts"]
        bodies = [body[: part["size_bytes"]] if part["part_number"] == 1 else SONG for part in parts]
        sent = zip(parts, bodies, strict=True)
        return [urllib3.request("PUT", part["url"], body=one, retries=False).status for part, one in sent]

    assert send() == [200, 200]
    S3ObjectStore(settings, KEYRING).abort_multiparts(settings.minio_bucket, f"uploads/local/{upload_id}.mp3")
    assert client.get(f"/v1/uploads/{upload_id}").get_json()["stored_parts"] == []
    assert send() == [200, 200]
    file = client.post(f"/v1/uploads/{upload_id}/confirm").get_json()
    assert client.post(f"/v1/uploads/{upload_id}/confirm").get_json() == file
    url = client.get(f"/v1/files/{upload_id}/download").get_json()["url"]
    assert urllib3.request("GET", url, retries=False).data == body
    assert client.delete(f"/v1/files/{upload_id}").status_code == 204


def use(client: FlaskClient) -> None:
    file = upload(client)
    url = client.get(f"/v1/files/{file['file_id']}/download").get_json()["url"]
    assert urllib3.request("GET", url, retries=False).data == SONG
    assert client.delete(f"/v1/files/{file['file_id']}").status_code == 204
    assert urllib3.request("GET", url, retries=False).status == 404

    key = "uploads/local/a b.mp3"
    put = client.get("/s3/upload-url", query_string={"key": key}).get_json()["url"]
    assert urllib3.request("PUT", put, body=SONG, headers={"Content-Type": "audio/mpeg"}, retries=False).status == 200
    get = client.get("/s3/download-url", query_string={"key": key}).get_json()["url"]
    assert urllib3.request("GET", get, retries=False).data == SONG


def use_form(client: FlaskClient) -> None:
    """Send a form as Uppy's companion hands it out."""
    asked = {"filename": "a b.mp3", "type": "audio/mpeg"}
    form = client.get("/s3/params", query_string=asked).get_json()
    assert form["method"].upper() == "POST"
    fields = {**form["fields"], "file": ("a b.mp3", SONG, "audio/mpeg")}
    assert urllib3.request("POST", form["url"], fields=fields, retries=False).status in (200, 201, 204)


def upload(client: FlaskClient) -> dict[str, Any]:
    """Start, PUT as a page does, PUT other bytes in vain, confirm."""
    asked = {"filename": "a b.mp3", "content_type": "audio/mpeg", "size_bytes": len(SONG), "mood": "happy"}
    started = client.post("/v1/uploads", json=asked).get_json()
    transfer = started["transfer"]
    headers = {name: value for name, value in transfer["headers"].items() if name != "content-length"}
    headers["Origin"] = PAGE_ORIGIN
    sent = [
        urllib3.request("PUT", transfer["url"], body=body, headers=headers, retries=False).status
        for body in (SONG, b"x" * len(SONG))
    ]
    assert sent == [200, 412]
    confirmed = client.post(f"/v1/uploads/{started['upload_id']}/confirm")
    assert confirmed.status_code == 200
    file: dict[str, Any] = confirmed.get_json()
    return file
