"""The settings of webhooks, for the service and the worker."""

import base64

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from service.shared.addresses import is_plain, require_web_host
from service.shared.settings import CommaList, DatabaseSettings
from service.webhooks.events import EVENT_TYPES

MOST_RECEIVERS = 10  # each has a thread in each worker
HOW_TO_MAKE_ONE = 'make one with `echo "whsec_$(openssl rand -base64 32)"`'
EXAMPLE = "https://app.example.com/hooks/moodrop"


class WebhookSettings(DatabaseSettings):
    """Who is told what."""

    # Secrets, because an address like https://chat.example/hooks/<token> is one.
    webhook_urls: SecretStr = Field(SecretStr(""), description="addresses, comma-separated")
    webhook_events: CommaList = Field(EVENT_TYPES, description="; ".join(EVENT_TYPES))

    @field_validator("webhook_urls")
    @classmethod
    def _are_addresses(cls, value: SecretStr) -> SecretStr:
        urls = _split(value)
        if len(urls) > MOST_RECEIVERS:
            raise ValueError(f"has {len(urls)} addresses; {MOST_RECEIVERS} is the most")
        for number, url in enumerate(urls, 1):
            _require_address(number, url)
        return SecretStr(",".join(urls))

    @field_validator("webhook_events")
    @classmethod
    def _are_events(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := [event for event in value if event not in EVENT_TYPES]:
            raise ValueError(f"{', '.join(unknown)[:80]!r} is not among {', '.join(EVENT_TYPES)}")
        return tuple(dict.fromkeys(value))

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return every credential in the settings; of the addresses each by itself, as it might be named."""
        return (*super().secrets, *self.webhook_addresses)

    @property
    def webhook_addresses(self) -> list[str]:
        return _split(self.webhook_urls)


class WebhookSenderSettings(WebhookSettings):
    """Of the worker alone, which sends them: the service never needs the secret."""

    webhook_secret: SecretStr = Field(SecretStr(""), description="WEBHOOK_SECRET: whsec_…; two while one is replaced")

    @field_validator("webhook_secret")
    @classmethod
    def _signs(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        secrets = value.get_secret_value().split()
        if not secrets and info.data.get("webhook_urls", SecretStr("")).get_secret_value():
            raise ValueError(f"must be set if WEBHOOK_URLS is: {HOW_TO_MAKE_ONE}")
        if not all(map(_is_secret, secrets)):
            raise ValueError(f"must have 24 to 64 bytes in base64 after whsec_: {HOW_TO_MAKE_ONE}")
        return value

    @property
    def webhook_secrets(self) -> list[str]:
        return self.webhook_secret.get_secret_value().split()

    @property
    def secrets(self) -> tuple[str, ...]:
        return (*super().secrets, *self.webhook_secrets)


def _is_secret(text: str) -> bool:
    prefix, _, encoded = text.rpartition("whsec_")
    try:
        return not prefix and text != encoded and 24 <= len(base64.b64decode(encoded, validate=True)) <= 64
    except ValueError:
        return False


def _split(value: SecretStr) -> list[str]:
    urls = (url.strip() for url in value.get_secret_value().split(","))
    return list(dict.fromkeys(url for url in urls if url))


def _require_address(number: int, url: str) -> None:
    # By its number: the error must not show a secret.
    try:
        require_web_host(url, EXAMPLE)
    except ValueError:
        raise ValueError(f"address {number} must look like {EXAMPLE}") from None
    if not is_plain(url) or "#" in url or "@" in url.partition("://")[2].partition("/")[0]:
        raise ValueError(
            f"address {number} must look like {EXAMPLE}: without a blank, a fragment, or a user before the host"
        )
