"""Composes the service on stores in memory, without any server."""

from collections.abc import Callable
from datetime import datetime

from service.accounts.adapters.open_auth import OpenAuthenticator
from service.accounts.adapters.upload_tokens import JwtUploadTokens
from service.accounts.collections import SESSIONS
from service.app import new_ulid
from service.ports import Ports
from service.settings import Settings
from service.shared.memory.collection import MemoryCollection
from service.shared.memory.keyring import MemoryKeyring
from service.shared.memory.leases import MemoryLeases
from service.store.memory.objects import MemoryObjectStore
from service.uploads.memory.grants import MemoryGrantLedger
from service.uploads.memory.records import MemoryRecordStore
from service.uploads.policy import Policy


def in_memory_ports(settings: Settings, keyring: MemoryKeyring, now: Callable[[], datetime]) -> Ports:
    """Return the ports of a service in open mode, with every store in memory."""
    tokens = JwtUploadTokens(keyring, now)
    ports = Ports(
        objects=MemoryObjectStore(now),
        records=MemoryRecordStore(),
        authenticators=(tokens, OpenAuthenticator()),
        policy=Policy.from_settings(settings),
        now=now,
        new_id=new_ulid,
        grants=MemoryGrantLedger(),
        keyring=keyring,
        leases=MemoryLeases(),
        sessions=MemoryCollection(SESSIONS),
        upload_tokens=tokens,
    )
    ports.objects.prepare(ports.policy.buckets)
    return ports
