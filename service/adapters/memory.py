"""The ports in memory. Nothing here is for production: one process, nothing kept."""

from service.adapters.memory_grants import MemoryGrantLedger
from service.adapters.memory_keyring import MemoryKeyring
from service.adapters.memory_leases import MemoryLeases
from service.adapters.memory_objects import MemoryObjectStore
from service.adapters.memory_records import MemoryRecordStore
from service.adapters.memory_sessions import MemorySessions

__all__ = [
    "MemoryGrantLedger",
    "MemoryKeyring",
    "MemoryLeases",
    "MemoryObjectStore",
    "MemoryRecordStore",
    "MemorySessions",
]
