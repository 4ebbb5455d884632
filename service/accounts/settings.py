"""The settings of accounts: whose bearer tokens the service accepts."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from service.shared.addresses import as_web_origin
from service.shared.secret_keys import MIN_BYTES, weakness_of
from service.shared.settings import MAKE_ONE, KeySettings, keys_in


class AccountsSettings(KeySettings):
    """The settings of accounts."""

    jwt_jwks_url: str = Field("", description="the identity provider's public keys (RS256, ES256, EdDSA)")
    jwt_secret: SecretStr = SecretStr("")
    jwt_issuer: str = ""
    jwt_audience: str = ""

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

    @field_validator("jwt_secret")
    @classmethod
    def _is_no_secret_key(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        if value.get_secret_value() in keys_in(info.data.get("secret_key", SecretStr(""))):
            raise ValueError(
                f"is also a key of SECRET_KEY, and whoever issues tokens knows it: for one of them, {MAKE_ONE}"
            )
        return value

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
