"""Renders users and events for administrators."""

from collections.abc import Sequence

from service.accounts.api.admin.schemas import AuditedEvent, ManagedUser, UserQuota
from service.accounts.model import AuditEvent, User
from service.accounts.ports import Ports
from service.accounts.usecases.admin.user_quotas import quotas_of
from service.uploads.quota import NO_LIMIT, Quota


def managed_users(ports: Ports, users: Sequence[User]) -> list[ManagedUser]:
    """Return the users, with their quotas."""
    quotas = quotas_of(ports, [user.user_id for user in users])
    return [_managed(user, quotas.get(user.user_id)) for user in users]


def audited(event: AuditEvent) -> AuditedEvent:
    """Return the event."""
    return AuditedEvent(**{name: getattr(event, name) for name in AuditedEvent.model_fields})


def _managed(user: User, quota: Quota | None) -> ManagedUser:
    return ManagedUser(
        user_id=user.user_id,
        kind=user.kind,
        email=user.email,
        name=user.name,
        roles=list(user.roles),
        state="leaving" if user.leaving_at else "disabled" if user.disabled_at else "active",
        created_at=user.created_at,
        seen_at=user.seen_at,
        quota=_quota(quota) if quota else None,
    )


def _quota(quota: Quota) -> UserQuota:
    used = quota.used if quota.counted_at else None
    return UserQuota(
        custom=quota.is_custom,
        max_bytes=_limit(quota.allowed.size_bytes),
        used_bytes=used.size_bytes if used else None,
        max_files=_limit(quota.allowed.files),
        used_files=used.files if used else None,
        max_pending=_limit(quota.allowed.pending),
        used_pending=used.pending if used else None,
    )


def _limit(limit: int) -> int | None:
    return None if limit == NO_LIMIT else limit
