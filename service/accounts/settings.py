"""The settings of accounts: tokens, guests, sessions and mail."""

import re
from collections.abc import Iterator
from typing import Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from service.accounts.provider_settings import ProviderSettings
from service.shared.addresses import is_loopback, is_plain, require_web_host
from service.shared.secret_keys import MIN_BYTES, weakness_of
from service.shared.settings import MAKE_ONE, differ_from_keys

_SMTP = re.compile(
    r"smtps?://([^/?#@:\s]+(:[^/?#@\s]*)?@)?([^/?#@:\s\[\]]+|\[[0-9a-fA-F:.]+\])(:(?P<port>[0-9]{1,5}))?"
)
# What every server takes without quotes.
_SENDER = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9.-]+", re.ASCII)


class AccountsSettings(ProviderSettings):
    """The settings of accounts."""

    jwt_jwks_url: str = Field("", description="the identity provider's public keys (RS256, ES256, EdDSA)")
    jwt_secret: SecretStr = SecretStr("")
    jwt_issuer: str = ""
    jwt_audience: str = ""

    guests: Literal["off", "own", "local"] = Field("off", description="who may be here without signing up")
    guest_expires_in: int = Field(2_592_000, ge=3600, description="s since a guest was last seen")
    sign_up: Literal["open", "closed"] = "open"
    session_expires_in: int = Field(2_592_000, ge=60, le=31_536_000, description="s")
    session_idle_expires_in: int = Field(604_800, ge=600, le=31_536_000, description="s without a request")
    access_token_expires_in: int = Field(600, ge=60, le=3600, description="s")
    refresh_token_expires_in: int = Field(2_592_000, ge=3600, le=31_536_000, description="s")
    code_expires_in: int = Field(600, ge=60, le=3600, description="s")
    api_key_expires_in: int = Field(7_776_000, ge=60, le=31_536_000, description="s, if the request does not say")
    password_memory_kib: int = Field(47_104, ge=8192, le=1_048_576, description="KiB that a hash takes")
    mail_page: bool = Field(False, description="show mails at /dev/mail and send none")
    smtp_url: SecretStr = Field(SecretStr(""), description="smtp://user:password@host:587 or smtps://…")
    mail_from: str = Field("", description="the sender's address")
    rate_limits: bool = Field(True, description="0: tries are not counted; for measuring")

    @field_validator("jwt_jwks_url")
    @classmethod
    def _is_a_page(cls, value: str) -> str:
        if not value:
            return value
        require_web_host(value, "https://id.example/.well-known/jwks.json")
        if not is_plain(value):
            raise ValueError("has a space or a character that no URL contains")
        return value

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

    # SECRET_KEY is compared with the secrets before it; these come after it.
    _differs_from_keys = field_validator("jwt_secret", "smtp_url")(differ_from_keys)

    @field_validator("guests")
    @classmethod
    def _keeps_the_guest_local(cls, value: str, info: ValidationInfo) -> str:
        host, is_allowed = info.data.get("host"), info.data.get("allow_open_on_network", False)
        if value == "local" and host is not None and not (is_allowed or is_loopback(host)):
            raise ValueError(
                f"local lets everyone in without signing in, and other machines can reach HOST={host}: "
                "set HOST=127.0.0.1 or GUESTS=own, or ALLOW_OPEN_ON_NETWORK=1 if you mean it"
            )
        if value == "own" and host is not None and not is_loopback(host) and not info.data.get("quota_bytes", 1):
            raise ValueError("own lets everyone store files without an account: set QUOTA_BYTES too")
        return value

    @field_validator("mail_page")
    @classmethod
    def _shows_mails_to_nobody_else(cls, value: bool, info: ValidationInfo) -> bool:
        host = info.data.get("host")
        if value and host is not None and not is_loopback(host):
            raise ValueError(f"shows everyone's mails, and other machines can reach HOST={host}: set SMTP_URL instead")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _is_a_mail_server(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        url = value.get_secret_value()
        is_needed = info.data.get("auth_mode") == "accounts" and not info.data.get("mail_page", True)
        if not url and is_needed:
            raise ValueError(
                "must be set if AUTH_MODE=accounts, because codes come by mail: smtp://user:password@host:587, "
                "or MAIL_PAGE=1 to read them on this machine"
            )
        if url and not _is_smtp(url):
            raise ValueError(
                "must look like smtp://user:password@host:587 or smtps://user:password@host:465, with special "
                "characters percent-encoded"
            )
        return value

    @field_validator("mail_from")
    @classmethod
    def _is_a_sender(cls, value: str, info: ValidationInfo) -> str:
        smtp_url = info.data.get("smtp_url", SecretStr(""))
        if not value and smtp_url.get_secret_value():
            raise ValueError("must be set if SMTP_URL is: the address that mails come from")
        if value and not _SENDER.fullmatch(value):
            raise ValueError("must be an address such as moodrop@example.com")
        return value

    @field_validator("secret_key")
    @classmethod
    def _is_there_for_accounts(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        if info.data.get("auth_mode") == "accounts" and not value.get_secret_value():
            raise ValueError(f"must be set if AUTH_MODE=accounts: {MAKE_ONE}, and keep it")
        return value

    @field_validator("auth_mode")
    @classmethod
    def _has_an_address_for_links(cls, value: str, info: ValidationInfo) -> str:
        host = info.data.get("host")
        if value == "accounts" and host is not None and not (info.data.get("public_url", "?") or is_loopback(host)):
            raise ValueError("accounts needs PUBLIC_URL too: the links in mails lead there")
        return value

    @property
    def sign_in_hint(self) -> str | None:
        if self.auth_mode != "accounts":
            return None
        how = "Sign in on the page, or send an API key as 'Authorization: Bearer <key>'."
        # Else the guest of this machine would be the caller.
        if self.guests == "local":
            return f"The files of this machine belong to an account now, or are being moved into one. {how}"
        return how

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return a warning for every setting by which others could issue tokens."""
        return (*super().warnings, *self._token_warnings())

    def _token_warnings(self) -> Iterator[str]:
        if self.auth_mode != "jwt":
            return
        secret = self.jwt_secret.get_secret_value()
        if secret and (weakness := weakness_of(secret)):
            yield f"JWT_SECRET {weakness}: anyone who guesses it can issue tokens for anyone; {MAKE_ONE}"
        if self.jwt_jwks_url and not self.jwt_audience:
            yield "JWT_AUDIENCE is not set: the service accepts tokens that the provider issued for other services"


def _is_smtp(url: str) -> bool:
    match = _SMTP.fullmatch(url)
    return match is not None and 0 < int(match["port"] or 1) < 65_536
