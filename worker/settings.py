"""The settings of the worker, which come from the environment as those of the service do."""

import os
import re
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from service.jobs.settings import BrokerSettings
from service.listening.recommend.model import FIT_KIND
from service.media.model import RESULTS, RUNGS
from service.media.settings import PlanSettings
from service.shared.mongo.process_settings import ProcessSettings
from service.shared.settings import GIB, CommaList
from service.store.settings import EndpointSettings
from service.webhooks.settings import WebhookSenderSettings

MIB = 1024 * 1024
Choice = Literal["auto", "always", "never"]

_KEY = re.compile(r"[!-~]+")


class WorkerSettings(ProcessSettings, BrokerSettings, PlanSettings, WebhookSenderSettings, EndpointSettings):
    """Every setting of the worker. Durations are whole seconds, sizes whole bytes."""

    process_name: ClassVar[str] = "The worker"

    minio_worker_access_key: str = Field(description="may only read uploads/* and write derived/*")
    minio_worker_secret_key: SecretStr
    store_2_worker_access_key: str = Field("", description="the same in the second store")
    store_2_worker_secret_key: SecretStr = SecretStr("")

    worker_slots: int = Field(2, ge=1, le=64, description="jobs at once; at most as many as there are cores")
    worker_kinds: CommaList = Field((), description="of jobs; default: all that it can do")
    worker_scratch: Path | None = Field(None, description="default: a temporary folder")
    worker_scratch_bytes: int = Field(20 * GIB, ge=256 * MIB)
    worker_metrics_port: int = Field(0, ge=0, le=65535, description="0: no metrics")
    worker_metrics_host: str = "127.0.0.1"

    media: bool = Field(True, description="0: do no jobs on files, as the service plans none")
    ffmpeg_bin: Path | None = Field(None, description="default: the one on PATH")
    ffprobe_bin: Path | None = Field(None, description="default: the one beside ffmpeg")
    media_sandbox: Literal["landlock", "none"] = "landlock"
    media_ladder: CommaList = Field(("240", "480", "720"), description="heights of a film's renditions")
    media_audio: Choice = Field("auto", description="make renditions of audio; auto: if browsers may not play it")
    media_max_seconds: int = Field(14_400, ge=1, le=14_400)
    media_max_bytes: int = Field(5 * GIB, ge=1, le=5 * GIB)

    @field_validator("minio_worker_access_key")
    @classmethod
    def _is_a_key(cls, value: str) -> str:
        if not _KEY.fullmatch(value):
            raise ValueError("must be set: the key of the account that reads uploads/* and writes derived/*")
        return value

    @field_validator("minio_worker_secret_key")
    @classmethod
    def _is_a_secret(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value():
            raise ValueError("must be set: it belongs to MINIO_WORKER_ACCESS_KEY")
        return value

    @field_validator("store_2_worker_secret_key")
    @classmethod
    def _is_set_with_the_store(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        is_set = bool(value.get_secret_value() and info.data.get("store_2_worker_access_key"))
        if info.data.get("store_2_endpoint") and not is_set:
            raise ValueError("must be set with STORE_2_WORKER_ACCESS_KEY, because STORE_2_ENDPOINT is")
        return value

    @field_validator("worker_kinds")
    @classmethod
    def _are_kinds(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return _known(value, (*RESULTS, FIT_KIND))

    @field_validator("media_ladder")
    @classmethod
    def _are_rungs(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise ValueError("must name at least one height")
        return _known(value, RUNGS)

    @field_validator("ffmpeg_bin", "ffprobe_bin")
    @classmethod
    def _is_a_program(cls, value: Path | None) -> Path | None:
        if value is not None and not (value.is_file() and os.access(value, os.X_OK)):
            raise ValueError(f"{value} is not a program")
        return value

    @property
    def slots(self) -> int:
        """Return how many jobs run at once."""
        return min(self.worker_slots, os.cpu_count() or 1)

    @property
    def threads(self) -> int:
        """Return how many threads one encoder takes."""
        return max(1, (os.cpu_count() or 1) // self.slots)


def _known(names: tuple[str, ...], allowed: Any) -> tuple[str, ...]:
    if unknown := [name for name in names if name not in allowed]:
        raise ValueError(f"{', '.join(unknown)[:80]!r} is not among {', '.join(allowed)}")
    return tuple(dict.fromkeys(names))
