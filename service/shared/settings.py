"""Holds every setting of the service, with its unit and default; a bad value stops the start.

Settings come from the environment. `.env.example` lists the same names, and a test keeps the two equal.
"""

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal
from urllib.parse import unquote, urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from service.shared.addresses import (
    as_origin,
    as_web_origin,
    bracketed,
    is_ip,
    is_loopback,
    shown,
)
from service.shared.secret_keys import MIN_BYTES, weakness_of

MIB = 1024 * 1024
GIB = 1024 * MIB
TIB = 1024 * GIB

# The threads of one worker: for gunicorn, and for the limits on how many wait for the store or the database.
THREADS = 8

DEFAULT_CONTENT_TYPES = (
    "audio/*",
    "video/*",
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/avif",
    "application/pdf",
)

# A comma-separated list in the environment; pydantic-settings would expect JSON.
CommaList = Annotated[tuple[str, ...], NoDecode]

# 80 random bits in base32. MinIO takes some writes by a key id alone (CVE-2026-41145), and no policy binds its root.
SHORTEST_KEY = 16
FEWEST_CHARACTERS = 6  # one in a million texts of 20 random hex digits has fewer distinct ones

MAKE_ONE = "make one with `openssl rand -hex 32`"
# Special characters of a user or a password are percent-encoded: pymongo would quote a part of them in its error.
_DATABASE = re.compile(
    r"mongodb(\+srv)?://([^/?@:]*(:[^/?@:]*)?@)?[^/?@\s]+(/[^/?@]*)?(\?([A-Za-z]+=[^&;?]*([&;](?!$)|$))*)?"
)
# Before the host of an address.
_PASSWORD = re.compile(r"://[^/\s:@]*:([^/\s]+)@")

# Editors and `docker run --env-file` leave these around a value: a byte order mark, half a CRLF, quotes.
_AROUND = " \t\r\n\ufeff"
_QUOTED = re.compile(r"(['\"])(.*)\1", re.DOTALL)

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ARN = re.compile(r"arn:[!-~]+")
_DATABASE_NAME = re.compile(r"[A-Za-z0-9_-]{1,38}")
_HOST = re.compile(r"[A-Za-z0-9_.-]+")
# botocore accepts no other hosts and regions.
_STORE_HOST = re.compile(r"((?!-)[a-z0-9-]{1,63}(?<!-)\.)*(?!-)[a-z0-9-]{1,63}(?<!-)\.?")
_REGION = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
# As it stands in an Authorization header.
_EVENTS_SECRET = re.compile(r"[!-~]{16,200}")


