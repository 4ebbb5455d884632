"""Composes the service on stores in memory, without any server."""

from collections.abc import Callable
from datetime import datetime

from service.accounts.adapters.argon2_passwords import Argon2Passwords
from service.accounts.adapters.jwt.access_tokens import LocalAccessTokens
from service.accounts.adapters.limits_attempts import memory_attempts
from service.accounts.adapters.open_auth import OpenAuthenticator
from service.accounts.adapters.smtp_mailer import SmtpMailer
from service.accounts.adapters.upload_tokens import JwtUploadTokens
from service.accounts.adapters.webauthn_passkeys import passkeys_at
from service.accounts.collections import SESSIONS
from service.accounts.policy import AccountPolicy
from service.accounts.ports.accounts import Accounts
from service.app import features_of, new_ulid, planners_of, settlers_of
from service.jobs.memory.queue import MemoryJobQueue
from service.listening.collections import LISTENERS
from service.listening.memory.listens import MemoryListens
from service.listening.memory.neighbours import MemoryNeighbours
from service.listening.memory.positions import MemoryPositions
from service.listening.usecases.personal_data import ListeningData
from service.ports import Ports
from service.settings import Settings
from service.shared.memory.collection import MemoryCollection
from service.shared.memory.keyring import MemoryKeyring
from service.shared.memory.leases import MemoryLeases
from service.store.memory.objects import MemoryObjectStore
from service.uploads.memory.grants import MemoryGrantLedger
from service.uploads.memory.quotas import MemoryQuotas
from service.uploads.memory.records import MemoryRecordStore
from service.uploads.policy import Policy
from service.webhooks.collections import DELIVERIES


def in_memory_ports(settings: Settings, keyring: MemoryKeyring, now: Callable[[], datetime]) -> Ports:
    """Return the ports of a service in open mode, with every store in memory."""
    tokens, policy = JwtUploadTokens(keyring, now), Policy.from_settings(settings)
    deliveries = MemoryCollection(DELIVERIES)
    listens, positions, listeners = MemoryListens(), MemoryPositions(), MemoryCollection(LISTENERS)
    neighbours = MemoryNeighbours()
    listening = ListeningData(listens, positions, listeners, neighbours)
    ports = Ports(
        objects=MemoryObjectStore(now),
        records=MemoryRecordStore(),
        authenticators=(tokens, OpenAuthenticator()),
        policy=policy,
        now=now,
        new_id=new_ulid,
        grants=MemoryGrantLedger(),
        quotas=MemoryQuotas(policy.quota),
        keyring=keyring,
        leases=MemoryLeases(),
        sessions=MemoryCollection(SESSIONS),
        upload_tokens=tokens,
        access_tokens=LocalAccessTokens(settings, keyring),
        accounts=in_memory_accounts(settings),
        jobs=MemoryJobQueue(),
        planners=planners_of(settings),
        settlers=(*settlers_of(settings, deliveries), listening),
        personal_data=(listening,),
        features=features_of(settings),
        deliveries=deliveries,
        listens=listens,
        positions=positions,
        listeners=listeners,
        neighbours=neighbours,
    )
    ports.objects.prepare(ports.policy.buckets)
    return ports


# The least that argon2 takes: tests hash many passwords.
PASSWORD_MEMORY_KIB = 64


def in_memory_accounts(settings: Settings) -> Accounts:
    """Return the accounts of a service with every collection in memory."""
    policy = AccountPolicy.from_settings(settings)
    return Accounts.on(
        MemoryCollection,
        policy=policy,
        passwords=Argon2Passwords(PASSWORD_MEMORY_KIB),
        attempts=memory_attempts(),
        mailer=SmtpMailer(settings),
        passkeys=passkeys_at(policy.passkey_site),
    )
