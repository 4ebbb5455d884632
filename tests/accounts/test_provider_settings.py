"""The settings of identity providers: google_client_id and the others, and what the doctor says of them."""

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from dev.ports import free_port
from service.accounts.adapters.account_auth import AccountAuthenticator
from service.accounts.adapters.provider_checks import check_provider
from service.accounts.policy import AccountPolicy
from service.accounts.provider_settings import IdentityProvider
from service.ports import Ports
from service.settings import Settings
from tests.helpers.accounts import accounts_settings
from tests.helpers.lying_provider import LyingProvider, running_lying_provider

GOOGLE = {"google_client_id": "id", "google_client_secret": "secret-of-google"}
GITHUB = {"github_client_id": "id", "github_client_secret": "secret-of-github"}
OIDC = {
    "oidc_issuer": "https://id.example/realms/home",
    "oidc_client_id": "id",
    "oidc_client_secret": "secret-of-home",
}


def policy(**values: Any) -> AccountPolicy:
    """What the settings allow."""
    return AccountPolicy.from_settings(accounts_settings(**values))


def test_only_what_is_set_up_is_offered() -> None:
    """In one order, with a name that people know."""
    assert policy().providers == ()
    assert policy(**OIDC, **GOOGLE, **GITHUB).providers == ("google", "github", "oidc")
    assert policy(**OIDC).provider_labels == {"oidc": "id.example"}
    assert policy(**OIDC, oidc_name="Home").provider_labels == {"oidc": "Home"}


def test_without_accounts_nothing_is_offered() -> None:
    """Whatever is set."""
    settings = Settings(auth_mode="open", **GOOGLE)
    assert AccountPolicy.from_settings(settings).providers == ()


def test_google_and_github_are_trusted_and_others_if_one_says_so() -> None:
    """OIDC_TRUSTS_EMAIL."""
    assert policy(**OIDC, **GOOGLE, **GITHUB).trusted_providers == {"google", "github"}
    assert policy(**OIDC, oidc_trusts_email="1").trusted_providers == {"oidc"}


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"google_client_id": "id"}, "google_client_secret"),
        ({"google_client_secret": "secret"}, "google_client_secret"),
        ({"github_client_id": "id"}, "github_client_secret"),
        ({"github_client_secret": "secret"}, "github_client_secret"),
        ({"oidc_client_id": "id", "oidc_client_secret": "secret"}, "oidc_client_id"),
        ({"oidc_issuer": "https://id.example"}, "oidc_client_id"),
        ({"oidc_issuer": "https://id.example", "oidc_client_id": "id"}, "oidc_client_secret"),
        ({**OIDC, "oidc_issuer": "id.example"}, "oidc_issuer"),
        ({**OIDC, "oidc_issuer": "ftp://id.example"}, "oidc_issuer"),
        ({**OIDC, "oidc_issuer": "https://user:pass@id.example"}, "oidc_issuer"),
        ({**OIDC, "oidc_issuer": "https://id.example/?realm=home"}, "oidc_issuer"),
        ({**OIDC, "oidc_issuer": "https://id.example/my realm"}, "oidc_issuer"),
        ({**OIDC, "oidc_name": "x" * 41}, "oidc_name"),
        ({**OIDC, "oidc_trusts_email": "perhaps"}, "oidc_trusts_email"),
    ],
)
def test_half_a_provider_stops_the_start(values: dict[str, str], name: str) -> None:
    """The setting at fault is named, once, and no secret is shown."""
    with pytest.raises(ValidationError) as error:
        accounts_settings(**values)
    assert [problem["loc"] for problem in error.value.errors()] == [(name,)]
    assert "secret-of-" not in str(error.value)


def test_the_address_of_the_description_counts_as_the_issuer() -> None:
    """People copy either."""
    settings = accounts_settings(**{**OIDC, "oidc_issuer": OIDC["oidc_issuer"] + "/.well-known/openid-configuration"})
    assert settings.oidc_issuer == OIDC["oidc_issuer"]


@pytest.mark.parametrize(("issuer", "warned"), [("http://id.example", True), ("http://127.0.0.1:9000", False)])
def test_a_provider_without_https_is_warned_of(issuer: str, warned: bool) -> None:
    """Unless it is on this machine."""
    settings = accounts_settings(**{**OIDC, "oidc_issuer": issuer})
    assert any("OIDC_ISSUER" in warning for warning in settings.warnings) is warned


def test_the_secrets_are_secrets() -> None:
    """No log shows them."""
    settings = accounts_settings(**GOOGLE, **GITHUB, **OIDC)
    assert {"secret-of-google", "secret-of-github", "secret-of-home"} <= set(settings.secrets)
    assert "secret-of-" not in repr(settings)


@pytest.fixture
def provider() -> Iterator[LyingProvider]:
    """One that tells the truth until the test changes it."""
    with running_lying_provider() as running:
        yield running


def configured(address: str) -> IdentityProvider:
    """The provider at the address, as it is set up."""
    (made,) = accounts_settings(**{**OIDC, "oidc_issuer": address}).identity_providers
    return made


def test_the_doctor_asks_the_provider(provider: LyingProvider) -> None:
    """It answers, and describes itself."""
    check = check_provider(configured(provider.url))
    assert (check.name, check.ok) == ("identity_oidc", True)


@pytest.mark.parametrize(
    ("described", "finding"),
    [
        ({"issuer": "https://evil.example"}, "it describes the issuer 'https://evil.example'"),
        ([], "no JSON object"),
        (b"<html>", "no answer"),
    ],
)
def test_the_doctor_finds_a_provider_that_describes_itself_wrongly(
    provider: LyingProvider, described: object, finding: str
) -> None:
    """With the address, and what to do."""
    provider.answers["/.well-known/openid-configuration"] = described
    check = check_provider(configured(provider.url))
    assert not check.ok
    assert finding in check.finding
    assert provider.url in check.fix


def test_the_doctor_finds_what_the_description_lacks(provider: LyingProvider) -> None:
    """Without these nobody can be sent there."""
    provider.described = {"token_endpoint": None}
    assert "lacks token_endpoint" in check_provider(configured(provider.url)).finding


def test_the_doctor_finds_a_provider_that_is_down() -> None:
    """Nothing listens there."""
    check = check_provider(configured(f"http://127.0.0.1:{free_port()}"))
    assert (check.ok, check.finding.partition(" ")[0]) == (False, "no")


def test_the_doctor_of_a_service_with_accounts_asks_every_provider(provider: LyingProvider, ports: Ports) -> None:
    """It goes through the credentials' own checks."""
    settings = accounts_settings(**{**OIDC, "oidc_issuer": provider.url})
    checks = AccountAuthenticator(settings, ports).check()
    assert "identity_oidc" in [check.name for check in checks]
