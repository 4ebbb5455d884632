"""The worker's settings: what they refuse, and that they refuse it all at once."""

import os
from pathlib import Path

import pytest
from pydantic import SecretStr

from worker.settings import WorkerSettings

KEYS = {"MINIO_WORKER_ACCESS_KEY": "worker-key-0123456789", "MINIO_WORKER_SECRET_KEY": "hush 71c5e0aa93"}


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unset what the shell has set, because it is not under test."""
    for name in WorkerSettings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def refusals(monkeypatch: pytest.MonkeyPatch, **values: str) -> list[str]:
    for name, value in {**KEYS, **values}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        WorkerSettings.from_environment()
    return str(ended.value).splitlines()[1:]


def test_all_wrong_settings_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sets up a worker starts it once to learn everything."""
    lines = refusals(
        monkeypatch,
        MINIO_WORKER_SECRET_KEY="",
        WORKER_SLOTS="many",
        WORKER_KINDS="image,films",
        FFMPEG_BIN="/nowhere/ffmpeg",
        MEDIA_SANDBOX="docker",
        MEDIA_LADDER="240,500",
        MEDIA_VIDEO="yes",
        MINIO_ENDPOINT="minio:9000",
        MONGODB_URI="mongodb://localhost/?jurnal=true",
    )

    assert {line.partition(":")[0].strip() for line in lines} == {
        *("MONGODB_URI", "MINIO_ENDPOINT", "MINIO_WORKER_SECRET_KEY", "WORKER_SLOTS", "WORKER_KINDS", "FFMPEG_BIN"),
        *("MEDIA_SANDBOX", "MEDIA_LADDER", "MEDIA_VIDEO"),
    }


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({"MINIO_WORKER_ACCESS_KEY": ""}, "MINIO_WORKER_ACCESS_KEY: must be set"),
        ({"WORKER_SLOTS": "0"}, "WORKER_SLOTS: must be at least 1"),
        ({"WORKER_KINDS": "films"}, "WORKER_KINDS: 'films' is not among scan, probe, image"),
        ({"MEDIA_LADDER": "240,4320"}, "MEDIA_LADDER: '4320' is not among 240, 360, 480, 720, 1080"),
        ({"MEDIA_MAX_SECONDS": "99999"}, "MEDIA_MAX_SECONDS: must be at most 14400"),
    ],
)
def test_a_refusal_says_what_would_be_right(values: dict[str, str], line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusals(monkeypatch, **values)[0].startswith(f"  {line}")


def test_a_worker_needs_no_secret_of_the_service(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It knows where database, store, broker and receivers are, and has its own credential and webhook secret."""
    for name, value in {**KEYS, "WORKER_SCRATCH": str(tmp_path), "MEDIA_LADDER": "720, 240"}.items():
        monkeypatch.setenv(name, value)

    settings = WorkerSettings.from_environment()

    secrets = {name for name, field in WorkerSettings.model_fields.items() if field.annotation is SecretStr}
    own = {"minio_worker_secret_key", "store_2_worker_secret_key"}
    assert secrets == {*own, "job_broker_url", "webhook_urls", "webhook_secret"}
    assert set(settings.secrets) == set(KEYS.values())
    assert settings.media_ladder == ("720", "240")
    assert settings.slots <= (os.cpu_count() or 1)
