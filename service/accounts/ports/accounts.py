"""All that belongs to accounts, as one value."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from service.accounts.model import ApiKey, AuditEvent, Code, DeviceGrant, Mail, TokenFamily, User
from service.accounts.policy import AccountPolicy
from service.accounts.ports.attempts import Attempts
from service.accounts.ports.mailer import Mailer
from service.accounts.ports.passwords import Passwords
from service.shared.ports.collection import Collection


@dataclass(frozen=True, slots=True)
class Accounts:
    """The collections of accounts, and what hashes, counts and sends."""

    policy: AccountPolicy
    users: Collection[User]
    codes: Collection[Code]
    token_families: Collection[TokenFamily]
    api_keys: Collection[ApiKey]
    device_grants: Collection[DeviceGrant]
    outbox: Collection[Mail]
    audit: Collection[AuditEvent]
    passwords: Passwords
    attempts: Attempts
    mailer: Mailer
    mail_queued: Event = field(default_factory=Event)  # wakes this process's loop that sends mails

    @property
    def collections(self) -> Iterator[tuple[str, Collection[Any]]]:
        """Yield every collection with the name of its field."""
        for name in COLLECTIONS:
            yield name, getattr(self, name)


COLLECTIONS = ("users", "codes", "token_families", "api_keys", "device_grants", "outbox", "audit")
