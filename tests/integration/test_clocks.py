"""Clocks that disagree, and URLs that expire during a PUT, on the real stores."""

import re
import socket
from collections.abc import Callable
from time import sleep
from typing import Any
from urllib.parse import urlsplit

import pytest
import urllib3

from service.settings import Settings
from tests.builders import SONG
from tests.conftest import Service

pytestmark = pytest.mark.real
Serve = Callable[..., Service]
SKEWED = "tests.skewed_wsgi:app"
SONG_TO_COME = {"filename": "song.mp3", "content_type": "audio/mpeg", "size_bytes": len(SONG)}
LIFETIME_S = 2


def call(service: Service, method: str, path: str, **options: Any) -> Any:
    return urllib3.request(method, service.url + path, retries=False, timeout=20, **options)


def begin(service: Service) -> tuple[str, dict[str, Any]]:
    """Return an upload's id and the request that sends its bytes."""
    started = call(service, "POST", "/v1/uploads", json=SONG_TO_COME).json()
    return started["upload_id"], started["transfer"]


def put(transfer: dict[str, Any]) -> int:
    headers = {name: value for name, value in transfer["headers"].items() if name != "content-length"}
    return urllib3.request("PUT", transfer["url"], body=SONG, headers=headers, retries=False).status


def slow_put(transfer: dict[str, Any], seconds: float) -> int:
    """Return the store's status for a PUT that pauses so long in its body; 0 if the store disconnects."""
    url = urlsplit(transfer["url"])
    lines = [f"PUT {url.path}?{url.query} HTTP/1.1", f"host: {url.netloc}"]
    lines += [f"{name}: {value}" for name, value in transfer["headers"].items()]
    with socket.create_connection((url.hostname, url.port), timeout=20) as line:
        line.sendall("\r\n".join([*lines, "", ""]).encode() + SONG[:3])
        sleep(seconds)
        try:
            line.sendall(SONG[3:])
            answer = line.recv(200)
        except OSError:
            return 0
    return int(answer.split(b" ")[1]) if answer.startswith(b"HTTP/") else 0


def skew_in(text: str) -> int:
    """Return the seconds in a message about clocks."""
    match = re.search(r"the store's clock is ([+-]\d+) s from ours", text)
    assert match, text
    return int(match[1])


@pytest.mark.parametrize("off_by", [-50, -3, 3, 50])
def test_a_clock_that_is_a_little_wrong_changes_nothing(settings: Settings, serve: Serve, off_by: int) -> None:
    """Upload, confirm and download work. The log mentions a difference over five seconds."""
    service = serve(settings, app=SKEWED, CLOCK_OFF_BY=str(off_by))

    upload_id, transfer = begin(service)
    sent = put(transfer)
    confirmed = call(service, "POST", f"/v1/uploads/{upload_id}/confirm")
    url = call(service, "GET", f"/v1/files/{upload_id}/download").json()["url"]

    assert (sent, confirmed.status) == (200, 200)
    assert urllib3.request("GET", url).data == SONG
    log = service.log.read_text()
    assert ("the store's clock is" in log) == (abs(off_by) == 50), log


@pytest.mark.parametrize("off_by", [-840, -300, 300, 840])
def test_a_clock_that_is_far_wrong_stops_the_start(settings: Settings, serve: Serve, off_by: int) -> None:
    """All URLs would be expired or live too long. The last line says by how much, and what to do."""
    service = serve(settings, app=SKEWED, wait="", CLOCK_OFF_BY=str(off_by))

    assert service.process.wait(30) != 0

    last = next(line for line in service.log.read_text().splitlines() if "Moodrop will not start" in line)
    assert skew_in(last) == pytest.approx(-off_by, abs=20)
    assert "NTP" in last


@pytest.mark.parametrize("off_by", [-960, 960])
def test_a_clock_that_the_store_refuses_is_named(settings: Settings, serve: Serve, off_by: int) -> None:
    """Beyond SigV4's 15 minutes the store refuses everything, which looks like a wrong secret."""
    service = serve(settings, app=SKEWED, wait="/healthz", CLOCK_OFF_BY=str(off_by))

    answer = call(service, "POST", "/v1/uploads", json=SONG_TO_COME)

    assert (answer.status, answer.json()["code"]) == (503, "store_denied")
    assert skew_in(answer.json()["detail"]) == pytest.approx(-off_by, abs=20)


def test_a_url_that_dies_in_the_middle_of_its_put_ends_well_on_minio(settings: Settings, serve: Serve) -> None:
    """MinIO checks the expiry only when a request starts."""
    service = serve(settings.model_copy(update={"upload_url_expires_in": LIFETIME_S}))
    upload_id, transfer = begin(service)

    sent = slow_put(transfer, LIFETIME_S + 1)

    assert sent == 200
    assert call(service, "POST", f"/v1/uploads/{upload_id}/confirm").status == 200


def test_a_url_that_dies_in_the_middle_of_its_put_is_renewed_on_versitygw(
    versitygw_settings: Settings, serve: Serve
) -> None:
    """VersityGW checks again at the end and refuses. Nothing is recorded, and a new URL works."""
    service = serve(versitygw_settings.model_copy(update={"upload_url_expires_in": LIFETIME_S}))
    upload_id, transfer = begin(service)

    refused = slow_put(transfer, LIFETIME_S + 1)
    too_early = call(service, "POST", f"/v1/uploads/{upload_id}/confirm")
    renewed = call(service, "POST", f"/v1/uploads/{upload_id}/urls").json()["transfer"]

    assert refused in (0, 403)
    assert (too_early.status, too_early.json()["code"]) == (409, "object_missing")
    assert put(renewed) == 200
    assert call(service, "POST", f"/v1/uploads/{upload_id}/confirm").status == 200
