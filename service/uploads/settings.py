"""The settings of uploads: limits, how long URLs are valid, and the secret of the store's notifications."""

import re

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from service.shared.secret_keys import weakness_of
from service.shared.settings import GIB, MAKE_ONE, MIB, TIB, CommaList
from service.store.settings import StoreSettings
from service.uploads.quota import MOST_PENDING

DEFAULT_CONTENT_TYPES = (
    "audio/*",
    "video/*",
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/avif",
    "image/heic",
    "image/heif",
    "application/pdf",
)

# As it stands in an Authorization header.
_EVENTS_SECRET = re.compile(r"[!-~]{16,200}")


class UploadsSettings(StoreSettings):
    """The settings of uploads, which stand on those of the store."""

    events_secret: SecretStr = Field(SecretStr(""), description="what the store's notifications must bring")
    upload_url_expires_in: int = Field(60, ge=1, le=604_800, description="s; more for large files")
    download_url_expires_in: int = Field(60, ge=1, le=604_800, description="s")
    pending_expires_in: int = Field(86_400, ge=1, description="s until an unconfirmed upload is swept")
    max_upload_bytes: int = Field(5 * GIB, ge=0, le=5 * TIB, description="5 TiB is the largest object of S3")
    max_pending_bytes: int = Field(5 * TIB, ge=0, description="of one user's unconfirmed uploads; 0: not bounded")
    quota_bytes: int = Field(0, ge=0, le=2**53, description="of one user's files and uploads; 0: not bounded")
    quota_files: int = Field(0, ge=0, le=2**53, description="of one user, unfinished ones included; 0: not bounded")
    quota_pending: int = Field(
        0, ge=0, le=MOST_PENDING, description="unfinished uploads of one user; 0: 2,000 if there is another quota"
    )
    put_max_bytes: int = Field(
        16 * MIB, ge=0, le=5 * GIB, description="larger files go in parts; 5 GiB is the most one PUT can carry"
    )
    allowed_content_types: CommaList = DEFAULT_CONTENT_TYPES
    moods: CommaList = ("happy", "sad", "neutral")
    # Here, because the documents of files say what others are still to be told.
    media: bool = Field(True, description="make thumbnails, waveforms and renditions; needs a worker")
    history: bool = Field(True, description="keep what people listened to, for themselves")

    @field_validator("events_secret")
    @classmethod
    def _keeps_strangers_out(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        secret = value.get_secret_value()
        if secret and not _EVENTS_SECRET.fullmatch(secret):
            raise ValueError("must have 16 to 200 characters without blanks (openssl rand -hex 32)")
        if secret and (weakness := weakness_of(secret, min_bytes=16, min_distinct=5)):
            raise ValueError(f"{weakness}: {MAKE_ONE}")
        if info.data.get("minio_events_arn") and not secret:
            raise ValueError("must be set if MINIO_EVENTS_ARN is: without it the service refuses the notifications")
        return value

    @field_validator("moods", "allowed_content_types")
    @classmethod
    def _is_not_empty(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise ValueError("needs at least one entry")
        return value
