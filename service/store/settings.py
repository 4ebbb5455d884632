"""The settings of the object store: where it is, its credentials, and what its checks may waive."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from service.shared.addresses import as_web_origin, is_ip, is_loopback
from service.shared.secret_keys import weakness_of
from service.shared.settings import CommaList, DatabaseSettings, SharedSettings
from service.store.places import FIRST, bucket_name, place_in

# 80 random bits in base32. MinIO takes some writes by a key id alone (CVE-2026-41145), and no policy binds its root.
SHORTEST_KEY = 16
FEWEST_CHARACTERS = 6  # one in a million texts of 20 random hex digits has fewer distinct ones

_STORE_NAME = re.compile(r"[a-z0-9]{1,20}")
_SIGNERS = ("upload", "download", "worker")
_SIGNING_SECRETS = [f"{store}_{of}_secret_key" for store in ("minio", "store_2") for of in _SIGNERS]
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
    store_name: str = Field(FIRST, description="what documents call this store; another one after files moved")

    # A second store, while files move from one to the other.
    store_2_name: str = "2"
    store_2_endpoint: str = Field("", description="service -> second store; empty: there is none")
    store_2_region: str = "us-east-1"
    store_2_addressing_style: Literal["path", "virtual"] = "path"

    @field_validator("store_name", "store_2_name")
    @classmethod
    def _is_a_name(cls, value: str) -> str:
        if not _STORE_NAME.fullmatch(value):
            raise ValueError("must have 1 to 20 lower-case letters and digits")
        return value

    @field_validator("store_2_endpoint")
    @classmethod
    def _has_another_name(cls, value: str, info: ValidationInfo) -> str:
        name = info.data.get("store_2_name")
        if value and name is not None and name == info.data.get("store_name"):
            raise ValueError(f"STORE_2_NAME={name} is the name of the first store too (STORE_NAME)")
        return value

    @field_validator("minio_endpoint", "store_2_endpoint")
    @classmethod
    def _is_reachable(cls, value: str) -> str:
        origin = _as_address(value)
        host = urlsplit(origin).hostname or ""
        if value and not (is_ip(host) or _STORE_HOST.fullmatch(host)):
            raise ValueError("must have a host name of letters, digits and hyphens, without an underscore")
        return origin

    @field_validator("minio_region", "store_2_region")
    @classmethod
    def _is_a_region(cls, value: str) -> str:
        if not _REGION.fullmatch(value) or value.isdecimal():
            raise ValueError("must be a region such as us-east-1: letters, digits and hyphens")
        return value

    @property
    def stores(self) -> Mapping[str, Self]:
        """Return the settings of each store by its name, as if it were the only one: the first one's come first."""
        stores = {self.store_name: self}
        if self.store_2_endpoint:
            stores[self.store_2_name] = self.model_copy(update=self._as_first())
        return stores

    def _as_first(self) -> dict[str, Any]:
        """Return the settings of the second store under the names of the first one's."""
        fields = type(self).model_fields
        pairs = [(name, name.replace("store_2_", "minio_")) for name in fields if name.startswith("store_2_")]
        own = {first: getattr(self, second) for second, first in pairs if first in fields}
        return {**own, "store_name": self.store_2_name, "store_2_endpoint": ""}


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

    store_2_public_endpoint: str = Field("", description="browser -> second store; default: STORE_2_ENDPOINT")
    store_2_access_key: str = Field("minioadmin", description="the service's own credential there")
    store_2_secret_key: SecretStr = SecretStr("minioadmin")
    store_2_bucket: str = "mybucket"
    store_2_bucket_by_type: CommaList = Field((), description="e.g. video/*=videos,application/pdf=papers")
    store_2_upload_access_key: str = Field("", description="may only PutObject; made by the service on MinIO")
    store_2_upload_secret_key: SecretStr = SecretStr("")
    store_2_download_access_key: str = Field("", description="may only GetObject; made by the service on MinIO")
    store_2_download_secret_key: SecretStr = SecretStr("")
    store_2_worker_access_key: str = Field("", description="of the worker; the service makes the account on MinIO")
    store_2_worker_secret_key: SecretStr = SecretStr("")
    store_2_events_arn: str = Field("", description="where its notifications go, as MinIO names it")
    store_2_new_files: bool = Field(False, description="new files go to the second store")

    @field_validator("minio_public_endpoint", "store_2_public_endpoint")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        return _as_address(value)

    @field_validator("minio_bucket", "store_2_bucket")
    @classmethod
    def _is_a_bucket(cls, value: str) -> str:
        if not _BUCKET.fullmatch(value):
            raise ValueError("must have 3 to 63 characters: lower-case letters, digits, dots and hyphens")
        return value

    @field_validator("store_2_bucket")
    @classmethod
    def _is_another_bucket(cls, value: str, info: ValidationInfo) -> str:
        first = (info.data.get("minio_endpoint"), info.data.get("minio_bucket"))
        if first == (info.data.get("store_2_endpoint"), value):
            raise ValueError("is the first store's bucket at the same address: the two stores are one")
        return value

    @field_validator("minio_bucket_by_type", "store_2_bucket_by_type")
    @classmethod
    def _are_pairs(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for pair in value:
            pattern, _, bucket = pair.partition("=")
            if "/" not in pattern or not _BUCKET.fullmatch(bucket):
                raise ValueError(f"{pair!r} is not of the form video/*=videos, with a valid bucket name")
        return value

    @field_validator("minio_events_arn", "store_2_events_arn")
    @classmethod
    def _is_an_arn(cls, value: str) -> str:
        if value and not _ARN.fullmatch(value):
            raise ValueError("must look like arn:minio:sqs::MOODROP:webhook")
        return value

    @field_validator("minio_access_key", "minio_secret_key", "store_2_access_key", "store_2_secret_key")
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

    @field_validator(*_SIGNING_SECRETS)
    @classmethod
    def _is_not_shown_by_urls(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        own = value.get_secret_value()
        if own and _others_reach_the_store(info) and _is_weak_for_a_store(own):
            raise ValueError(
                "can be guessed: any URL that it signed shows whether a guess is right. Give the account a random one "
                f"of at least {SHORTEST_KEY} characters (openssl rand -hex 20)"
            )
        return value

    @field_validator("minio_worker_access_key", "store_2_worker_access_key")
    @classmethod
    def _is_an_account_of_its_own(cls, value: str, info: ValidationInfo) -> str:
        prefix = _prefix_of(info)
        if value and value in (info.data.get(f"{prefix}access_key"), info.data.get(f"{prefix}upload_access_key")):
            raise ValueError("is another credential's: the worker meets bytes that anyone may have sent")
        return value

    @field_validator(*_SIGNING_SECRETS)
    @classmethod
    def _has_its_pair(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        access_key = str(info.field_name).replace("_secret_", "_access_")
        if bool(value.get_secret_value()) != bool(info.data.get(access_key)):
            raise ValueError(f"belongs to {access_key.upper()}: set both or neither")
        return value

    @field_validator("store_2_new_files")
    @classmethod
    def _has_a_second_store(cls, value: bool, info: ValidationInfo) -> bool:
        if value and info.data.get("store_2_endpoint") == "":
            raise ValueError("needs a second store: set STORE_2_ENDPOINT")
        return value

    @property
    def store_of_new_files(self) -> Self:
        """Return the settings of the store that new files go to."""
        return self.stores[self.store_2_name if self.store_2_new_files else self.store_name]

    @property
    def place(self) -> str:
        """Return the bucket of the store, with the name of the store."""
        return place_in(self.store_name, self.minio_bucket)

    @property
    def place_by_type(self) -> tuple[tuple[str, str], ...]:
        """Return the patterns of content types that have buckets of their own, and the buckets."""
        pairs = (pair.partition("=") for pair in self.minio_bucket_by_type)
        return tuple((pattern, place_in(self.store_name, bucket)) for pattern, _, bucket in pairs)

    @property
    def places(self) -> tuple[str, ...]:
        """Return every bucket of the store, each once."""
        return tuple(dict.fromkeys([self.place, *(place for _, place in self.place_by_type)]))

    @property
    def buckets(self) -> tuple[str, ...]:
        """Return the names that the store has for them."""
        return tuple(bucket_name(place) for place in self.places)

    @property
    def public_endpoint(self) -> str:
        """Return the address at which browsers reach the store."""
        return self.minio_public_endpoint or self.minio_endpoint

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return a warning if the page at PUBLIC_URL cannot reach the store."""
        named = zip(("MINIO", "STORE_2"), self.stores.values(), strict=False)
        return (*super().warnings, *(text for prefix, store in named for text in _address_warnings(prefix, store)))


def _address_warnings(prefix: str, settings: StoreSettings) -> Iterator[str]:
    page, store = urlsplit(settings.public_url), urlsplit(settings.public_endpoint)
    here = is_loopback(store.hostname or "")
    if page.hostname and here and not is_loopback(page.hostname):
        yield (
            f"PUBLIC_URL lets others in, and they cannot reach the store at {settings.public_endpoint}: set "
            f"{prefix}_PUBLIC_ENDPOINT to an address that they reach"
        )
    elif page.scheme == "https" and store.scheme == "http" and not here:
        yield (
            f"PUBLIC_URL is HTTPS, and a browser sends nothing from an HTTPS page to {settings.public_endpoint}. "
            f"Set {prefix}_PUBLIC_ENDPOINT to an HTTPS address"
        )


def _as_address(value: str) -> str:
    try:
        return as_web_origin(value) if value else value
    except ValueError as error:
        raise ValueError(f"{error}; it must look like http://host:9000") from error


def _prefix_of(info: ValidationInfo) -> str:
    return "store_2_" if str(info.field_name).startswith("store_2_") else "minio_"


def _others_reach_the_store(info: ValidationInfo) -> bool:
    prefix = _prefix_of(info)
    endpoints = (info.data.get(f"{prefix}endpoint"), info.data.get(f"{prefix}public_endpoint"))
    # With a bad address (None) nobody knows where the store is; the error about the address is enough.
    if None in endpoints:
        return False
    return not all(is_loopback(urlsplit(str(url)).hostname or "localhost") for url in endpoints)


def _is_weak_for_a_store(key: str) -> bool:
    return bool(weakness_of(key, min_bytes=SHORTEST_KEY, min_distinct=FEWEST_CHARACTERS))
