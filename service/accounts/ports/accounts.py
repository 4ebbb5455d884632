"""All that belongs to accounts, as one value."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Event
from typing import Any, Protocol, Self, TypeVar

from service.accounts import collections as kinds
from service.accounts.model import (
    AdminLedger,
    ApiKey,
    AuditEvent,
    Code,
    DeviceGrant,
    Mail,
    TokenFamily,
    UsedChallenge,
    User,
)
from service.accounts.policy import AccountPolicy
from service.accounts.ports.attempts import Attempts
from service.accounts.ports.mailer import Mailer
from service.accounts.ports.passkeys import Passkeys
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
    used_challenges: Collection[UsedChallenge]
    outbox: Collection[Mail]
    audit: Collection[AuditEvent]
    administrators: Collection[AdminLedger]
    passwords: Passwords
    attempts: Attempts
    mailer: Mailer
    passkeys: Passkeys | None = None  # None: the extra is not installed, or browsers have none at PUBLIC_URL
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
        passkeys: Passkeys | None,
    ) -> Self:
        """Return the accounts on the collections that `collection_of` makes."""
        return cls(
            policy=policy,
            users=collection_of(kinds.USERS),
            codes=collection_of(kinds.CODES),
            token_families=collection_of(kinds.TOKEN_FAMILIES),
            api_keys=collection_of(kinds.API_KEYS),
            device_grants=collection_of(kinds.DEVICE_GRANTS),
            used_challenges=collection_of(kinds.USED_CHALLENGES),
            outbox=collection_of(kinds.OUTBOX),
            audit=collection_of(kinds.AUDIT),
            administrators=collection_of(kinds.ADMINISTRATORS),
            passwords=passwords,
            attempts=attempts,
            mailer=mailer,
            passkeys=passkeys,
        )

    @property
    def collections(self) -> Iterator[tuple[str, Collection[Any]]]:
        """Yield every collection with the name of its field."""
        for name in COLLECTIONS:
            yield name, getattr(self, name)


COLLECTIONS = (
    *("users", "codes", "token_families", "api_keys", "device_grants", "used_challenges", "outbox", "audit"),
    "administrators",
)
