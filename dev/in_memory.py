"""Composes the service on stores in memory, without any server."""

from collections.abc import Callable
from datetime import datetime

from service.accounts.adapters.argon2_passwords import Argon2Passwords
from service.accounts.adapters.jwt.access_tokens import LocalAccessTokens
from service.accounts.adapters.limits_attempts import memory_attempts
from service.accounts.adapters.open_auth import OpenAuthenticator
from service.accounts.adapters.smtp_mailer import SmtpMailer
from service.accounts.adapters.upload_tokens import JwtUploadTokens
from service.accounts.collections import SESSIONS
from service.accounts.policy import AccountPolicy
from service.accounts.ports.accounts import Accounts
from service.app import new_ulid
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


def in_memory_ports(settings: Settings, keyring: MemoryKeyring, now: Callable[[], datetime]) -> Ports:
    """Return the ports of a service in open mode, with every store in memory."""
    tokens, policy = JwtUploadTokens(keyring, now), Policy.from_settings(settings)
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
    )
    ports.objects.prepare(ports.policy.buckets)
    return ports


# The least that argon2 takes: tests hash many passwords.
PASSWORD_MEMORY_KIB = 64


def in_memory_accounts(settings: Settings) -> Accounts:
    """Return the accounts of a service with every collection in memory."""
    return Accounts.on(
        MemoryCollection,
        policy=AccountPolicy.from_settings(settings),
        passwords=Argon2Passwords(PASSWORD_MEMORY_KIB),
        attempts=memory_attempts(),
        mailer=SmtpMailer(settings),
    )
