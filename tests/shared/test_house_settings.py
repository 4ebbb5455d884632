"""Each house has a type of its own for the settings that it reads."""

import pytest
from pydantic import SecretStr, ValidationError

from service.accounts.provider_settings import ProviderSettings
from service.accounts.settings import AccountsSettings
from service.app import create_app
from service.jobs.settings import BrokerSettings
from service.listening.recommender_settings import RecommenderSettings, RecommenderTokenSettings
from service.listening.settings import ListeningSettings
from service.media.settings import MediaSettings, PlanSettings
from service.operations.settings import OperationsSettings
from service.ports import Ports
from service.settings import Settings
from service.shared.api.context import Context, settings_of
from service.shared.settings import DatabaseSettings, KeySettings, SharedSettings
from service.store.settings import EndpointSettings, StoreSettings
from service.uploads.settings import UploadsSettings
from service.webhooks.settings import WebhookSettings

STRONG = "a3f1c07be95d2486013bd7fa6e28c594"
_NAMES = list(Settings.model_fields)
AFTER_SECRET_KEY = [
    name for name in _NAMES[_NAMES.index("secret_key") + 1 :] if Settings.model_fields[name].annotation is SecretStr
]
HOUSES = [
    DatabaseSettings,
    SharedSettings,
    KeySettings,
    EndpointSettings,
    StoreSettings,
    UploadsSettings,
    BrokerSettings,
    PlanSettings,
    MediaSettings,
    RecommenderTokenSettings,
    RecommenderSettings,
    ListeningSettings,
    WebhookSettings,
    ProviderSettings,
    AccountsSettings,
    OperationsSettings,
]


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unset what the shell has set, because it is not under test."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize("house", HOUSES)
def test_a_view_gets_the_settings_as_those_of_its_house(house: type[SharedSettings], ports: Ports) -> None:
    """It is the one object that the app was made with."""
    settings = Settings(auth_mode="open")

    with create_app(settings, ports).app_context():
        assert settings_of(house) is settings


def test_settings_that_lack_those_of_a_house_are_refused(ports: Ports) -> None:
    """At once and by name, not by a missing attribute later."""
    app = create_app(Settings(auth_mode="open"), ports)
    app.extensions["moodrop"] = Context(StoreSettings(auth_mode="open"), ports, app.extensions["moodrop"].preparation)

    with app.app_context(), pytest.raises(TypeError, match="StoreSettings lacks the settings of UploadsSettings"):
        settings_of(UploadsSettings)


def test_no_setting_belongs_to_two_houses() -> None:
    """The later one would replace the other's default and description without a word."""
    declared = [name for house in HOUSES for name in vars(house)["__annotations__"] if name in house.model_fields]

    assert sorted(declared) == sorted(Settings.model_fields)


def test_the_warnings_and_secrets_of_all_houses_are_joined() -> None:
    """Each house adds its own to those of the houses below."""
    settings = Settings(
        public_url="https://moodrop.example",
        jwt_secret="s" * 32,
        secret_key=f"{STRONG}a,{STRONG}b",
        mongodb_uri="mongodb://moodrop:hunter2@db/",
        events_secret=f"{STRONG}c",
    )

    assert [warning.partition(" ")[0] for warning in settings.warnings] == ["PUBLIC_URL", "JWT_SECRET"]
    assert {f"{STRONG}a", f"{STRONG}b", f"{STRONG}c", "hunter2", "s" * 32, "minioadmin"} <= set(settings.secrets)


@pytest.mark.parametrize("name", ["mongodb_uri", "smtp_url"])
def test_the_password_in_an_address_is_a_secret_of_its_own(name: str) -> None:
    """As it is written there, and as it is sent: a library's error may show either."""
    scheme = "mongodb" if name == "mongodb_uri" else "smtp"

    settings = Settings(
        **{"auth_mode": "open", "mail_from": "moodrop@example.org", name: f"{scheme}://me:hunt%40er@db"}
    )

    assert {"hunt%40er", "hunt@er"} <= set(settings.secrets)


@pytest.mark.parametrize(
    ("secret", "refused"),
    [
        ("minio_secret_key", "secret_key"),
        ("minio_upload_secret_key", "secret_key"),
        ("minio_download_secret_key", "secret_key"),
        ("events_secret", "secret_key"),
        *((name, name) for name in AFTER_SECRET_KEY),
    ],
)
def test_a_secret_of_any_house_differs_from_the_secret_key(secret: str, refused: str) -> None:
    """The order of the bases decides which of the two is compared with the other."""
    # The store's pairs are refused by halves.
    keys = {secret.replace("_secret_", "_access_"): "key"}
    if secret.endswith("_client_secret"):
        keys = {secret.replace("_secret", "_id"): "id"}
    if secret.startswith("oidc_"):
        keys["oidc_issuer"] = "https://id.example"

    with pytest.raises(ValidationError) as caught:
        Settings(**{"auth_mode": "open", "secret_key": STRONG, **keys, secret: STRONG})

    assert [error["loc"] for error in caught.value.errors()] == [(refused,)]


def test_only_secrets_of_two_houses_come_after_the_secret_key() -> None:
    """Each of them has a comparison of its own with SECRET_KEY."""
    houses = (ProviderSettings, AccountsSettings, OperationsSettings)
    assert set(AFTER_SECRET_KEY) <= {name for house in houses for name in house.__annotations__}
