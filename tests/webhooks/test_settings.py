"""The settings webhook_urls and webhook_events."""

import pytest
from pydantic import SecretStr, ValidationError

from service.settings import Settings
from service.webhooks.events import EVENT_TYPES
from service.webhooks.policy import Receivers, origin_of, receiver_id_of
from service.webhooks.settings import WebhookSenderSettings
from tests.helpers.webhook_server import OTHER_SECRET, SECRET

A, B = "https://a.example/hooks/token", "http://b.internal:8080/?x=1"


def receivers(**values: object) -> Receivers:
    return Receivers.from_settings(Settings(auth_mode="open", **values))  # type: ignore[arg-type]


def test_receivers_are_known_by_their_addresses_in_any_order() -> None:
    both = receivers(webhook_urls=SecretStr(f" {A} ,{B},{A}"))

    assert both.urls == {receiver_id_of(A): A, receiver_id_of(B): B}
    assert both.urls == receivers(webhook_urls=SecretStr(f"{B},{A}")).urls
    assert both.events == list(EVENT_TYPES)
    assert [origin_of(url) for url in (A, B)] == ["https://a.example", "http://b.internal:8080"]


def test_events_are_chosen_by_webhook_events() -> None:
    assert receivers(webhook_events=("file.deleted", "file.ready")).events == ["file.ready", "file.deleted"]
    with pytest.raises(ValidationError, match=r"is not among file\.ready"):
        receivers(webhook_events=("file.read",))


@pytest.mark.parametrize(
    "url",
    [
        "a.example/hooks",
        "ftp://a.example/",
        "https://user:pw@a.example/",
        "https://a.example/#x",
        "https://a.example/ä",
    ],
)
def test_an_odd_address_stops_the_start_and_is_not_shown(url: str) -> None:
    """It may be a secret; its place in the list tells which it is."""
    with pytest.raises(ValidationError, match="address 2 must look like") as problem:
        receivers(webhook_urls=SecretStr(f"{A},{url}"))

    assert "token" not in str(problem.value)


def test_there_is_a_limit_to_their_number() -> None:
    """Each has a thread in each worker."""
    with pytest.raises(ValidationError, match="10 is the most"):
        receivers(webhook_urls=SecretStr(",".join(f"https://a.example/{number}" for number in range(11))))


def test_the_addresses_are_known_as_secrets() -> None:
    """So they are cut from every log line."""
    settings = Settings(auth_mode="open", webhook_urls=SecretStr(f"{A},{B}"))

    assert A in settings.secrets


@pytest.mark.parametrize("secret", [SECRET, f"{OTHER_SECRET} {SECRET}"])
def test_the_worker_has_one_secret_or_two(secret: str) -> None:
    """Two while one is replaced."""
    settings = WebhookSenderSettings(webhook_urls=SecretStr(A), webhook_secret=SecretStr(secret))

    assert settings.webhook_secrets == secret.split()
    assert set(secret.split()) <= set(settings.secrets)


@pytest.mark.parametrize(
    "secret",
    ["", "whsec_", "whsec_c2hvcnQ=", "whsec_not base64!", SECRET.removeprefix("whsec_"), f"x{SECRET}", f"{SECRET} x"],
)
def test_a_secret_that_receivers_could_not_use_stops_the_start(secret: str) -> None:
    """With the command that makes one, and without showing it."""
    with pytest.raises(ValidationError, match="openssl rand -base64 32") as problem:
        WebhookSenderSettings(webhook_urls=SecretStr(A), webhook_secret=SecretStr(secret))

    assert SECRET.removeprefix("whsec_") not in str(problem.value)
