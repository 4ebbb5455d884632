"""Gives single users limits of their own, or those of the settings again."""

from collections.abc import Mapping, Sequence
from typing import Literal

from service.accounts.errors import QuotasOff
from service.accounts.ports import Ports
from service.accounts.usecases.admin.people import Actor, managed_user
from service.accounts.usecases.audit import note
from service.uploads.quota import MOST_PENDING, NO_LIMIT, Amounts, Quota

Limit = Literal["size_bytes", "files", "pending"]
# A limit with its number; None: no such limit. What is left out stays.
QuotaEdits = Mapping[Limit, int | None]
UNLIMITED: Mapping[Limit, int] = {"size_bytes": NO_LIMIT, "files": NO_LIMIT, "pending": MOST_PENDING}


def quotas_of(ports: Ports, user_ids: Sequence[str]) -> Mapping[str, Quota]:
    """Return the users' quotas as counted last; empty if there are no quotas.

    A person who has started nothing yet has the limits of the settings.
    """
    limits = ports.policy.quota
    if limits is None:
        return {}
    stored = ports.quotas.of(user_ids)
    return {user_id: stored.get(user_id) or Quota(user_id, limits, limits) for user_id in user_ids}


def require_quotas(ports: Ports) -> None:
    """Raise QuotasOff if the settings have no quota: then nothing is counted."""
    if ports.policy.quota is None:
        raise QuotasOff


def set_quota(ports: Ports, user_id: str, edits: QuotaEdits | None, actor: Actor | None = None) -> None:
    """Give the user these limits, which no setting changes from then on; None: those of the settings again.

    Without an actor it is the operator who acts. Raises UserNotFound, QuotasOff.
    """
    require_quotas(ports)
    managed_user(ports, user_id)
    before = quotas_of(ports, [user_id])[user_id]
    after = None if edits is None else _edited(before.allowed, edits)
    if (before.allowed, before.is_custom) == (after, True) or (after is None and not before.is_custom):
        return
    ports.quotas.set_limits(user_id, after)
    origin, actor_id = (actor.origin, actor.user_id) if actor else (None, None)
    note(ports, user_id, "quota_set", origin, _text(after), actor_id=actor_id)


def _edited(before: Amounts, edits: QuotaEdits) -> Amounts:
    values = {name: UNLIMITED[name] if value is None else value for name, value in edits.items()}
    return Amounts(
        size_bytes=values.get("size_bytes", before.size_bytes),
        files=values.get("files", before.files),
        pending=values.get("pending", before.pending),
    )


def _text(limits: Amounts | None) -> str:
    if limits is None:
        return "default"
    size_bytes, files = ("unlimited" if one == NO_LIMIT else one for one in (limits.size_bytes, limits.files))
    return f"bytes {size_bytes}, files {files}, unfinished {limits.pending}"
