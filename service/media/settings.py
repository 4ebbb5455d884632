"""The settings of media: what is made from files, and how long its URLs live."""

import re
from typing import Literal

from pydantic import Field, field_validator

from service.shared.settings import DatabaseSettings, SharedSettings

_CLAMD = re.compile(r"tcp://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.-]+):[0-9]{1,5}|unix:/[^\s?#]+")


class PlanSettings(DatabaseSettings):
    """The settings that decide which jobs a file gets. The worker reads them too, because both plan."""

    media_fill_tags: bool = Field(True, description="title, artist and album of the file itself, where it has none yet")
    media_video: Literal["auto", "always", "never"] = Field(
        "auto", description="make renditions of films; auto: long, large or odd ones"
    )
    scanner_url: str = Field("", description="a clamd: tcp://host:port or unix:/path")

    @field_validator("scanner_url")
    @classmethod
    def _is_a_clamd(cls, value: str) -> str:
        if value and not _CLAMD.fullmatch(value):
            raise ValueError("must look like tcp://clamav:3310 or unix:/run/clamav/clamd.sock")
        return value


class MediaSettings(PlanSettings, SharedSettings):
    """The settings of media in the service."""

    media_url_expires_in: int = Field(600, ge=1, le=43_200, description="s")
