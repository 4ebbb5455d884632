"""Ports with quotas, and what is really used of one."""

from dataclasses import replace

from service.ports import Ports
from service.uploads.memory.quotas import MemoryQuotas
from service.uploads.model import UploadStatus
from service.uploads.quota import MOST_PENDING, NO_LIMIT, Amounts, Quota


def limits(size_bytes: int = NO_LIMIT, files: int = NO_LIMIT, pending: int = MOST_PENDING) -> Amounts:
    """Return the limits of the settings, those that are not named being unlimited."""
    return Amounts(size_bytes, files, pending)


def with_limits(ports: Ports, allowed: Amounts | None) -> Ports:
    """Return the ports of a service in memory with quotas, or without; the ids tell its own time."""
    return replace(ports, policy=replace(ports.policy, quota=allowed), quotas=MemoryQuotas(allowed))


def quota_of(ports: Ports, owner: str = "alice") -> Quota:
    quota = ports.quotas.left(owner)
    assert quota is not None
    return quota


def really_left(ports: Ports, quota: Quota) -> Amounts:
    """Return what the owner's documents leave of the quota; unfinished uploads count with what they reserved."""
    used = ports.records.usage(quota.owner, without=list(quota.reserved), unknown_bytes=0)
    for state in ports.records.states(list(quota.reserved)):
        if state.status is UploadStatus.PENDING:
            used += Amounts(quota.reserved[state.upload_id], 1, 1)
        elif state.status in (UploadStatus.READY, UploadStatus.ATTACHED):
            used += Amounts(state.size_bytes or 0, 1)
    return quota.allowed - used


def assert_never_too_much(ports: Ports, owner: str = "alice") -> None:
    """Check that no more is left than the owner's documents leave."""
    quota = ports.quotas.left(owner)
    if quota is not None and quota.counted_at is not None:
        real = really_left(ports, quota)
        assert real.covers(quota.left), f"{quota.left} is left, in truth {real}"
