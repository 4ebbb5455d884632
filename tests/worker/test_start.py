"""What a worker checks before it claims anything, and which slot takes which jobs."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from service.jobs.model import Lane
from service.shared.mongo.client import open_database
from worker.app import build, note_on
from worker.checks import check_clock
from worker.find_programs import find_programs, offered_kinds
from worker.job.job_tools import Programs
from worker.kinds import FILELESS_KINDS, KINDS
from worker.settings import WorkerSettings
from worker.slots import lanes_of

PROGRAMS = Programs(Path("/usr/bin/ffmpeg"), Path("/usr/bin/ffprobe"), "8.1.2")


def settings_with(**values: Any) -> WorkerSettings:
    return WorkerSettings(minio_worker_access_key="key", minio_worker_secret_key="secret", **values)


def a_database(skew_s: float) -> Any:
    """A database whose clock is so many seconds ahead."""

    def command(_: str) -> dict[str, datetime]:
        return {"localTime": (datetime.now(UTC) + timedelta(seconds=skew_s)).replace(tzinfo=None)}

    return SimpleNamespace(client=SimpleNamespace(admin=SimpleNamespace(command=command)))


@pytest.mark.parametrize("skew_s", [-4, 0, 4])
def test_clocks_that_differ_a_little_are_fine(skew_s: float) -> None:
    assert check_clock(a_database(skew_s)) is None


@pytest.mark.parametrize("skew_s", [-9, 9])
def test_a_worker_with_another_time_does_not_start(skew_s: float) -> None:
    """Its leases would seem to have lapsed, or never to lapse."""
    problem = check_clock(a_database(skew_s))

    assert problem
    assert "differ by 9 s" in problem


def test_a_database_that_is_away_says_nothing_about_clocks() -> None:
    """The worker starts, and waits for it as it would later."""
    database = open_database(settings_with(mongodb_uri="mongodb://127.0.0.1:9/"))

    with closing(database.client):
        assert check_clock(database) is None


def test_light_jobs_never_wait_for_heavy_ones_nor_the_other_way_round() -> None:
    """The last of several slots takes films first, and all others none."""
    assert [lanes_of(number, 3) for number in range(3)] == [
        (Lane.LIGHT,),
        (Lane.LIGHT,),
        (Lane.HEAVY, Lane.LIGHT),
    ]
    assert lanes_of(0, 1) == (Lane.LIGHT, Lane.HEAVY)


def test_a_kind_without_its_tool_is_not_offered() -> None:
    scanner = {"scanner_url": "tcp://clamav:3310"}
    assert offered_kinds(settings_with(**scanner), PROGRAMS) == tuple(KINDS)
    assert "scan" not in offered_kinds(settings_with(), PROGRAMS)
    assert offered_kinds(settings_with(), None) == ("image", "pdf")
    assert offered_kinds(settings_with(worker_kinds="video,image"), PROGRAMS) == ("image", "video")
    assert offered_kinds(settings_with(worker_kinds="video"), None) == ()


def test_an_ffmpeg_that_does_not_start_is_none(tmp_path: Path) -> None:
    """Built for another machine, for instance."""
    for name in ("ffmpeg", "ffprobe"):
        (tmp_path / name).write_text("no program")
        (tmp_path / name).chmod(0o755)

    assert find_programs(settings_with(ffmpeg_bin=tmp_path / "ffmpeg", ffprobe_bin=tmp_path / "ffprobe")) is None


def test_with_media_off_a_worker_works_on_no_file() -> None:
    """The service plans no jobs then, and the worker, which relays events too, must not plan them instead.

    It still delivers webhooks, and fits the recommender where the packages for it are installed.
    """
    settings = settings_with(mongodb_uri="mongodb://127.0.0.1:9/", media=False)

    process = build(settings)

    runner = process._runner  # noqa: SLF001
    with closing(runner.ports.records), closing(runner.scratch):  # type: ignore[type-var]
        assert runner.ports.planners == ()
        assert set(process.kinds) <= set(FILELESS_KINDS)


@pytest.mark.parametrize(
    ("programs", "escape", "sandbox", "note"),
    [
        (PROGRAMS, None, "landlock", "ffmpeg 8.1.2, sandboxed"),
        (None, None, "landlock", "no ffmpeg: images and PDFs only (connect once, or set FFMPEG_BIN)"),
        (PROGRAMS, "this system has no Landlock", "landlock", "off: this system has no Landlock"),
        (PROGRAMS, None, "none", "ffmpeg 8.1.2, NOT sandboxed (MEDIA_SANDBOX=none)"),
    ],
)
def test_a_note_says_what_the_worker_can_do(
    programs: Programs | None, escape: str | None, sandbox: str, note: str
) -> None:
    """`make run` shows it."""
    assert note_on(programs, escape, settings_with(media_sandbox=sandbox)).startswith(note)
