"""The settings of identity providers: who signs people in besides this service."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from service.shared.addresses import is_loopback, is_plain, require_web_host
from service.shared.settings import KeySettings, differ_from_keys

DISCOVERY = "/.well-known/openid-configuration"
GOOGLE_ISSUER = "https://accounts.google.com"
GITHUB_ISSUER = "https://github.com"


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """A provider that is set up here."""

    name: str  # in addresses: google, github or oidc
    label: str  # as people know it
    issuer: str
    client_id: str
    client_secret: str
    trusts_email: bool  # an address that it calls verified lets people into the account that has it
    is_openid: bool = True

    @property
    def discovery_url(self) -> str:
        """Return where the provider describes itself."""
        return self.issuer.rstrip("/") + DISCOVERY


class ProviderSettings(KeySettings):
    """The settings of identity providers. An id and its secret go together."""

    google_client_id: str = ""
    google_client_secret: SecretStr = SecretStr("")
    github_client_id: str = ""
    github_client_secret: SecretStr = SecretStr("")
    oidc_name: str = Field("", max_length=40, description="how the page names the provider; default: its host")
    oidc_issuer: str = Field("", description="the provider's issuer, without /.well-known/openid-configuration")
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_trusts_email: bool = Field(False, description="its verified addresses let people into existing accounts")

    @field_validator("google_client_secret", "github_client_secret", "oidc_client_secret")
    @classmethod
    def _has_its_id(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        secret_name = info.field_name or ""
        id_name = secret_name.replace("_secret", "_id")
        secret = value.get_secret_value()
        if bool(secret) != bool(info.data.get(id_name, secret)):
            raise ValueError(f"goes together with {id_name.upper()}: set both or neither")
        return value

    _differ_from_keys = field_validator("google_client_secret", "github_client_secret", "oidc_client_secret")(
        differ_from_keys
    )

    @field_validator("oidc_issuer")
    @classmethod
    def _is_an_issuer(cls, value: str) -> str:
        if not value:
            return value
        parts = require_web_host(value, "https://id.example/realms/home")
        if parts.query or parts.fragment or not is_plain(value):
            raise ValueError("must be the issuer alone, such as https://id.example/realms/home")
        return value.removesuffix(DISCOVERY)

    @field_validator("oidc_client_id")
    @classmethod
    def _has_its_issuer(cls, value: str, info: ValidationInfo) -> str:
        if bool(value) != bool(info.data.get("oidc_issuer", value)):
            raise ValueError("goes together with OIDC_ISSUER: set both or neither")
        return value

    @property
    def identity_providers(self) -> tuple[IdentityProvider, ...]:
        """Return the providers that are set up."""
        google_secret = self.google_client_secret.get_secret_value()
        github_secret = self.github_client_secret.get_secret_value()
        oidc_secret = self.oidc_client_secret.get_secret_value()
        label = self.oidc_name or urlsplit(self.oidc_issuer).hostname or "OpenID Connect"
        offered = (
            IdentityProvider("google", "Google", GOOGLE_ISSUER, self.google_client_id, google_secret, True),
            IdentityProvider("github", "GitHub", GITHUB_ISSUER, self.github_client_id, github_secret, True, False),
            IdentityProvider("oidc", label, self.oidc_issuer, self.oidc_client_id, oidc_secret, self.oidc_trusts_email),
        )
        return tuple(provider for provider in offered if provider.client_id)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return a warning if anyone who can intercept the connection could sign in as anyone."""
        parts = urlsplit(self.oidc_issuer)
        if parts.scheme != "http" or is_loopback(parts.hostname or ""):
            return super().warnings
        return (
            *super().warnings,
            "OIDC_ISSUER is not HTTPS: anyone who can intercept the connection can sign in as anyone",
        )
