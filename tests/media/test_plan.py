"""Which jobs a file gets."""

from dataclasses import replace

import pytest

from service.jobs.model import Lane
from service.media.model import AudioStream
from service.media.plan import Choice, Rules, cost_of, lane_of, plan_event, plan_next
from service.ports import Ports
from service.uploads.derived import OutboxEvent
from service.uploads.model import UploadStatus
from tests.builders import a_file
from tests.helpers.media import a_film_probe, a_job, a_picture, a_probe

READY = OutboxEvent.READY


@pytest.mark.parametrize(
    ("content_type", "kinds"),
    [
        ("audio/mpeg", ["probe"]),
        ("video/mp4", ["probe"]),
        ("image/heic", ["image"]),
        ("application/pdf", ["pdf"]),
        ("application/zip", []),
        (None, []),
    ],
)
def test_the_first_jobs_follow_from_the_content_type(ports: Ports, content_type: str | None, kinds: list[str]) -> None:
    file = replace(a_file(ports), content_type=content_type)
    assert [job.kind for job in plan_event(file, READY, Rules())] == kinds
    assert [job.kind for job in plan_event(file, READY, Rules(scan=True))] == ["scan", *kinds]


def test_a_cover_gets_a_thumbnail_and_older_files_get_what_new_ones_get(ports: Ports) -> None:
    cover = replace(a_file(ports), status=UploadStatus.ATTACHED, content_type="image/png", cover_of="F")
    assert [job.kind for job in plan_event(cover, OutboxEvent.BACKFILL, Rules())] == ["image"]


def test_nothing_is_planned_for_a_deleted_file(ports: Ports) -> None:
    file = a_file(ports)
    assert not plan_event(file, OutboxEvent.DELETED, Rules())
    assert not plan_event(replace(file, status=UploadStatus.DELETED), READY, Rules())


def test_a_job_is_named_by_its_file_and_bound_to_the_bytes(ports: Ports) -> None:
    file = a_file(ports)
    [job] = plan_event(file, READY, Rules())
    assert (job.job_id, job.owner, job.source) == (f"{file.upload_id}.probe", file.owner, file.version_id)
    [job] = plan_event(replace(file, version_id=None), READY, Rules())
    assert job.source == file.etag


def kinds_after(ports: Ports, probe: object, rules: Rules | None = None) -> list[str]:
    job = a_job(a_file(ports), "probe")
    return [job.kind for job in plan_next(job, probe, rules or Rules())]  # type: ignore[arg-type]


def test_a_song_is_measured_and_its_picture_is_shown(ports: Ports) -> None:
    assert kinds_after(ports, a_probe()) == ["audio"]
    assert kinds_after(ports, a_probe(picture="png")) == ["poster", "audio"]


def test_a_picture_asks_for_nothing_more(ports: Ports) -> None:
    assert kinds_after(ports, a_picture()) == []


OPUS = AudioStream(codec="opus", sample_rate=48_000, channels=2)
DTS = AudioStream(codec="dts", sample_rate=48_000, channels=2)


@pytest.mark.parametrize(
    ("changes", "has_renditions"),
    [
        ({}, False),
        ({"duration_seconds": 60.5}, True),
        ({"bits_per_second": 4_000_001}, True),
        ({"audio": DTS}, True),
        ({"audio": None}, False),
        ({"container": "avi"}, True),
        ({"container": "matroska,webm"}, True),  # H.264 in Matroska is no WebM
    ],
)
def test_a_film_gets_renditions_unless_every_browser_plays_it_well(
    ports: Ports, changes: dict[str, object], has_renditions: bool
) -> None:
    assert kinds_after(ports, a_film_probe(**changes)) == ["poster", *["video"] * has_renditions]


def test_a_small_webm_needs_no_renditions(ports: Ports) -> None:
    film = a_film_probe()
    assert film.video
    webm = film.model_copy(
        update={
            "container": "matroska,webm",
            "audio": OPUS,
            "video": film.video.model_copy(update={"codec": "vp9"}),
        }
    )
    assert kinds_after(ports, webm) == ["poster"]


@pytest.mark.parametrize(("choice", "has_renditions"), [("always", True), ("never", False)])
def test_the_operator_may_want_all_renditions_or_none(ports: Ports, choice: Choice, has_renditions: bool) -> None:
    for probe in (a_film_probe(), a_film_probe(container="avi", duration_seconds=7200)):
        assert ("video" in kinds_after(ports, probe, Rules(video=choice))) is has_renditions


def test_long_audio_and_films_wait_in_the_heavy_lane_and_cost_their_minutes(ports: Ports) -> None:
    assert (lane_of("audio", 1200), cost_of("audio", 1200)) == (Lane.LIGHT, 1)
    assert (lane_of("audio", 1201), cost_of("audio", 1201)) == (Lane.HEAVY, 21)
    assert (lane_of("video", 1), cost_of("video", 1)) == (Lane.HEAVY, 1)
    assert (lane_of("image"), cost_of("image")) == (Lane.LIGHT, 1)
    [job] = plan_next(a_job(a_file(ports), "probe"), a_probe(duration_seconds=1201), Rules())
    assert (job.lane, job.priority, job.cost) == (Lane.HEAVY, 3, 21)
