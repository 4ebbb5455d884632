"""All that belongs to accounts, as one value."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Event
from typing import Any, Protocol, Self, TypeVar

from service.accounts import collections as kinds
from service.accounts.model import ApiKey, AuditEvent, Code, DeviceGrant, Mail, TokenFamily, User
from service.accounts.policy import AccountPolicy
from service.accounts.ports.attempts import Attempts
from service.accounts.ports.mailer import Mailer
from service.accounts.ports.passwords import Passwords
from service.shared.ports.collection import Collection, Kind

T = TypeVar("T")


class CollectionOf(Protocol):
    """Makes the collection of a kind, on MongoDB or in memory."""

    def __call__(self, kind: Kind[T], /) -> Collection[T]: ...


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

    @classmethod
    def on(
        cls,
        collection_of: CollectionOf,
        *,
        policy: AccountPolicy,
        passwords: Passwords,
        attempts: Attempts,
        mailer: Mailer,
    ) -> Self:
        """Return the accounts on the collections that `collection_of` makes."""
        return cls(
            policy=policy,
            users=collection_of(kinds.USERS),
            codes=collection_of(kinds.CODES),
            token_families=collection_of(kinds.TOKEN_FAMILIES),
            api_keys=collection_of(kinds.API_KEYS),
            device_grants=collection_of(kinds.DEVICE_GRANTS),
            outbox=collection_of(kinds.OUTBOX),
            audit=collection_of(kinds.AUDIT),
            passwords=passwords,
            attempts=attempts,
            mailer=mailer,
        )

    @property
    def collections(self) -> Iterator[tuple[str, Collection[Any]]]:
        """Yield every collection with the name of its field."""
        for name in COLLECTIONS:
            yield name, getattr(self, name)


COLLECTIONS = ("users", "codes", "token_families", "api_keys", "device_grants", "outbox", "audit")
