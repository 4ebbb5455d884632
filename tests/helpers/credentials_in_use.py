"""What somebody holds who uses a deployment, and whether it still opens anything."""

from dataclasses import dataclass
from typing import Any

import urllib3

from tests.helpers.containers import SERVICE, Deployment

A_SONG = {"filename": "a.mp3", "content_type": "audio/mpeg", "size_bytes": 1000, "mood": "happy"}


def call(method: str, url: str, **options: Any) -> urllib3.BaseHTTPResponse:
    return urllib3.request(method, url, retries=False, redirect=False, timeout=30, **options)


@dataclass(frozen=True)
class Person:
    """A token, a session that it opened, an upload token, a cursor, and URLs that are valid for ten minutes."""

    bearer: dict[str, str]
    cookie: dict[str, str]
    upload_address: str
    cursor: str
    put: dict[str, Any]
    download: str

    @classmethod
    def of(cls, deployment: Deployment, file_id: str) -> "Person":
        """There must be two files, so that a listing has a second page."""
        bearer = {"Authorization": f"Bearer {deployment.token()}"}
        session = call("POST", f"{SERVICE}/v1/session", headers=bearer)
        download = call("GET", f"{SERVICE}/v1/files/{file_id}/download", fields={"expires_in": "600"}, headers=bearer)
        return cls(
            bearer,
            {"Cookie": session.headers["set-cookie"].partition(";")[0]},
            call("POST", f"{SERVICE}/v1/upload-tokens", json={}, headers=bearer).json()["companion_url"],
            call("GET", f"{SERVICE}/v1/files?limit=1", headers=bearer).json()["next_cursor"],
            call("POST", f"{SERVICE}/v1/uploads", json=A_SONG, headers=bearer).json()["transfer"],
            download.json()["url"],
        )

    def at_the_service(self) -> dict[str, int]:
        """Return the status that each credential of the service gets."""
        form = {"filename": "a.mp3", "type": "audio/mpeg"}
        next_page = {"limit": "1", "cursor": self.cursor}
        return {
            "token": call("GET", f"{SERVICE}/v1/files", headers=self.bearer).status,
            "session": call("GET", f"{SERVICE}/v1/files", headers=self.cookie).status,
            "upload token": call("GET", f"{self.upload_address}/s3/params", fields=form).status,
            "cursor": call("GET", f"{SERVICE}/v1/files", fields=next_page, headers=self.bearer).status,
        }

    def at_the_store(self) -> dict[str, int]:
        """Return the status that each URL of the store gets."""
        return {
            "download": call("GET", self.download).status,
            "put": call("PUT", self.put["url"], body=bytes(1000), headers=self.put["headers"]).status,
        }
