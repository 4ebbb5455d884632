"""What a deployment allows accounts: the settings, as the use cases see them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, Self
from urllib.parse import urlsplit

from service.accounts.model import User
from service.accounts.settings import AccountsSettings
from service.shared.addresses import is_ip, is_loopback


@dataclass(frozen=True, slots=True)
class PasskeySite:
    """Where passkeys are made and used; an authenticator keeps those of each site apart."""

    rp_id: str  # a host name
    origin: str


@dataclass(frozen=True, slots=True)
class AccountPolicy:
    """Who may come in, and for how long."""

    is_on: bool = False
    guests: Literal["off", "own", "local"] = "off"
    is_sign_up_open: bool = True
    session_lifetime: timedelta = timedelta(days=30)
    session_idle_timeout: timedelta = timedelta(days=7)
    code_lifetime: timedelta = timedelta(minutes=10)
    guest_lifetime: timedelta = timedelta(days=30)
    access_token_lifetime: timedelta = timedelta(minutes=10)
    refresh_token_lifetime: timedelta = timedelta(days=30)
    api_key_lifetime: timedelta = timedelta(days=90)
    page_url: str = ""  # of the links in mails, without a trailing slash
    keeps_mail: bool = False  # mails are shown at /dev/mail and not sent
    languages: tuple[str, ...] = ("en", "de", "fr", "es", "ar")
    providers: tuple[str, ...] = ()  # the identity providers that are set up, by name
    provider_labels: Mapping[str, str] = field(default_factory=dict)  # as people know them
    trusted_providers: frozenset[str] = frozenset()  # whose verified addresses let people into existing accounts

    @property
    def passkey_site(self) -> PasskeySite | None:
        """Return where passkeys work; None if browsers refuse them there: by plain HTTP, and at an IP address.

        On this machine they work at `localhost` alone, whichever address the page is opened at.
        """
        parts = urlsplit(self.page_url)
        host, port = parts.hostname or "", f":{parts.port}" if parts.port else ""
        is_own = is_loopback(host)
        if is_own and is_ip(host):
            host = "localhost"
        if not self.is_on or is_ip(host) or not (is_own or parts.scheme == "https"):
            return None
        return PasskeySite(host, f"{parts.scheme}://{host}{port}")

    @classmethod
    def from_settings(cls, settings: AccountsSettings) -> Self:
        """Return the policy that the settings describe."""
        providers = settings.identity_providers if settings.auth_mode == "accounts" else ()
        return cls(
            is_on=settings.auth_mode == "accounts",
            guests=settings.guests,
            is_sign_up_open=settings.sign_up == "open",
            session_lifetime=timedelta(seconds=settings.session_expires_in),
            session_idle_timeout=timedelta(seconds=settings.session_idle_expires_in),
            code_lifetime=timedelta(seconds=settings.code_expires_in),
            guest_lifetime=timedelta(seconds=settings.guest_expires_in),
            access_token_lifetime=timedelta(seconds=settings.access_token_expires_in),
            refresh_token_lifetime=timedelta(seconds=settings.refresh_token_expires_in),
            api_key_lifetime=timedelta(seconds=settings.api_key_expires_in),
            page_url=settings.public_url or f"http://{settings.address}",
            keeps_mail=settings.mail_page,
            providers=tuple(provider.name for provider in providers),
            provider_labels={provider.name: provider.label for provider in providers},
            trusted_providers=frozenset(provider.name for provider in providers if provider.trusts_email),
        )

    def idle_time_of(self, user: User) -> timedelta:
        """Return how long the user's session may go unused. A guest has no other way in."""
        return self.guest_lifetime if user.kind == "guest" else self.session_idle_timeout

    def language_of(self, asked: str | None) -> str:
        """Return the language of mails to somebody who asked for this one."""
        return asked if asked in self.languages else self.languages[0]
