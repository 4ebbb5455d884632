"""The settings of the object store: where it is, its credentials, and what its checks may waive."""

import re
from collections.abc import Iterator
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from service.shared.addresses import as_web_origin, is_ip, is_loopback
from service.shared.secret_keys import weakness_of
from service.shared.settings import CommaList, DatabaseSettings, SharedSettings

# 80 random bits in base32. MinIO takes some writes by a key id alone (CVE-2026-41145), and no policy binds its root.
SHORTEST_KEY = 16
FEWEST_CHARACTERS = 6  # one in a million texts of 20 random hex digits has fewer distinct ones

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ARN = re.compile(r"arn:[!-~]+")
# botocore accepts no other hosts and regions.
_STORE_HOST = re.compile(r"((?!-)[a-z0-9-]{1,63}(?<!-)\.)*(?!-)[a-z0-9-]{1,63}(?<!-)\.?")
_REGION = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


class EndpointSettings(DatabaseSettings):
    """How the service and the worker reach the store."""

    minio_endpoint: str = Field("http://localhost:9000", description="service -> store")
    minio_region: str = "us-east-1"
    minio_addressing_style: Literal["path", "virtual"] = "path"

    @field_validator("minio_endpoint")
    @classmethod
    def _is_reachable(cls, value: str) -> str:
        origin = _as_address(value)
        host = urlsplit(origin).hostname or ""
        if value and not (is_ip(host) or _STORE_HOST.fullmatch(host)):
            raise ValueError("must have a host name of letters, digits and hyphens, without an underscore")
        return origin

    @field_validator("minio_region")
    @classmethod
    def _is_a_region(cls, value: str) -> str:
        if not _REGION.fullmatch(value) or value.isdecimal():
            raise ValueError("must be a region such as us-east-1: letters, digits and hyphens")
        return value


class StoreSettings(EndpointSettings, SharedSettings):
    """The settings of the store."""

    object_store: str = Field("s3", description="a name in service.registry.OBJECT_STORES")
    minio_public_endpoint: str = Field(
        "", description="browser -> store: what URLs are signed for; default: MINIO_ENDPOINT"
    )
    minio_access_key: str = Field("minioadmin", description="the service's own credential")
    minio_secret_key: SecretStr = SecretStr("minioadmin")
    minio_bucket: str = "mybucket"
    minio_bucket_by_type: CommaList = Field((), description="e.g. video/*=videos,application/pdf=papers")
    minio_upload_access_key: str = Field("", description="may only PutObject; made by the service on MinIO")
    minio_upload_secret_key: SecretStr = SecretStr("")
    minio_download_access_key: str = Field("", description="may only GetObject; made by the service on MinIO")
    minio_download_secret_key: SecretStr = SecretStr("")
    minio_worker_access_key: str = Field("", description="of the worker; the service makes the account on MinIO")
    minio_worker_secret_key: SecretStr = SecretStr("")
    minio_events_arn: str = Field("", description="where the store's notifications go, as MinIO names it")
    waived_checks: CommaList = Field((), description="store checks that may fail, by name, or 'all'")

    @field_validator("minio_public_endpoint")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        return _as_address(value)

    @field_validator("minio_bucket")
    @classmethod
    def _is_a_bucket(cls, value: str) -> str:
        if not _BUCKET.fullmatch(value):
            raise ValueError("must have 3 to 63 characters: lower-case letters, digits, dots and hyphens")
        return value

    @field_validator("minio_bucket_by_type")
    @classmethod
    def _are_pairs(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for pair in value:
            pattern, _, bucket = pair.partition("=")
            if "/" not in pattern or not _BUCKET.fullmatch(bucket):
                raise ValueError(f"{pair!r} is not of the form video/*=videos, with a valid bucket name")
        return value

    @field_validator("minio_events_arn")
    @classmethod
    def _is_an_arn(cls, value: str) -> str:
        if value and not _ARN.fullmatch(value):
            raise ValueError("must look like arn:minio:sqs::MOODROP:webhook")
        return value

    @field_validator("minio_access_key", "minio_secret_key")
    @classmethod
    def _is_not_guessable(cls, value: str | SecretStr, info: ValidationInfo) -> str | SecretStr:
        own = value.get_secret_value() if isinstance(value, SecretStr) else value
        if _others_reach_the_store(info) and _is_weak_for_a_store(own):
            raise ValueError(
                f"can be guessed, and other machines can reach the store: the key id of MinIO's root is enough to "
                f"write anything. Give the store random ones of at least {SHORTEST_KEY} characters "
                "(openssl rand -hex 10), and set them here too"
            )
        return value

    @field_validator("minio_upload_secret_key", "minio_download_secret_key", "minio_worker_secret_key")
    @classmethod
    def _is_not_shown_by_urls(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        own = value.get_secret_value()
        if own and _others_reach_the_store(info) and _is_weak_for_a_store(own):
            raise ValueError(
                "can be guessed: any URL that it signed shows whether a guess is right. Give the account a random one "
                f"of at least {SHORTEST_KEY} characters (openssl rand -hex 20)"
            )
        return value

    @field_validator("minio_worker_access_key")
    @classmethod
    def _is_an_account_of_its_own(cls, value: str, info: ValidationInfo) -> str:
        if value and value in (info.data.get("minio_access_key"), info.data.get("minio_upload_access_key")):
            raise ValueError("is another credential's: the worker meets bytes that anyone may have sent")
        return value

    @field_validator("minio_upload_secret_key", "minio_download_secret_key", "minio_worker_secret_key")
    @classmethod
    def _has_its_pair(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        access_key = str(info.field_name).replace("_secret_", "_access_")
        if bool(value.get_secret_value()) != bool(info.data.get(access_key)):
            raise ValueError(f"belongs to {access_key.upper()}: set both or neither")
        return value

    @property
    def public_endpoint(self) -> str:
        """Return the address at which browsers reach the store."""
        return self.minio_public_endpoint or self.minio_endpoint

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return a warning if the page at PUBLIC_URL cannot reach the store."""
        return (*super().warnings, *self._address_warnings())

    def _address_warnings(self) -> Iterator[str]:
        page, store = urlsplit(self.public_url), urlsplit(self.public_endpoint)
        here = is_loopback(store.hostname or "")
        if page.hostname and here and not is_loopback(page.hostname):
            yield (
                f"PUBLIC_URL lets others in, and they cannot reach the store at {self.public_endpoint}: set "
                "MINIO_PUBLIC_ENDPOINT to an address that they reach"
            )
        elif page.scheme == "https" and store.scheme == "http" and not here:
            yield (
                f"PUBLIC_URL is HTTPS, and a browser sends nothing from an HTTPS page to {self.public_endpoint}. "
                "Set MINIO_PUBLIC_ENDPOINT to an HTTPS address"
            )


def _as_address(value: str) -> str:
    try:
        return as_web_origin(value) if value else value
    except ValueError as error:
        raise ValueError(f"{error}; it must look like http://host:9000") from error


def _others_reach_the_store(info: ValidationInfo) -> bool:
    endpoints = (info.data.get("minio_endpoint"), info.data.get("minio_public_endpoint"))
    # With a bad address (None) nobody knows where the store is; the error about the address is enough.
    if None in endpoints:
        return False
    return not all(is_loopback(urlsplit(str(url)).hostname or "localhost") for url in endpoints)


def _is_weak_for_a_store(key: str) -> bool:
    return bool(weakness_of(key, min_bytes=SHORTEST_KEY, min_distinct=FEWEST_CHARACTERS))
