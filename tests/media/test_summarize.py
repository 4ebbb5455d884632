"""What a file shows of its jobs."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.jobs.model import Job, JobState
from service.media.model import ScanResult
from service.media.summarize import summarize
from service.ports import Ports
from service.uploads.derived import DerivedState
from service.uploads.model import Upload
from tests.builders import a_file
from tests.helpers.media import (
    BLURHASH,
    WAVEFORM,
    a_film_probe,
    a_job,
    a_picture,
    a_probe,
    a_rendition,
    a_video,
    an_audio,
)

COVER_ID = "01K0000000000000000000000C"


@pytest.fixture
def file(ports: Ports) -> Upload:
    return a_file(ports)


@pytest.fixture
def cover(file: Upload) -> Upload:
    return replace(file, upload_id=COVER_ID, object_key=f"uploads/alice/{COVER_ID}.png", version_id="of the cover")


def of_cover(cover: Upload, kind: str = "image") -> Job:
    return a_job(cover, kind, a_picture(96, 320), result_token=7)


def state_of(file: Upload, *states: JobState) -> DerivedState:
    kinds = ("probe", "audio", "poster")
    made = {JobState.DONE: {"probe": a_probe(), "audio": an_audio(), "poster": a_picture()}}
    jobs = [
        a_job(file, kind, made.get(state, {}).get(kind), state=state)
        for kind, state in zip(kinds, states, strict=False)
    ]
    summary = summarize(file, jobs)
    assert summary
    return summary.state


def test_the_state_follows_from_all_jobs(file: Upload) -> None:
    queued, running, done, failed = JobState.QUEUED, JobState.RUNNING, JobState.DONE, JobState.FAILED
    assert state_of(file, queued, queued) is DerivedState.WAITING
    assert state_of(file, queued, running) is DerivedState.WORKING
    assert state_of(file, done, queued) is DerivedState.WORKING
    assert state_of(file, failed, queued) is DerivedState.WORKING
    assert state_of(file, done, done) is DerivedState.READY
    assert state_of(file, done, failed, done) is DerivedState.FAILED


def test_a_song_shows_what_was_measured(file: Upload) -> None:
    jobs = [a_job(file, "probe", a_probe()), a_job(file, "audio", an_audio(rendition=a_rendition("audio")))]
    summary = summarize(file, jobs)
    assert summary
    assert (summary.source, summary.duration_seconds) == (file.version_id, 180.5)
    assert (summary.loudness_lufs, summary.peak_dbfs, summary.has_audio, summary.has_video) == (
        -14.2,
        -0.3,
        True,
        False,
    )
    assert summary.waveform == WAVEFORM
    assert summary.thumbnail is None


def test_a_film_shows_its_size_and_not_that_of_its_poster(file: Upload) -> None:
    jobs = [
        a_job(file, "probe", a_film_probe()),
        a_job(file, "poster", a_picture()),
        a_job(file, "video", a_video()),
    ]
    summary = summarize(file, jobs)
    assert summary
    assert (summary.width, summary.height, summary.has_video, summary.loudness_lufs) == (1280, 720, True, -20)
    assert summary.thumbnail
    assert (summary.thumbnail.width, summary.thumbnail.height) == (1500, 1000)


def test_a_thumbnail_says_where_its_widths_lie(file: Upload) -> None:
    summary = summarize(file, [a_job(file, "image", a_picture(96, 320), result_token=3)])
    assert summary
    assert summary.thumbnail
    assert summary.thumbnail.prefix == f"derived/alice/{file.upload_id}/image/3/"
    assert (summary.thumbnail.extension, summary.thumbnail.blurhash) == ("webp", BLURHASH)
    assert summary.thumbnail.versions == {"96": "v-96.webp", "320": "v-320.webp"}
    assert (summary.width, summary.height) == (1500, 1000)


def test_a_cover_goes_before_a_poster_and_after_the_picture_that_the_file_is(file: Upload, cover: Upload) -> None:
    def pictured_by(*jobs: Job) -> str:
        summary = summarize(file, jobs, cover)
        assert summary
        assert summary.thumbnail
        return summary.thumbnail.prefix.split("/")[2] + "/" + summary.thumbnail.prefix.split("/")[3]

    poster, image = a_job(file, "poster", a_picture()), a_job(file, "image", a_picture())
    assert pictured_by(poster) == f"{file.upload_id}/poster"
    assert pictured_by(poster, of_cover(cover)) == f"{COVER_ID}/image"
    assert pictured_by(poster, of_cover(cover), image) == f"{file.upload_id}/image"


def test_of_a_cover_only_its_picture_is_shown(file: Upload, cover: Upload) -> None:
    assert summarize(file, [of_cover(cover)]) is None
    assert summarize(file, [of_cover(cover)], replace(cover, upload_id="01K0000000000000000000000D")) is None
    assert summarize(file, [of_cover(cover, "poster"), a_job(cover, "probe", a_probe())], cover) is None


def test_nothing_is_shown_of_older_bytes(file: Upload) -> None:
    jobs = [a_job(file, "probe", a_probe()), a_job(file, "audio", an_audio())]
    assert summarize(replace(file, version_id="other"), jobs) is None
    newer = replace(file, version_id="other")
    summary = summarize(newer, [*jobs[1:], a_job(newer, "probe")])
    assert summary
    assert (summary.state, summary.duration_seconds, summary.loudness_lufs) == (DerivedState.WAITING, None, None)


def test_a_job_that_is_done_again_keeps_its_result_until_it_has_another(file: Upload) -> None:
    summary = summarize(file, [a_job(file, "probe", a_probe(), state=JobState.QUEUED)])
    assert summary
    assert (summary.state, summary.duration_seconds) == (DerivedState.WORKING, 180.5)


def test_a_result_that_does_not_fit_its_model_counts_as_failed(file: Upload) -> None:
    broken = [
        replace(a_job(file, "probe", a_probe()), result={"container": "mp3", "duration_seconds": "for ever"}),
        replace(a_job(file, "image", a_picture()), result={"thumbnails": [{"name": "../../x"}]}),
        replace(a_job(file, "audio", an_audio()), result_token=None),
    ]
    summary = summarize(file, broken)
    assert summary
    assert (summary.state, summary.failed) == (DerivedState.FAILED, ("audio", "image", "probe"))
    assert (summary.duration_seconds, summary.thumbnail) == (None, None)


@pytest.mark.parametrize(
    "waveform",
    [
        "",
        WAVEFORM[:-1],
        WAVEFORM + "A",
        WAVEFORM + "\n",
        "=" * 48,
        "<" * 48,
        WAVEFORM[:-1] + "é",
        WAVEFORM * 100,
        [0] * 36,
        {"$gt": ""},
        7,
    ],
)
def test_a_waveform_is_36_bytes_or_the_result_is_none(file: Upload, waveform: Any) -> None:
    """A worker reads hostile bytes; whoever takes it over can write no text of theirs into a list."""
    job = a_job(file, "audio", an_audio())
    summary = summarize(file, [replace(job, result={**(job.result or {}), "waveform": waveform})])
    assert summary
    assert (summary.state, summary.failed, summary.waveform) == (DerivedState.FAILED, ("audio",), None)


def test_a_result_from_before_small_waveforms_is_whole(file: Upload) -> None:
    job = a_job(file, "audio", an_audio())
    older = {name: value for name, value in (job.result or {}).items() if name != "waveform"}
    summary = summarize(file, [replace(job, result=older)])
    assert summary
    assert (summary.state, summary.waveform, summary.loudness_lufs) == (DerivedState.READY, None, -14.2)


def test_documents_of_strangers_among_the_jobs_are_not_shown(file: Upload) -> None:
    alien = [
        a_job(file, "mine-bitcoin", a_probe()),
        a_job(file, "webhook", a_probe()),
        replace(a_job(file, "probe", a_probe()), job_id="other.probe"),
    ]
    assert summarize(file, alien) is None


def test_a_threat_is_named(file: Upload) -> None:
    summary = summarize(file, [a_job(file, "scan", ScanResult(threat="Win.Test.EICAR_HDB-1"))])
    assert summary
    assert summary.threat == "Win.Test.EICAR_HDB-1"


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)  # the file is the same each time
@given(data=st.data())
def test_the_order_of_the_jobs_does_not_matter(file: Upload, cover: Upload, data: st.DataObject) -> None:
    results = {
        "scan": ScanResult(threat=None),
        "probe": a_film_probe(),
        "image": a_picture(96),
        "pdf": a_picture(page_count=3),
        "poster": a_picture(320),
        "audio": an_audio(),
        "video": a_video(),
    }
    states = st.sampled_from(JobState)
    jobs = [a_job(file, kind, result, state=data.draw(states)) for kind, result in results.items()]
    jobs = [*jobs, of_cover(cover), replace(jobs[0], kind="fit", job_id=f"{file.upload_id}.fit")]
    assert summarize(file, data.draw(st.permutations(jobs)), cover) == summarize(file, jobs, cover)