class Settings(BaseSettings):
    """All settings. Durations are whole seconds, sizes whole bytes."""

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True, extra="ignore", validate_default=True)

    object_store: str = Field("s3", description="a name in service.registry.OBJECT_STORES")
    minio_endpoint: str = Field("http://localhost:9000", description="service -> store")
    minio_public_endpoint: str = Field(
        "", description="browser -> store: what URLs are signed for; default: MINIO_ENDPOINT"
    )
    minio_access_key: str = Field("minioadmin", description="the service's own credential")
    minio_secret_key: SecretStr = SecretStr("minioadmin")
    minio_region: str = "us-east-1"
    minio_addressing_style: Literal["path", "virtual"] = "path"
    minio_bucket: str = "mybucket"
    minio_bucket_by_type: CommaList = Field((), description="e.g. video/*=videos,application/pdf=papers")
    minio_upload_access_key: str = Field("", description="may only PutObject; made by the service on MinIO")
    minio_upload_secret_key: SecretStr = SecretStr("")
    minio_download_access_key: str = Field("", description="may only GetObject; made by the service on MinIO")
    minio_download_secret_key: SecretStr = SecretStr("")
    minio_events_arn: str = Field("", description="where the store's notifications go, as MinIO names it")
    events_secret: SecretStr = Field(SecretStr(""), description="what the store's notifications must bring")
    waived_checks: CommaList = Field((), description="store checks that may fail, by name, or 'all'")

    mongodb_uri: str = "mongodb://localhost:27017/?w=majority&journal=true"
    mongodb_database: str = "moodrop"

    secret_key: SecretStr = Field(SecretStr(""), description="the first of the list signs, all verify")

    host: str = "127.0.0.1"
    port: int = Field(5000, ge=1, le=65535)
    public_url: str = Field("", description="where people reach the service; default: what each request says")
    web_root: str = Field("web/dist", description="folder of the built page; no page where it is missing")

    auth_mode: str = Field("jwt", description="a name in service.registry.AUTH_METHODS")
    allow_open_on_network: bool = False
    jwt_jwks_url: str = Field("", description="the identity provider's public keys (RS256, ES256, EdDSA)")
    jwt_secret: SecretStr = SecretStr("")
    jwt_issuer: str = ""
    jwt_audience: str = ""
    cors_origins: CommaList = ()

    upload_url_expires_in: int = Field(60, ge=1, le=604_800, description="s; more for large files")
    download_url_expires_in: int = Field(60, ge=1, le=604_800, description="s")
    sweep_interval: int = Field(60, ge=0, le=86_400, description="s; 0: no sweeper in the service")
    pending_expires_in: int = Field(86_400, ge=1, description="s until an unconfirmed upload is swept")
    max_upload_bytes: int = Field(5 * GIB, ge=0, le=5 * TIB, description="5 TiB is the largest object of S3")
    max_pending_bytes: int = Field(5 * TIB, ge=0, description="of one user's unconfirmed uploads; 0: not bounded")
    put_max_bytes: int = Field(
        16 * MIB, ge=0, le=5 * GIB, description="larger files go in parts; 5 GiB is the most one PUT can carry"
    )
    allowed_content_types: CommaList = DEFAULT_CONTENT_TYPES
    moods: CommaList = ("happy", "sad", "neutral")

    @model_validator(mode="before")
    @classmethod
    def _clean(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Strip blanks and quotes from every value but secrets; a value that is then empty counts as not set."""
        cleaned = {name: _cleaned(value) if cls._is_text(name, value) else value for name, value in values.items()}
        return {name: value for name, value in cleaned.items() if value != "" or values[name] == ""}

    @classmethod
    def _is_text(cls, name: str, value: object) -> bool:
        field = cls.model_fields.get(name)
        return isinstance(value, str) and field is not None and field.annotation is not SecretStr

    @field_validator(
        "minio_bucket_by_type", "waived_checks", "cors_origins", "allowed_content_types", "moods", mode="before"
    )
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("minio_endpoint", "minio_public_endpoint")
    @classmethod
    def _is_an_address(cls, value: str, info: ValidationInfo) -> str:
        if not value:
            return value
        try:
            origin = as_web_origin(value)
        except ValueError as error:
            raise ValueError(f"{error}; it must look like http://host:9000") from error
        host = urlsplit(origin).hostname or ""
        if info.field_name == "minio_endpoint" and not (is_ip(host) or _STORE_HOST.fullmatch(host)):
            raise ValueError("must have a host name of letters, digits and hyphens, without an underscore")
        return origin

    @field_validator("mongodb_uri")
    @classmethod
    def _is_of_a_database(cls, value: str) -> str:
        if not _DATABASE.fullmatch(value):
            raise ValueError(
                "must look like mongodb://user:password@host/?option=value, with special characters in the password "
                "percent-encoded (@ is %40, : is %3A, / is %2F, ? is %3F)"
            )
        return value

    @field_validator("jwt_jwks_url")
    @classmethod
    def _is_a_page(cls, value: str) -> str:
        if not value:
            return value
        parts = urlsplit(value)
        try:
            as_web_origin(f"{parts.scheme}://{parts.netloc}")
        except ValueError as error:
            raise ValueError(f"{error}; it must look like https://id.example/.well-known/jwks.json") from error
        if not (value.isascii() and value.isprintable()) or " " in value:
            raise ValueError("has a blank or a letter that no address has")
        return value

    @field_validator("public_url")
    @classmethod
    def _is_an_origin(cls, value: str) -> str:
        try:
            return as_web_origin(value) if value else value
        except ValueError as error:
            raise ValueError(f"{shown(value)} {error}; it must look like https://moodrop.example.com") from error

    @field_validator("cors_origins")
    @classmethod
    def _are_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        # No '*': it would let every site in.
        try:
            return tuple(dict.fromkeys(as_origin(origin := text) for text in value))
        except ValueError as error:
            raise ValueError(
                f"{shown(origin)} {error}; an origin looks like https://app.example.com ('*' is not taken)"
            ) from error

    @field_validator("minio_bucket")
    @classmethod
    def _is_a_bucket(cls, value: str) -> str:
        if not _BUCKET.fullmatch(value):
            raise ValueError("must have 3 to 63 characters: lower-case letters, digits, dots and hyphens")
        return value

    @field_validator("minio_region")
    @classmethod
    def _is_a_region(cls, value: str) -> str:
        if not _REGION.fullmatch(value) or value.isdecimal():
            raise ValueError("must be a region such as us-east-1: letters, digits and hyphens")
        return value

    @field_validator("minio_events_arn")
    @classmethod
    def _is_an_arn(cls, value: str) -> str:
        if value and not _ARN.fullmatch(value):
            raise ValueError("must look like arn:minio:sqs::MOODROP:webhook")
        return value

    @field_validator("mongodb_database")
    @classmethod
    def _is_a_database_name(cls, value: str) -> str:
        if not _DATABASE_NAME.fullmatch(value):
            raise ValueError("must have 1 to 38 letters, digits, underscores and hyphens")
        return value

    @field_validator("host")
    @classmethod
    def _is_a_host(cls, value: str) -> str:
        if value and not (is_ip(value.strip("[]")) or _HOST.fullmatch(value)):
            raise ValueError("must be an address or a host name alone, such as 127.0.0.1: PORT sets the port")
        return value

    @field_validator("minio_bucket_by_type")
    @classmethod
    def _are_pairs(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for pair in value:
            pattern, _, bucket = pair.partition("=")
            if "/" not in pattern or not _BUCKET.fullmatch(bucket):
                raise ValueError(f"{pair!r} is not of the form video/*=videos, with a valid bucket name")
        return value

    @field_validator("moods", "allowed_content_types")
    @classmethod
    def _is_not_empty(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise ValueError("needs at least one entry")
        return value

    # These read fields above their own. A validator of the whole model would not run if another field is wrong, and its
    # error would not be shown with the others.
    @field_validator("jwt_secret")
    @classmethod
    def _is_long_enough(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        secret = value.get_secret_value()
        by_provider = not secret and info.data.get("jwt_jwks_url", "a bad one")
        if info.data.get("auth_mode") == "jwt" and not by_provider and len(secret.encode()) < MIN_BYTES:
            raise ValueError(
                f"must have at least {MIN_BYTES} bytes if AUTH_MODE=jwt (openssl rand -hex 32), or be empty if "
                "JWT_JWKS_URL is set"
            )
        return value

    @field_validator("allow_open_on_network")
    @classmethod
    def _is_safe(cls, value: bool, info: ValidationInfo) -> bool:
        host = info.data.get("host")
        if info.data.get("auth_mode") == "open" and host is not None and not (value or is_loopback(host)):
            raise ValueError(
                f"AUTH_MODE=open lets everyone in, and other machines can reach HOST={host}: "
                "set HOST=127.0.0.1, or AUTH_MODE=jwt, or ALLOW_OPEN_ON_NETWORK=1 if you mean it"
            )
        return value

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

    @field_validator("minio_upload_secret_key", "minio_download_secret_key")
    @classmethod
    def _is_not_shown_by_urls(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        own = value.get_secret_value()
        if own and _others_reach_the_store(info) and _is_weak_for_a_store(own):
            raise ValueError(
                "can be guessed: any URL that it signed shows whether a guess is right. Give the account a random one "
                f"of at least {SHORTEST_KEY} characters (openssl rand -hex 20)"
            )
        return value

    @field_validator("secret_key")
    @classmethod
    def _is_strong(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        keys = _secrets_in(value)
        if value.get_secret_value() and not keys:
            raise ValueError(f"names no key: {MAKE_ONE}")
        others = {one.get_secret_value() for one in info.data.values() if isinstance(one, SecretStr)}
        for number, key in enumerate(keys, start=1):
            weakness = "is also used for another setting" if key in others else weakness_of(key)
            if weakness:
                raise ValueError(f"key {number} {weakness}: {MAKE_ONE}")
        return value

    @field_validator("jwt_secret")
    @classmethod
    def _is_no_secret_key(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        if value.get_secret_value() in _secrets_in(info.data.get("secret_key", SecretStr(""))):
            raise ValueError(
                f"is also a key of SECRET_KEY, and whoever issues tokens knows it: for one of them, {MAKE_ONE}"
            )
        return value

    @field_validator("minio_upload_secret_key", "minio_download_secret_key")
    @classmethod
    def _has_its_pair(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        access_key = str(info.field_name).replace("_secret_", "_access_")
        if bool(value.get_secret_value()) != bool(info.data.get(access_key)):
            raise ValueError(f"belongs to {access_key.upper()}: set both or neither")
        return value

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """Return the keys of SECRET_KEY: the first signs, all verify. Empty if the database keeps one."""
        return _secrets_in(self.secret_key)

    @property
    def public_endpoint(self) -> str:
        """Return the address at which browsers reach the store."""
        return self.minio_public_endpoint or self.minio_endpoint

    @property
    def address(self) -> str:
        """Return HOST and PORT as in a URL, with an IPv6 address in brackets."""
        return f"{bracketed(self.host.strip('[]'))}:{self.port}"

    @property
    def page_origins(self) -> tuple[str, ...]:
        """Return the origins of pages that may use the service: CORS_ORIGINS and PUBLIC_URL."""
        return tuple(dict.fromkeys(filter(None, (*self.cors_origins, self.public_url))))

    @property
    def browser_origins(self) -> tuple[str, ...]:
        """Return the origins of pages that send bytes to the store: CORS_ORIGINS and our own page, if it is known."""
        # People open it by either name.
        local = (f"http://{self.address}", f"http://localhost:{self.port}") if is_loopback(self.host) else ()
        return tuple(dict.fromkeys((*self.page_origins, *local)))

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return a warning, one sentence each, for every allowed but risky setting; for the log of a start."""
        warnings = list(self._address_warnings())
        if self.auth_mode != "jwt":
            return tuple(warnings)
        secret = self.jwt_secret.get_secret_value()
        if secret and (weakness := weakness_of(secret)):
            warnings.append(f"JWT_SECRET {weakness}: anyone who guesses it can issue tokens for anyone; {MAKE_ONE}")
        if self.jwt_jwks_url and not self.jwt_audience:
            warnings.append(
                "JWT_AUDIENCE is not set: the service accepts tokens that the provider issued for other services"
            )
        return tuple(warnings)

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

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return every credential in the settings: secrets, key ids, the passwords in addresses."""
        values = {name: getattr(self, name) for name in type(self).model_fields}
        secret = [value.get_secret_value() for value in values.values() if isinstance(value, SecretStr)]
        key_ids = [value for name, value in values.items() if name.endswith("_access_key")]
        passwords = [match[1] for value in values.values() for match in _PASSWORD.finditer(str(value))]
        return tuple(filter(None, [*secret, *self.secret_keys, *key_ids, *passwords, *map(unquote, passwords)]))


def _cleaned(text: str) -> str:
    bare = text.strip(_AROUND)
    quoted = _QUOTED.fullmatch(bare)
    return quoted[2].strip(_AROUND) if quoted else bare


def _secrets_in(value: SecretStr) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.get_secret_value().split(",") if part.strip())


def _others_reach_the_store(info: ValidationInfo) -> bool:
    endpoints = (info.data.get("minio_endpoint"), info.data.get("minio_public_endpoint"))
    # With a bad address (None) nobody knows where the store is; the error about the address is enough.
    if None in endpoints:
        return False
    return not all(is_loopback(urlsplit(str(url)).hostname or "localhost") for url in endpoints)


def _is_weak_for_a_store(key: str) -> bool:
    return bool(weakness_of(key, min_bytes=SHORTEST_KEY, min_distinct=FEWEST_CHARACTERS))
