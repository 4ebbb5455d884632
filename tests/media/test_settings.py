"""What the settings of media change."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from pydantic import ValidationError

from service.app import planners_of, settlers_of
from service.jobs.model import Lane
from service.ports import Ports
from service.settings import Settings
from service.uploads.derived import OutboxEvent
from service.uploads.policy import Policy
from tests.builders import NO_METADATA, a_file
from tests.helpers.api import client_of
from tests.helpers.media import a_film_probe, a_probe


def planned(ports: Ports, **values: Any) -> list[str]:
    file = a_file(ports)
    planners = planners_of(Settings(auth_mode="open", **values))
    return [job.kind for plan in planners for job in plan(file, OutboxEvent.READY)]


def test_media_off_plans_nothing_and_tells_nobody(ports: Ports) -> None:
    off, on = Settings(auth_mode="open", media=False), Settings(auth_mode="open")
    assert (planned(ports, media=False), planned(ports)) == ([], ["probe"])
    assert not Policy.from_settings(off).announces
    assert Policy.from_settings(on).announces


def test_a_scanner_is_asked_about_every_file(ports: Ports) -> None:
    assert planned(ports, scanner_url="tcp://clamav:3310") == ["scan", "probe"]


def after_probe(ports: Ports, film: bool, **values: Any) -> tuple[set[str], str | None]:
    """Return the jobs after a probe and the title that the file has then."""
    file = a_file(ports, metadata=NO_METADATA)
    probe = a_film_probe() if film else a_probe()
    settled = replace(ports, settlers=settlers_of(Settings(auth_mode="open", **values), ports.deliveries))
    for job in planners_of(Settings(auth_mode="open"))[0](file, OutboxEvent.READY):
        settled.jobs.create(job, settled.now())
    lease = settled.jobs.claim(["probe"], (Lane.LIGHT,), "w", settled.now())
    assert lease
    done = settled.jobs.finish(lease, probe.model_dump(), settled.now())
    for settle in settled.settlers:
        settle(settled, file.upload_id, done)
    shown = settled.records.get(file.upload_id)
    assert shown
    return {job.kind for job in settled.jobs.list_by_files([file.upload_id])}, shown.metadata.title


def test_films_get_renditions_as_the_operator_says(ports: Ports) -> None:
    assert "video" not in after_probe(ports, True)[0]
    assert "video" in after_probe(ports, True, media_video="always")[0]


def test_tags_are_filled_in_unless_the_operator_says_no(ports: Ports) -> None:
    assert after_probe(ports, False)[1] == "Tönë"
    assert after_probe(ports, False, media_fill_tags=False)[1] is None


def test_urls_live_as_long_as_the_operator_says(ports: Ports, a_file: Callable[..., dict[str, Any]]) -> None:
    file_id = a_file()["file_id"]
    client: FlaskClient = client_of(Settings(auth_mode="open", media_url_expires_in=77), ports)
    media = client.get(f"/v1/files/{file_id}/media").get_json()
    lifetime = datetime.fromisoformat(media["expires_at"]) - datetime.fromisoformat(media["server_time"])
    assert lifetime.total_seconds() == 77


@pytest.mark.parametrize(
    "url", ["clamav:3310", "http://clamav", "tcp://clamav", "tcp://a b:1", "unix:relative", "tcp://h:1/x"]
)
def test_a_scanner_is_a_clamd(url: str) -> None:
    with pytest.raises(ValidationError, match="must look like tcp://clamav:3310"):
        Settings(auth_mode="open", scanner_url=url)
    assert Settings(auth_mode="open", scanner_url="unix:/run/clamav/clamd.sock").scanner_url
