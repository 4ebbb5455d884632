"""Asks the service for URLs of files, one or many at a time."""

from collections.abc import Mapping, Sequence
from typing import Any

from moodrop.calls.parsing import error_of, parse, rows_of
from moodrop.calls.service import Service
from moodrop.calls.signed_requests import check_url
from moodrop.errors import ServerUnknown
from moodrop.model import DownloadUrl

URLS_PER_CALL = 1000


def fetch_url(service: Service, file_id: str, params: Mapping[str, Any]) -> DownloadUrl:
    """Return a URL of the file. Raises NotFound, Invalid."""
    return _parse(service.call("GET", f"/v1/files/{file_id}/download", params=params))


def fetch_urls(service: Service, file_ids: Sequence[str], *, expires_in: int | None) -> list[DownloadUrl]:
    """Return a URL or an error for each file, in order, with one call per URLS_PER_CALL."""
    urls = list[DownloadUrl]()
    for start in range(0, len(file_ids), URLS_PER_CALL):
        body: dict[str, Any] = {"file_ids": file_ids[start : start + URLS_PER_CALL]}
        if expires_in is not None:
            body["expires_in"] = expires_in
        content = service.call("POST", "/v1/files/download-urls", body=body)
        urls += [_parse(row) for row in rows_of(content, "results", count=len(body["file_ids"]))]
    return urls


def _parse(row: Mapping[str, Any]) -> DownloadUrl:
    if error := error_of(row):
        return DownloadUrl(file_id=row.get("file_id"), error=error)
    download_url = parse(DownloadUrl, {name: value for name, value in row.items() if name != "error"})
    if download_url.url is None:
        raise ServerUnknown("the service returns neither a URL nor an error")
    check_url(download_url.url)
    return download_url
