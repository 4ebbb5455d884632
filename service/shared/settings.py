"""The base of the settings: how values are read, and the settings that every house needs.

Settings come from the environment, and a bad value stops the start. Each house adds its own in its settings.py;
service/settings.py joins them. `.env.example` lists the same names, and a test keeps the two equal.
"""

import re
from typing import Annotated, Any
from urllib.parse import unquote

from pydantic import BeforeValidator, Field, SecretStr, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from service.shared.addresses import (
    as_origin,
    as_web_origin,
    bracketed,
    is_ip,
    is_loopback,
    shown,
)
from service.shared.call_limits import limits_in
from service.shared.secret_keys import weakness_of

MIB = 1024 * 1024
GIB = 1024 * MIB
TIB = 1024 * GIB

# The threads of one worker: for gunicorn, and for the limits on how many wait for the store or the database.
THREADS = 8

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

_DATABASE_NAME = re.compile(r"[A-Za-z0-9_-]{1,38}")
_HOST = re.compile(r"[A-Za-z0-9_.-]+")


def _split(value: object) -> object:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


# A comma-separated list in the environment; pydantic-settings would expect JSON.
CommaList = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]


class DatabaseSettings(BaseSettings):
    """How values are read, and where the database is; for the service and the worker."""

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True, extra="ignore", validate_default=True)

    mongodb_uri: str = "mongodb://localhost:27017/?w=majority&journal=true"
    mongodb_database: str = "moodrop"

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

    @field_validator("mongodb_uri")
    @classmethod
    def _is_of_a_database(cls, value: str) -> str:
        if not _DATABASE.fullmatch(value):
            raise ValueError(
                "must look like mongodb://user:password@host/?option=value, with special characters in the password "
                "percent-encoded (@ is %40, : is %3A, / is %2F, ? is %3F)"
            )
        return value

    @field_validator("mongodb_database")
    @classmethod
    def _is_a_database_name(cls, value: str) -> str:
        if not _DATABASE_NAME.fullmatch(value):
            raise ValueError("must have 1 to 38 letters, digits, underscores and hyphens")
        return value

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return every credential in the settings: secrets, key ids, the passwords in addresses."""
        values = {name: getattr(self, name) for name in type(self).model_fields}
        secret = [value.get_secret_value() for value in values.values() if isinstance(value, SecretStr)]
        key_ids = [value for name, value in values.items() if name.endswith("_access_key")]
        # Of secret addresses too: a library may name the password alone.
        texts = [*secret, *map(str, values.values())]
        passwords = [match[1] for text in texts for match in _PASSWORD.finditer(text)]
        return tuple(filter(None, [*secret, *key_ids, *passwords, *map(unquote, passwords)]))


class SharedSettings(DatabaseSettings):
    """The settings of all houses. Durations are whole seconds, sizes whole bytes."""

    host: str = "127.0.0.1"
    port: int = Field(5000, ge=1, le=65535)
    public_url: str = Field("", description="where people reach the service; default: what each request says")
    trusted_proxies: int = Field(0, ge=0, le=10, description="proxies whose X-Forwarded-For and -Proto are believed")
    cors_origins: CommaList = ()
    call_limits: CommaList = Field((), description="by caller, e.g. starts=600/minute,confirms=600/minute")
    call_limits_by_address: CommaList = ()

    # Here, because the guards of AUTH_MODE=open keep the calls of all houses.
    auth_mode: str = Field("jwt", description="a name in service.registry.AUTH_METHODS")
    allow_open_on_network: bool = False

    @field_validator("host")
    @classmethod
    def _is_a_host(cls, value: str) -> str:
        return host_of(value, "PORT")

    @field_validator("call_limits", "call_limits_by_address")
    @classmethod
    def _are_limits(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        limits_in(value)
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

    # It reads fields above its own. A validator of the whole model would not run if another field is wrong, and its
    # error would not be shown with the others.
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

    @property
    def sign_in_hint(self) -> str | None:
        """Return what a caller without credentials should do, if sending a token is not all there is."""
        return None

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
        return ()


class KeySettings(SharedSettings):
    """SECRET_KEY, which must differ from every secret before it. The house of a later secret extends this class."""

    secret_key: SecretStr = Field(SecretStr(""), description="the first of the list signs, all verify")

    @field_validator("secret_key")
    @classmethod
    def _is_strong(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        keys = keys_in(value)
        if value.get_secret_value() and not keys:
            raise ValueError(f"names no key: {MAKE_ONE}")
        others = {one.get_secret_value() for one in info.data.values() if isinstance(one, SecretStr)}
        for number, key in enumerate(keys, start=1):
            weakness = "is also used for another setting" if key in others else weakness_of(key)
            if weakness:
                raise ValueError(f"key {number} {weakness}: {MAKE_ONE}")
        return value

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """Return the keys of SECRET_KEY: the first signs, all verify. Empty if the database keeps one."""
        return keys_in(self.secret_key)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return every credential in the settings, and each key of SECRET_KEY."""
        return (*super().secrets, *self.secret_keys)


def differ_from_keys(value: SecretStr, info: ValidationInfo) -> SecretStr:
    """Validate a secret that is declared after SECRET_KEY. Raises ValueError if it contains one of its keys."""
    if any(key in value.get_secret_value() for key in keys_in(info.data.get("secret_key", SecretStr("")))):
        raise ValueError(f"is also a key of SECRET_KEY, and others know it: for one of them, {MAKE_ONE}")
    return value


def host_of(value: str, port_setting: str) -> str:
    """Return the address to listen on. Raises ValueError if it is more than a host."""
    if value and not (is_ip(value.strip("[]")) or _HOST.fullmatch(value)):
        raise ValueError(f"must be an address or a host name alone, such as 127.0.0.1: {port_setting} sets the port")
    return value


def keys_in(secret_key: SecretStr) -> tuple[str, ...]:
    """Return the keys of a SECRET_KEY, in order."""
    return tuple(part.strip() for part in secret_key.get_secret_value().split(",") if part.strip())


def _cleaned(text: str) -> str:
    bare = text.strip(_AROUND)
    quoted = _QUOTED.fullmatch(bare)
    return quoted[2].strip(_AROUND) if quoted else bare
